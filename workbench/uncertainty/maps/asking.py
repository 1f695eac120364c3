"""What networks say of maps, a batch at a time, so that any number of maps fits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from workbench.errors import BadInput
from workbench.progress import with_progress
from workbench.runs.trained import Trained
from workbench.uncertainty.calibration import TINY
from workbench.uncertainty.scaling import Temperature
from workbench.uncertainty.ways import NAMES

POINTS = 4000  # of a map, drawn by area, that a temperature is fitted to
ALONE = "as it is"
Said = Mapping[str, np.ndarray]  # method → (S, B, K, H, W): each member or mirror image


@dataclass(frozen=True)
class Asking:
    """Networks that are asked together, and in which ways.

    Attributes:
        members: The first one's data are set up.
        mirrored: Whether the first is asked under its task's symmetries, too.
        temperatures: Method → the one by which validation points are likeliest.
    """

    members: Sequence[Trained]
    mirrored: bool = True
    temperatures: Mapping[str, float] = field(default_factory=dict)

    @property
    def passes(self) -> dict[str, int]:
        """How often a map goes through a network, by method."""
        found = {ALONE: 1}
        symmetries = self.members[0].task.symmetries
        if self.mirrored and symmetries:
            found[NAMES["symmetry"]] = 1 + len(symmetries)
        if len(self.members) > 1:
            found[f"{len(self.members)} members"] = len(self.members)
        return found

    @property
    def best(self) -> str:
        """All members, or the one."""
        return [ALONE, f"{len(self.members)} members"][len(self.members) > 1]

    @torch.no_grad()
    def said(self, batch: Mapping[str, Any]) -> Said:
        """Probabilities of a batch by each method."""
        first = self.members[0]
        inputs = [batch[name] for name in first.task.inputs]
        alone = _chances(first.model, inputs)
        found = {ALONE: [alone]}
        for name in self.passes:
            if name == NAMES["symmetry"]:
                turned = first.task.symmetries.values()
                found[name] = [
                    alone,
                    *(
                        one.back(_chances(first.model, one.there(first.model, inputs)))
                        for one in turned
                    ),
                ]
            elif name != ALONE:
                others = [_chances(one.model, inputs) for one in self.members[1:]]
                found[name] = [alone, *others]
        return {name: torch.stack(each).numpy() for name, each in found.items()}

    def mean(self, said: Said) -> dict[str, np.ndarray]:
        """Probabilities (B, K, H, W) of every method, with and without temperature."""
        found: dict[str, np.ndarray] = {}
        for name, each in said.items():
            found[name] = each.mean(0)
            if name in self.temperatures:
                found[warm(name)] = _at(found[name], self.temperatures[name])
        return found

    def over(self, data: Any, split: str, what: str) -> Iterator[Mapping[str, Any]]:
        """Batches of a split.

        Raises:
            BadInput: nobody says the classes of their points.
        """
        first, last = data.bounds(split)
        starts = range(first, last, data.batch_size)
        for start in with_progress(
            starts, lambda _: 1, len(starts), "batches", what=what
        ):
            batch = data.batches[np.arange(start, min(start + data.batch_size, last))]
            if self.members[0].task.target not in batch:
                raise BadInput(
                    f"the maps to {what} say no class of their points: uncertainty is "
                    "judged by it: give maps with a truth"
                )
            yield batch

    def fitted(self, data: Any, split: str = "val", seed: int = 0) -> "Asking":
        """With temperatures that are learned from points of maps, drawn by area."""
        draw = np.random.default_rng(seed)
        target = self.members[0].task.target
        logits: dict[str, list[np.ndarray]] = {name: [] for name in self.passes}
        labels: list[np.ndarray] = []
        for batch in self.over(data, split, "validate"):
            means = self.mean(self.said(batch))
            for place, mask in enumerate(np.asarray(batch[target])):
                there = points(mask, data.area)
                rows = draw.choice(len(there.rows), POINTS, p=there.shares)
                labels.append(mask.ravel()[there.rows[rows]])
                for name, found in logits.items():
                    flat = means[name][place].reshape(means[name].shape[1], -1)
                    chosen = flat[:, there.rows[rows]].T
                    found.append(np.log(np.maximum(chosen, TINY)))
        truth = np.concatenate(labels)
        return Asking(
            self.members,
            self.mirrored,
            {
                name: Temperature.fit(
                    np.concatenate(each).astype(np.float64), truth
                ).value
                for name, each in logits.items()
            },
        )


@dataclass(frozen=True)
class Points:
    """Points of a map whose class is known.

    Attributes:
        rows: Their places in the flattened map (P,).
        shares: Of the area that they have together (P,), of sum one.
    """

    rows: np.ndarray
    shares: np.ndarray


def points(mask: np.ndarray, area: np.ndarray) -> Points:
    """Points of a map (H, W) whose code is not below 0; ``area`` (H,) is a row's.

    Raises:
        BadInput: there are none.
    """
    known = np.flatnonzero(mask >= 0)
    if not len(known):
        raise BadInput("a map without any point whose class is known: leave it out")
    weights = np.repeat(area, mask.shape[1])[known]
    return Points(known, weights / weights.sum())


def warm(name: str) -> str:
    """The method with a temperature."""
    return "temperature" if name == ALONE else f"{name}, temperature"


def _chances(model: Any, inputs: Sequence[Any]) -> torch.Tensor:
    """Probabilities (B, K, H, W)."""
    moved = [value.to(model.device) for value in inputs]
    return model.eval()(*moved).float().softmax(1).cpu()


def _at(chances: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities at a temperature (B, K, H, W)."""
    logits = np.log(np.maximum(chances, TINY)) / temperature
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)
