"""The cost as a negative log-likelihood: of simple data, and of one's own network."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import distributions as D
from torch.nn import functional as F

from workbench.lessons.subject import LEFT_OUT, Subject

Model = Callable[[torch.Tensor, torch.Tensor], D.Distribution]
EVENTS, OUTLIER = 16, 12  # the event that a loose cable has moved
MOST = 20_000  # answers of one's own network


@dataclass(frozen=True)
class Observed:
    """What was seen, and with which chance a model of one parameter expects it.

    Attributes:
        name: Of what scatters.
        formula: The chance and the cost that it amounts to.
        cost: What people call that cost.
        x: Where it was looked (N,).
        y: What was seen (N,).
        model: ``model(parameter, x)`` is the distribution of y.
        parameter: Its name and its unit.
        ends: Between which the parameter is moved.
        axes: What x and y are, with units.
    """

    name: str
    formula: str
    cost: str
    x: torch.Tensor
    y: torch.Tensor
    model: Model
    parameter: str
    ends: tuple[float, float]
    axes: tuple[str, str]

    def costs(self, parameter: torch.Tensor) -> torch.Tensor:
        """−log p of each event, in nats (…, N).

        Args:
            parameter: (…).
        """
        return -self.model(parameter[..., None], self.x).log_prob(self.y)

    @cached_property
    def best(self) -> float:
        """The parameter of the largest likelihood, on a fine grid."""
        grid = torch.linspace(*self.ends, 2001, dtype=torch.float64)
        return float(grid[self.costs(grid).sum(-1).argmin()])


def _seen(parameter: torch.Tensor, x: torch.Tensor) -> D.Distribution:
    return D.Bernoulli(logits=x - parameter)


def _gauss(parameter: torch.Tensor, x: torch.Tensor) -> D.Distribution:
    return D.Normal(parameter * x, torch.ones_like(x))


def _laplace(parameter: torch.Tensor, x: torch.Tensor) -> D.Distribution:
    return D.Laplace(parameter * x, torch.ones_like(x))


def _data() -> dict[str, torch.Tensor]:
    draw = torch.Generator().manual_seed(4)
    energy = torch.linspace(0.3, 9.7, EVENTS, dtype=torch.float64)
    chance = torch.rand(EVENTS, generator=draw, dtype=torch.float64)
    seen = (chance < torch.sigmoid(energy - 4)).double()
    noise = torch.randn(EVENTS, generator=draw, dtype=torch.float64)
    read = 0.8 * energy + noise
    read[OUTLIER] += 9
    return {"x": energy, "seen": seen, "read": read}


DATA = _data()
_READ = ("voltage [V]", "current [mA]")
OBSERVED = (
    Observed(
        "seen or not",
        "p(seen) = σ(E − E₀),  cost = −Σ log p(what happened): cross-entropy",
        "cross-entropy",
        DATA["x"],
        DATA["seen"],
        _seen,
        "threshold E₀ [GeV]",
        (0.0, 10.0),
        ("energy E [GeV]", "seen (1) or not (0)"),
    ),
    Observed(
        "Gaussian noise",
        "p(y) ∝ exp(−(y − ax)² / 2),  cost = Σ (y − ax)² / 2 + const.: squared error",
        "squared error",
        DATA["x"],
        DATA["read"],
        _gauss,
        "slope a [mA/V]",
        (0.0, 2.0),
        _READ,
    ),
    Observed(
        "Laplace noise",
        "p(y) ∝ exp(−|y − ax|),  cost = Σ |y − ax| + const.: absolute error",
        "absolute error",
        DATA["x"],
        DATA["read"],
        _laplace,
        "slope a [mA/V]",
        (0.0, 2.0),
        _READ,
    ),
)


@dataclass(frozen=True)
class Answers:
    """What a network says of events whose truth is known.

    Attributes:
        logits: (N, K).
        truth: Codes of the classes (N,).
    """

    logits: torch.Tensor
    truth: torch.Tensor

    def costs(self, factor: float = 1.0) -> torch.Tensor:
        """−log of the chance of the truth (N,), in nats.

        Args:
            factor: On all logits; the class that is answered stays the same.
        """
        return F.cross_entropy(factor * self.logits, self.truth, reduction="none")

    @classmethod
    def of(cls, subject: Subject) -> "Answers":
        """Of one's own network; each place of a map that has a truth is an event."""
        with torch.no_grad():
            logits = subject.network(*subject.inputs.values()).float()
        rows = logits.movedim(1, -1).reshape(-1, logits.shape[1])
        truth = subject.truth.flatten()
        known = truth != LEFT_OUT
        return cls(rows[known][:MOST], truth[known][:MOST])
