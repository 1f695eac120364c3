"""The loss around a trained network's weights, along directions of its filters' size.

Li, Xu, Taylor, Studer and Goldstein (2018), arXiv:1712.09913.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace

import torch
from torch.nn import functional as F

from workbench.lessons.subject import Subject
from workbench.progress import with_progress

Direction = dict[str, torch.Tensor]


def filters(weight: torch.Tensor) -> torch.Tensor:
    """The norm of each filter of a layer, to be multiplied with its weights."""
    rest = tuple(range(1, weight.ndim))
    return torch.linalg.vector_norm(weight, dim=rest, keepdim=True)


def direction(subject: Subject, seed: int, normalised: bool = True) -> Direction:
    """A random direction among a network's weights.

    Every filter of it is as long as that filter of the network, d ← d ‖w‖ / ‖d‖, so
    that a step of one changes all layers alike, however their weights are scaled.
    Biases and what normalises batches stay as they are.

    Args:
        subject: The network.
        seed: Of the draw.
        normalised: If not, the direction is only made as long, as a whole, as the
            weights are.
    """
    draw = torch.Generator().manual_seed(seed)
    found: Direction = {}
    for name, weight in subject.weights.items():
        drawn = torch.randn(weight.shape, generator=draw).to(weight)
        if weight.ndim < 2:
            drawn.zero_()
        elif normalised:
            drawn *= filters(weight) / filters(drawn).clamp(min=1e-12)
        found[name] = drawn
    if not normalised:
        weights = [w for w in subject.weights.values() if w.ndim > 1]
        drawn = [found[n] for n, w in subject.weights.items() if w.ndim > 1]
        scale = length(weights) / length(drawn)
        found = {name: scale * value for name, value in found.items()}
    return found


def length(parts: Sequence[torch.Tensor]) -> float:
    """Euclidean length of tensors taken as one vector."""
    return float(torch.stack([part.norm() for part in parts]).norm())


def moved(
    weights: Mapping[str, torch.Tensor],
    directions: Sequence[Direction],
    steps: Sequence[float],
) -> Direction:
    """Weights after a step along each direction."""
    found = dict(weights)
    for way, step in zip(directions, steps, strict=True):
        found = {name: value + step * way[name] for name, value in found.items()}
    return found


def along(subject: Subject, way: Direction, steps: Sequence[float]) -> torch.Tensor:
    """Mean loss after each step along one direction (steps,)."""
    weights = subject.weights
    return torch.stack(
        [subject.losses(moved(weights, [way], [step])).mean() for step in steps]
    )


def around(
    subject: Subject, ways: tuple[Direction, Direction], reach: float, points: int
) -> torch.Tensor:
    """Each event's loss on a square grid around the weights (N, points, points).

    The middle is the network itself. What a batch norm has counted stays as it is when
    the network judges.

    Args:
        subject: The network and its events.
        ways: The horizontal and the vertical direction.
        reach: The grid goes from −reach to reach.
        points: Along one side; odd, so that one is in the middle.
    """
    steps: list[float] = torch.linspace(-reach, reach, points).tolist()
    weights = subject.weights
    rows: list[torch.Tensor] = []
    shown = with_progress(
        steps, lambda _: 1, points, "rows", what="the loss around the weights"
    )
    for up in shown:
        start = moved(weights, ways[1:], [up])
        row = [subject.losses(moved(start, ways[:1], [step])) for step in steps]
        rows.append(torch.stack(row, 1))
    return torch.stack(rows, 1)


def turns(grid: torch.Tensor) -> float:
    """How often the loss turns from falling to rising or back along a line.

    The mean over all rows and columns of a grid; in one valley, it is at most one.

    Args:
        grid: Mean losses (points, points).
    """
    counts = [
        (slope[:, 1:] != slope[:, :-1]).float().sum(1).mean()
        for slope in (grid.diff(dim=1).sign(), grid.T.diff(dim=1).sign())
    ]
    return float(torch.stack(counts).mean())


def basin(grid: torch.Tensor, reach: float, factor: float = 1.0) -> float:
    """How far one may go on average before the loss has grown by so many nats.

    The root of area over π of the grid's points that are not above the middle's loss by
    more than the factor.

    Args:
        grid: Mean losses (points, points).
        reach: Of the grid.
        factor: In nats.
    """
    points = len(grid)
    middle = grid[points // 2, points // 2]
    near = float((grid <= middle + factor).float().mean())
    return (near * (2 * reach) ** 2 / torch.pi) ** 0.5


def rescaled(subject: Subject, first: str, second: str, factor: float) -> Subject:
    """The same function with other weights: a layer grown, the next one shrunk.

    Right where a ReLU alone is between the two.

    Args:
        subject: The network.
        first: Name of the layer that is multiplied, its bias too.
        second: Name of the layer that is divided.
        factor: More than nought.
    """
    network = deepcopy(subject.network)
    with torch.no_grad():
        for part in network.get_submodule(first).parameters():
            part *= factor
        network.get_submodule(second).weight /= factor
    return replace(subject, network=network)


def sampled(
    grid: torch.Tensor, reach: float, places: torch.Tensor, smooth: bool = True
) -> torch.Tensor:
    """A grid's losses between its points (n,).

    Losses of one picture differ by factors of a thousand, and a curve through them
    would dip below nought: what is interpolated smoothly is their logarithm.

    Args:
        grid: (points, points), rows from below.
        reach: Of the grid, from −reach to reach.
        places: (n, 2).
        smooth: Bicubic, of the logarithm; if not, bilinear, of the losses themselves,
            so that the mean over events stays one.
    """
    found = F.grid_sample(
        (grid.clamp(min=1e-12).log() if smooth else grid)[None, None].double(),
        (places / reach)[None, None].double(),
        mode="bicubic" if smooth else "bilinear",
        padding_mode="border",
        align_corners=True,
    )[0, 0, 0]
    return found.exp() if smooth else found


def cut(
    grid: torch.Tensor, reach: float, angle: float, at: torch.Tensor
) -> torch.Tensor:
    """Losses along a line through the middle of a grid (n,).

    Args:
        grid: Mean losses (points, points).
        reach: Of the grid.
        angle: Of the line against the horizontal, in degrees.
        at: Places along the line (n,), within the reach.
    """
    turn = torch.tensor(angle, dtype=torch.float64).deg2rad()
    return sampled(grid, reach, torch.stack([at * turn.cos(), at * turn.sin()], -1))
