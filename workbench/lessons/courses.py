"""Surfaces on which optimisers race, made of the losses of 256 events."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from workbench.lessons.landscape import around, direction, sampled
from workbench.lessons.subject import Subject

EVENTS = 256
Each = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


@dataclass(frozen=True)
class Course:
    """A loss over two weights, and where the race begins.

    Attributes:
        name: As people call it.
        formula: Of the mean loss.
        loss: ``loss(points, events)`` is the mean loss (M,) of those events, by their
            numbers, at points (M, 2).
        events: How many there are.
        start: Where all begin.
        x: Ends of the picture, horizontally.
        y: Vertically.
        rates: Learning rates of the methods that go by the slope, and of those that
            divide by its size.
        lowest: The lowest points, where they are known.
    """

    name: str
    formula: str
    loss: Each
    events: int
    start: tuple[float, float]
    x: tuple[float, float]
    y: tuple[float, float]
    rates: tuple[float, float]
    lowest: tuple[tuple[float, float], ...] = ()

    def heights(self, points: int = 61) -> np.ndarray:
        """The mean loss over the picture (points, points), rows from below."""
        x = torch.linspace(*self.x, points, dtype=torch.float64)
        y = torch.linspace(*self.y, points, dtype=torch.float64)
        grid = torch.stack(torch.meshgrid(x, y, indexing="xy"), -1).reshape(-1, 2)
        with torch.no_grad():
            found = self.loss(grid, torch.arange(self.events))
        return found.reshape(points, points).numpy()

    @property
    def floor(self) -> float:
        """The lowest loss that is known, or nought."""
        if not self.lowest:
            return 0.0
        places = torch.tensor(self.lowest, dtype=torch.float64)
        return float(self.loss(places, torch.arange(self.events)).min())


def saddle(points: torch.Tensor) -> torch.Tensor:
    """Down along y on either side of the origin, up along x."""
    x, y = points.unbind(-1)
    return x**2 - y**2 + y**4 / 4


def ravine(points: torch.Tensor, turned: float = 0.0) -> torch.Tensor:
    """Forty times as steep across as along; turned by an angle in degrees."""
    cos, sin = math.cos(math.radians(turned)), math.sin(math.radians(turned))
    x, y = points.unbind(-1)
    along, across = cos * x + sin * y, cos * y - sin * x
    return along**2 / 2 + 20 * across**2


def beale(points: torch.Tensor) -> torch.Tensor:
    """Flat plains, steep corners and one lowest point at (3, 1/2).

    Beale (1958), On an iterative method for finding a local minimum, Princeton.
    """
    x, y = points.unbind(-1)
    parts = [(c - x + x * y**n) ** 2 for n, c in ((1, 1.5), (2, 2.25), (3, 2.625))]
    return torch.stack(parts).sum(0)


def noisy(mean: Callable[[torch.Tensor], torch.Tensor], noise: float) -> Each:
    """A loss whose events each tilt it their own way; all tilts add up to nothing."""
    draw = torch.Generator().manual_seed(0)
    tilts = noise * torch.randn(EVENTS, 2, generator=draw, dtype=torch.float64)
    tilts -= tilts.mean(0)

    def loss(points: torch.Tensor, events: torch.Tensor) -> torch.Tensor:
        return mean(points) + points @ tilts[events].mean(0)

    return loss


def ravine_course(turned: float) -> Course:
    """A ravine at an angle to the axes, in degrees."""
    angle = np.deg2rad(turned)
    x, y = -3.6, 1.0
    start = (
        float(np.cos(angle) * x - np.sin(angle) * y),
        float(np.sin(angle) * x + np.cos(angle) * y),
    )
    name = "ravine" if turned == 0 else f"ravine, turned by {turned:.0f}°"
    return Course(
        name,
        "L = u²/2 + 20 v², with u along the ravine and v across",
        noisy(lambda points: ravine(points, turned), 2.0),
        EVENTS,
        start,
        (-4.2, 4.2),
        (-4.2, 4.2),
        (0.02, 0.1),
        ((0.0, 0.0),),
    )


SADDLE = Course(
    "saddle",
    "L = x² − y² + y⁴/4",
    noisy(saddle, 0.5),
    EVENTS,
    (1.6, 0.005),
    (-2.2, 2.2),
    (-2.2, 2.2),
    (0.02, 0.04),
    ((0.0, 2**0.5), (0.0, -(2**0.5))),
)
BEALE = Course(
    "Beale's function",
    "L = (1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²",
    noisy(beale, 1.0),
    EVENTS,
    (-1.5, 1.7),
    (-4.5, 4.5),
    (-2.5, 2.5),
    (0.002, 0.1),
    ((3.0, 0.5),),
)


def own_course(
    subject: Subject, reach: float = 1.0, points: int = 17, seed: int = 0
) -> Course:
    """A network's own loss along two directions of its filters' size.

    Each event's loss is taken at the points of a grid and interpolated between them
    (bilinear), so that the slope of a batch is that of its events.

    Args:
        subject: The network and its events.
        reach: In sizes of the filters.
        points: Along one side of the grid.
        seed: Of the directions; the next one draws the second.
    """
    ways = direction(subject, seed), direction(subject, seed + 1)
    grid = around(subject, ways, reach, points).double()

    def loss(places: torch.Tensor, events: torch.Tensor) -> torch.Tensor:
        return sampled(grid[events].mean(0), reach, places, smooth=False)

    far = 0.85 * reach
    return Course(
        f"the loss of {subject.name}",
        "L(θ + x d₁ + y d₂), the directions of the size of the network's filters",
        loss,
        len(subject),
        (-far, far),
        (-reach, reach),
        (-reach, reach),
        (0.01 * reach**2, 0.03 * reach),
    )
