"""What layers see: filters, the events that move a unit most, and honest baselines.

Le et al. (2012), arXiv:1112.6209, looked for the unit that tells faces, and asked the
best raw pixel and random filters as well.
"""

from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np
import torch

from workbench.lessons.steps import ACTIVE, Step, watching
from workbench.lessons.subject import Subject

KINDS = ("unit of the network", "raw pixel", "unit of random filters")


def answers(subject: Subject) -> dict[str, np.ndarray]:
    """How much each unit answers to each event: layer → (N, units).

    The largest value over places, after the activation. Layers are named by the weights
    before it.
    """
    found: dict[str, list[list[np.ndarray]]] = {}
    event = 0

    def heed(step: Step) -> None:
        if step.kind not in ACTIVE:
            return
        units = step.made.movedim(step.units, -1)
        units = units.reshape(-1, units.shape[-1])  # (places, units)
        most = units.amax(0) if len(units) else units.new_zeros(units.shape[1])
        rows = found.setdefault(step.layer, [[] for _ in range(len(subject))])
        rows[event].append(most.numpy())

    with torch.no_grad(), watching(subject.network, heed):
        for event in range(len(subject)):  # a hit alone has no event
            subject.network(*subject[event : event + 1].inputs.values())
    return {
        layer: np.stack([np.max(parts, 0) for parts in rows])
        for layer, rows in found.items()
    }


def shuffled(subject: Subject, seed: int = 0) -> Subject:
    """The same network with the weights of each layer in another order.

    So it knows nothing, and its weights are as large as they were.
    """
    draw = torch.Generator().manual_seed(seed)
    network = deepcopy(subject.network)
    with torch.no_grad():
        for weight in network.parameters():
            if weight.ndim > 1:
                order = torch.randperm(weight.numel(), generator=draw)
                weight.copy_(weight.flatten()[order].view(weight.shape))
    return replace(subject, name=f"{subject.name}, shuffled", network=network)


def pixels(subject: Subject) -> np.ndarray:
    """Every number of the inputs as if it were a unit (N, numbers)."""
    parts = [value.flatten(1) for value in subject.inputs.values()]
    return torch.cat(parts, 1).numpy()


def auroc(values: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """Chance that a unit answers more to an event of the class than to another (U,).

    Ties count as a half (Mann and Whitney 1947).

    Args:
        values: (N, U).
        positive: Whether an event is of the class (N,).
    """
    from scipy.stats import rankdata

    ranks = rankdata(values, axis=0)
    inside, outside = int(positive.sum()), int((~positive).sum())
    above = ranks[positive].sum(0) - inside * (inside + 1) / 2
    return above / (inside * outside)


@dataclass(frozen=True)
class Detector:
    """The unit that tells a class best.

    Attributes:
        kind: What was searched.
        unit: Its number.
        sign: 1 where it answers more to the class, −1 where it answers less.
        searched: How many were searched.
        chosen: AUROC on the events by which it was chosen.
        honest: On the others.
    """

    kind: str
    unit: int
    sign: int
    searched: int
    chosen: float
    honest: float


def detector(kind: str, values: np.ndarray, positive: np.ndarray) -> Detector:
    """Choose the best unit by every other event, and judge it by the rest.

    The best of many is lucky: on the events by which it was chosen it looks better than
    it is.

    Args:
        kind: What is searched.
        values: (N, U).
        positive: Whether an event is of the class (N,).
    """
    first = auroc(values[::2], positive[::2])
    unit = int(np.abs(first - 0.5).argmax())
    sign = 1 if first[unit] >= 0.5 else -1
    rest = auroc(values[1::2, [unit]], positive[1::2])[0]
    found = [float(one if sign > 0 else 1 - one) for one in (first[unit], rest)]
    return Detector(kind, unit, sign, values.shape[1], found[0], found[1])


def top(values: np.ndarray, unit: int, number: int = 8) -> np.ndarray:
    """Numbers of the events to which a unit answers most, the strongest first."""
    return np.argsort(-values[:, unit], kind="stable")[:number]


def filters(subject: Subject) -> tuple[str, np.ndarray]:
    """The first layer of filters: its name, and their weights (F, rows, columns).

    The first channel's, where there are several. Empty if a network has no such layer.
    """
    for name, weight in subject.weights.items():
        if weight.ndim == 4 and max(weight.shape[2:]) > 1:
            return name.removesuffix(".weight"), weight[:, 0].numpy()
    return "", np.zeros((0, 1, 1))
