"""A network as functions in a row: what each does to the plane, and the chain rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import torch
from torch import nn
from torch.nn import functional as F

POINTS = 120
SETS = ("two moons", "a disc in a ring")
STEPS = (0, 5, 10, 15, 20, 30, 40, 60, 80, 100)  # at which it is kept
RATE, DECAY, STARTS, SPREAD = 0.1, 0.1, 24, 2.0  # decay: lest tanh is flat everywhere
PARTS = (
    "x",
    "W₁x + b₁",
    "h₁ = tanh(W₁x + b₁)",
    "W₂h₁ + b₂",
    "h₂ = tanh(W₂h₁ + b₂)",
    "y = w₃·h₂ + b₃",
)


def points(name: str, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """Points (N, 2) of two kinds, and which kind they are (N,), nought or one."""
    draw = torch.Generator().manual_seed(seed)
    half = POINTS // 2
    part = torch.rand(2, half, generator=draw, dtype=torch.float64)
    truth = torch.arange(2).repeat_interleave(half)
    if name == SETS[0]:
        turn = torch.pi * part
        upper = torch.stack([turn[0].cos() - 0.5, turn[0].sin() - 0.18], -1)
        lower = torch.stack([0.5 - turn[1].cos(), 0.18 - turn[1].sin()], -1)
        both = torch.cat([upper, lower])
        noise = torch.randn(both.shape, generator=draw, dtype=torch.float64)
        return 1.2 * both + 0.05 * noise, truth
    turn = 2 * torch.pi * torch.rand(2, half, generator=draw, dtype=torch.float64)
    far = torch.stack([0.9 * part[0].sqrt(), 1.05 + 0.5 * part[1]])
    return torch.stack([far * turn.cos(), far * turn.sin()], -1).reshape(-1, 2), truth


def network(weights: Sequence[torch.Tensor]) -> nn.Sequential:
    """Three functions in a row: the plane to the plane, twice, then to a number."""
    layers = nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1)
    made = nn.Sequential(*layers).double().requires_grad_(False)
    for place, weight in zip(made.parameters(), weights, strict=True):
        place.copy_(weight)
    return made


@dataclass(frozen=True)
class Learned:
    """A network as it learned to tell two kinds of points apart.

    Attributes:
        points: (N, 2).
        truth: Nought or one (N,).
        networks: As it was after each of ``STEPS``.
    """

    points: torch.Tensor
    truth: torch.Tensor
    networks: tuple[nn.Sequential, ...]

    def cost(self, number: int) -> float:
        """Mean −log of the chance that was given to what each point is, in nats."""
        with torch.no_grad():
            logits = self.networks[number](self.points)[:, 0]
        return float(F.binary_cross_entropy_with_logits(logits, self.truth.double()))

    def right(self, number: int) -> float:
        """The share of points on their own side of the border."""
        with torch.no_grad():
            logits = self.networks[number](self.points)[:, 0]
        return float(((logits > 0) == (self.truth == 1)).double().mean())


@cache
def learned(name: str) -> Learned:
    """Let the network learn from 24 random starts at once; the best is kept."""
    x, truth = points(name)
    draw = torch.Generator().manual_seed(0)
    weights = [
        SPREAD / 2**0.5 * (2 * torch.rand(STARTS, *size, generator=draw).double() - 1)
        for size in ((2, 2), (2,), (2, 2), (2,), (1, 2), (1,))
    ]
    weights = [weight.requires_grad_() for weight in weights]
    wanted = truth.double().expand(STARTS, -1)
    optimizer = torch.optim.AdamW(weights, lr=RATE, weight_decay=DECAY)
    kept: list[list[torch.Tensor]] = []
    cost = torch.zeros(STARTS)
    for step in range(STEPS[-1] + 1):
        if step in STEPS:
            kept.append([weight.detach().clone() for weight in weights])
        h = x.expand(STARTS, -1, -1)  # (starts, points, numbers)
        for layer in (0, 2, 4):
            h = h @ weights[layer].mT + weights[layer + 1][:, None]
            h = h.tanh() if layer < 4 else h
        each = F.binary_cross_entropy_with_logits(h[..., 0], wanted, reduction="none")
        cost = each.mean(1)
        optimizer.zero_grad()
        cost.sum().backward()
        optimizer.step()
    best = int(cost.argmin())
    return Learned(x, truth, tuple(network([w[best] for w in one]) for one in kept))


def through(net: nn.Sequential, x: torch.Tensor) -> list[torch.Tensor]:
    """Where points (N, 2) are before and after each part: six times (N, 2).

    The number at the end lies on a line, its second coordinate nought.
    """
    places = [x]
    with torch.no_grad():
        for part in net:
            places.append(part(places[-1]))
    places[-1] = torch.cat([places[-1], torch.zeros_like(places[-1])], 1)
    return places


def slopes(net: nn.Sequential, x: torch.Tensor, truth: int) -> list[torch.Tensor]:
    """The slope of the cost of one point by where each part has taken it.

    By autograd, from x (2,) to the number at the end (1,).
    """
    values = [x.clone().requires_grad_()]
    with torch.enable_grad():
        for part in net:
            values.append(part(values[-1]))
        wanted = torch.tensor([float(truth)], dtype=x.dtype)
        cost = F.binary_cross_entropy_with_logits(values[-1], wanted)
        return list(torch.autograd.grad(cost, values))


def jacobians(net: nn.Sequential, x: torch.Tensor) -> list[torch.Tensor]:
    """How the value of each of the three functions moves with what it is given.

    At a point x (2,): ∂h₁/∂x (2, 2), ∂h₂/∂h₁ (2, 2) and ∂y/∂h₂ (1, 2).
    """
    found: list[torch.Tensor] = []
    for f in functions(net):
        found.append(torch.func.jacrev(f)(x))
        x = f(x)
    return found


def functions(net: nn.Sequential) -> list[nn.Sequential]:
    """The three of which the network is composed."""
    parts = list(net)
    return [nn.Sequential(*parts[i : i + 2]) for i in (0, 2, 4)]
