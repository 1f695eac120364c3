"""Seven optimisers of torch on the same course, from the same start."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import optim

from workbench.lessons.courses import Course

FAR = 1e3  # sizes of the picture: farther away, numbers soon overflow
Make = Callable[..., torch.optim.Optimizer]
PLAIN: dict[str, Make] = {
    "SGD": optim.SGD,
    "momentum": partial(optim.SGD, momentum=0.9),
    "Nesterov": partial(optim.SGD, momentum=0.9, nesterov=True),
}
SCALED: dict[str, Make] = {
    "AdaGrad": optim.Adagrad,
    "RMSProp": optim.RMSprop,
    "Adam": optim.Adam,
    "AdamW": optim.AdamW,
}
OPTIMISERS = PLAIN | SCALED
FORMULAS = {
    "SGD": "θ ← θ − α g",
    "momentum": "v ← 0.9 v + g,  θ ← θ − α v",
    "Nesterov": "v ← 0.9 v + g,  θ ← θ − α (g + 0.9 v)",
    "AdaGrad": "s ← s + g²,  θ ← θ − α g / √s",
    "RMSProp": "s ← 0.99 s + 0.01 g²,  θ ← θ − α g / √s",
    "Adam": "m ← 0.9 m + 0.1 g,  s ← 0.999 s + 0.001 g²,  θ ← θ − α m̂ / √ŝ",
    "AdamW": "as Adam, and θ ← θ − 0.01 α θ",
}


@dataclass(frozen=True)
class Race:
    """Where each optimiser went.

    Attributes:
        paths: Name → places (steps + 1, 2); not a number after an overflow.
        losses: Name → mean loss of all events there (steps + 1,).
        rates: Name → its learning rate.
    """

    paths: dict[str, np.ndarray]
    losses: dict[str, np.ndarray]
    rates: dict[str, float]

    def overflowed(self, name: str) -> int | None:
        """The step after which an optimiser was too far away to go on."""
        lost = ~np.isfinite(self.paths[name]).all(1)
        return int(lost.argmax()) if lost.any() else None


def race(
    course: Course,
    steps: int = 80,
    factor: float = 1.0,
    batch: int | None = None,
    start: Sequence[float] | None = None,
    seed: int = 0,
) -> Race:
    """Let all seven run.

    At a step all see the same events, drawn without replacement.

    Args:
        course: The surface.
        steps: How many.
        factor: On all learning rates.
        batch: Events in a step; all if not given.
        start: Where; the course's own place if not given.
        seed: Of the batches.
    """
    rates = {name: factor * course.rates[name in SCALED] for name in OPTIMISERS}
    first = torch.tensor(list(start or course.start), dtype=torch.float64)
    places = [first.clone().requires_grad_() for _ in OPTIMISERS]
    movers = [
        make([place], lr=rates[name])
        for place, (name, make) in zip(places, OPTIMISERS.items(), strict=True)
    ]
    draw = torch.Generator().manual_seed(seed)
    limit = FAR * max(course.x[1] - course.x[0], course.y[1] - course.y[0])
    kept = [torch.stack([place.detach() for place in places])]
    runs, chosen = [True] * len(places), torch.arange(course.events)
    for _ in range(steps):
        if batch is not None and batch < course.events:
            chosen = torch.randperm(course.events, generator=draw)[:batch]
        at = kept[-1].nan_to_num(0.0).requires_grad_()  # (optimisers, 2)
        slopes = torch.autograd.grad(course.loss(at, chosen).sum(), at)[0].unbind()
        for going, place, mover, slope in zip(
            runs, places, movers, slopes, strict=True
        ):
            if going:
                place.grad = slope
                mover.step()
        row = torch.stack([place.detach() for place in places])
        near = (row.abs() < limit).all(1)
        runs = [go and close for go, close in zip(runs, near.tolist(), strict=True)]
        row[~torch.tensor(runs)] = torch.nan
        kept.append(row)
    track = torch.stack(kept)  # (steps + 1, optimisers, 2)
    with torch.no_grad():
        flat = track.nan_to_num(0.0).reshape(-1, 2)
        loss = course.loss(flat, torch.arange(course.events)).reshape(track.shape[:2])
    loss[track.isnan().any(-1)] = torch.nan
    names = list(OPTIMISERS)
    return Race(
        {name: track[:, i].numpy() for i, name in enumerate(names)},
        {name: loss[:, i].numpy() for i, name in enumerate(names)},
        rates,
    )
