"""Activation functions: value, slope, saturation, dead units."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.nn import functional as F

from workbench.lessons.steps import ACTIVE, Step, watching
from workbench.lessons.subject import Subject

Function = Callable[[torch.Tensor], torch.Tensor]
FLAT = 0.05  # of its largest slope: below, a function counts as saturated
WIDTH, EVENTS = 100, 200  # of the random networks that slopes are passed through
PIECES = (1.0, 0.0), (-0.5, -1.0)  # weight and bias of maxout's two


def maxout(x: torch.Tensor) -> torch.Tensor:
    """The larger of two straight lines, here x and −x/2 − 1.

    Goodfellow et al. (2013), arXiv:1302.4389; in a network the lines are learned.
    """
    lines = [weight * x + bias for weight, bias in PIECES]
    return torch.maximum(*lines)


FUNCTIONS: dict[str, Function] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "ReLU": F.relu,
    "leaky ReLU": lambda x: F.leaky_relu(x, 0.1),
    "maxout": maxout,
    "ELU": F.elu,
}
FORMULAS = {
    "sigmoid": "σ(x) = 1 / (1 + e⁻ˣ)",
    "tanh": "tanh(x) = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)",
    "ReLU": "f(x) = max(0, x)",
    "leaky ReLU": "f(x) = max(0.1 x, x)",
    "maxout": "f(x) = max(w₁x + b₁, w₂x + b₂), here max(x, −x/2 − 1)",
    "ELU": "f(x) = x where x ≥ 0, and eˣ − 1 where x < 0",
}
TORCH = {
    "sigmoid": "torch.sigmoid(x)",
    "tanh": "torch.tanh(x)",
    "ReLU": "torch.relu(x)",
    "leaky ReLU": "F.leaky_relu(x, 0.1)",
    "maxout": "torch.maximum(x, -0.5 * x - 1)",
    "ELU": "F.elu(x)",
}


def value_and_slope(
    function: Function, x: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """A function of each number, and by autograd its slope there; shapes as ``x``."""
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        value = function(x)
        (slope,) = torch.autograd.grad(value.sum(), x)
    return value.detach(), slope


def steepest(function: Function) -> float:
    """The largest slope anywhere between −10 and 10."""
    return float(value_and_slope(function, torch.linspace(-10, 10, 4001))[1].max())


def saturated(function: Function, spread: float, mean: float = 0.0) -> float:
    """The share of inputs at which nearly nothing is learned.

    There the slope is below a twentieth of its largest. Inputs are those of a layer
    that was normalised: a Gaussian, here at 20,001 evenly spaced quantiles.
    """
    chance = (torch.arange(20001, dtype=torch.float64) + 0.5) / 20001
    x = mean + spread * torch.special.ndtri(chance)
    slope = value_and_slope(function, x)[1]
    return float((slope.abs() < FLAT * steepest(function)).double().mean())


def slopes_through(
    function: Function, layers: int, gain: float, seed: int = 0
) -> torch.Tensor:
    """What is left of a slope that was passed back through layers (layers + 1,).

    Random weights of variance gain²/width, as they are before training; width is 100.
    The last number is one, and the first is what the first layer gets: the root mean
    square over units and 200 Gaussian inputs, by autograd.
    """
    draw = torch.Generator().manual_seed(seed)
    scale = gain / WIDTH**0.5
    h = torch.randn(EVENTS, WIDTH, generator=draw).requires_grad_()
    kept = [h]
    with torch.enable_grad():
        for _ in range(layers):
            weights = torch.randn(WIDTH, WIDTH, generator=draw) * scale
            kept.append(function(kept[-1] @ weights))
        out = torch.randn(EVENTS, WIDTH, generator=draw)
        found = torch.autograd.grad(kept[-1], kept, out)
    size = torch.stack([slope.square().mean().sqrt() for slope in found])
    return size / size[-1]


@dataclass(frozen=True)
class Use:
    """What an activation layer of a network does for events.

    Attributes:
        layer: Whose answer it bends.
        function: Name of torch's.
        flat: The share of places at which the slope of a unit is below a twentieth of
            the function's largest (N, units).
        dead: Whether it is nought at all places (N, units).
    """

    layer: str
    function: str
    flat: torch.Tensor
    dead: torch.Tensor

    def dead_after(self, events: int) -> float:
        """The share of units that have not moved for any of the first events."""
        return float(self.dead[:events].all(0).float().mean())

    def dead_curve(self) -> torch.Tensor:
        """The same after 1, 2, … N events (N,)."""
        so_far = torch.cummin(self.dead.to(torch.uint8), 0).values
        return so_far.float().mean(1)

    def saturated(self, events: int) -> float:
        """The share of units that are flat nearly everywhere: at 95 % of places."""
        return float((self.flat[:events].mean(0) > 0.95).float().mean())


def uses(subject: Subject) -> list[Use]:
    """Every activation layer of a network on the way to its answers, by event."""
    found: dict[tuple[str, str, int], list[list[torch.Tensor]]] = {}
    event = 0

    def heed(step: Step) -> None:
        if step.kind not in ACTIVE:
            return
        slope = value_and_slope(step.again, step.given)[1].abs().movedim(step.units, -1)
        slope = slope.reshape(-1, slope.shape[-1])  # (places, units)
        key = step.layer, step.kind, slope.shape[1]
        found.setdefault(key, [[] for _ in range(len(subject))])[event].append(slope)

    with torch.no_grad(), watching(subject.network, heed):
        for event in range(len(subject)):  # a hit alone has no event
            subject.network(*subject[event : event + 1].inputs.values())
    return [_used(layer, kind, by) for (layer, kind, _), by in found.items()]


def _used(layer: str, kind: str, events: list[list[torch.Tensor]]) -> Use:
    slopes = [torch.cat(parts) for parts in events]
    least = FLAT * max(float(slope.max()) for slope in slopes if len(slope))
    units = slopes[0].shape[1]
    flat = [
        (s < least).float().mean(0) if len(s) else torch.ones(units) for s in slopes
    ]
    dead = [(s == 0).all(0) for s in slopes]
    return Use(layer, kind, torch.stack(flat), torch.stack(dead))
