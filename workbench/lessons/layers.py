"""One's own network as functions in a row: where each takes the events."""

import numpy as np
import torch

from workbench.lessons.sight import auroc, pixels
from workbench.lessons.steps import ACTIVE, Step, watching
from workbench.lessons.subject import Subject

MOST = 4096  # numbers of a layer that are looked at
RIDGE = 1e-2  # of the mean variance: keeps a straight cut through few events honest


def places(subject: Subject) -> dict[str, np.ndarray]:
    """What events are to each layer: name → (N, numbers), the inputs first.

    All units at all places, after the activation; of many numbers some drawn at random.
    Where the places differ from event to event, of each unit its largest answer.
    """
    seen: dict[str, list[list[torch.Tensor]]] = {}
    event = 0

    def heed(step: Step) -> None:
        if step.kind in ACTIVE:
            rows = seen.setdefault(step.layer, [[] for _ in range(len(subject))])
            rows[event].append(step.made.movedim(step.units, -1))

    with torch.no_grad(), watching(subject.network, heed):
        for event in range(len(subject)):  # a hit alone has no event
            subject.network(*subject[event : event + 1].inputs.values())
    found = {"inputs": _some(pixels(subject))}
    found |= {layer: _some(_rows(rows)) for layer, rows in seen.items()}
    with torch.no_grad():
        logits = subject.network(*subject.inputs.values()).float()
    found["answer"] = (
        logits.flatten(2).mean(2).numpy() if logits.ndim > 2 else (logits.numpy())
    )
    return found


def _rows(events: list[list[torch.Tensor]]) -> np.ndarray:
    shapes = {tuple(part.shape for part in parts) for parts in events}
    if len(shapes) == 1:
        return torch.stack(
            [torch.cat([p.flatten() for p in e]) for e in events]
        ).numpy()
    flat = [[part.reshape(-1, part.shape[-1]) for part in parts] for parts in events]
    return torch.stack([torch.cat(parts).amax(0) for parts in flat]).numpy()


def _some(values: np.ndarray) -> np.ndarray:
    if values.shape[1] <= MOST:
        return values
    draw = np.random.default_rng(0)
    return values[:, np.sort(draw.choice(values.shape[1], MOST, replace=False))]


def flat(values: np.ndarray, before: np.ndarray | None = None) -> np.ndarray:
    """The plane in which events (N, D) lie farthest apart (N, 2), in its own spread.

    Principal components (Pearson 1901); turned and mirrored to be as near as can be to
    the plane before (Schönemann 1966), so that points move no more than they must.
    """
    centred = values - values.mean(0)
    left, size, _ = np.linalg.svd(centred, full_matrices=False)
    plane = np.zeros((len(values), 2))
    kept = min(2, len(size))
    plane[:, :kept] = left[:, :kept] * size[:kept]
    plane /= plane.std() or 1.0
    if before is None:
        return plane
    u, _, v = np.linalg.svd(plane.T @ before)
    return plane @ u @ v


def told_apart(values: np.ndarray, positive: np.ndarray) -> float:
    """Chance that a straight cut puts an event of the class above another, unseen.

    The cut is Fisher's (1936), ridged, found with every other event and judged by the
    rest as an AUROC.

    Args:
        values: (N, D).
        positive: Whether an event is of the class (N,).
    """
    rows, label = values[::2], positive[::2]
    if not 0 < positive[1::2].sum() < len(positive[1::2]) or not 0 < label.sum():
        return float("nan")
    means = rows[label].mean(0), rows[~label].mean(0)
    rest = np.concatenate([rows[label] - means[0], rows[~label] - means[1]])
    size, axes = np.linalg.svd(rest / len(rest) ** 0.5, full_matrices=False)[1:]
    least = RIDGE * max(float((size**2).sum()) / rest.shape[1], 1e-12)
    way = means[0] - means[1]
    way = way - axes.T @ (size**2 / (size**2 + least) * (axes @ way))
    return float(auroc((values[1::2] @ way)[:, None], positive[1::2])[0])
