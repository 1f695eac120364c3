"""All that is measured of maps, gathered while they go by."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workbench.uncertainty.decomposition import Doubt
from workbench.uncertainty.maps.asking import ALONE, Asking, points, warm
from workbench.uncertainty.maps.masks import Lost, lost
from workbench.uncertainty.maps.people import Beside, shares
from workbench.uncertainty.maps.tally import Tally
from workbench.uncertainty.maps.things import Thing, things


@dataclass
class Gathered:
    """Of the maps of a split.

    Attributes:
        tallies: Method → each map's counts.
        lost: Class → what masks of each map with it lose.
        having: Class → which of the maps have it.
        things: Those that the best method outlines.
        people: Method → each map's probabilities beside people's shares.
        doubts: Total, aleatoric and epistemic doubt of each map, where there are
            several members.
        maps: How many.
    """

    tallies: dict[str, list[Tally]] = field(default_factory=lambda: defaultdict(list))
    lost: dict[int, list[Lost]] = field(default_factory=lambda: defaultdict(list))
    having: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    things: list[Thing] = field(default_factory=list)
    people: dict[str, list[Beside]] = field(default_factory=lambda: defaultdict(list))
    doubts: list[tuple[float, float, float]] = field(default_factory=list)
    maps: int = 0

    def of(self, kind: int) -> Lost:
        """What masks of a class lose."""
        return Lost.joined(self.lost[kind])


def gather(asking: Asking, data: Any, split: str, what: str, whole: bool) -> Gathered:
    """Ask about every map of a split.

    Args:
        asking: Networks, with temperatures.
        data: Set up; its ``area`` (H,) is what a point of each row covers.
        split: Whose maps.
        what: Is being done, beside the bar.
        whole: Whether all is measured, or masks and things alone, by the best method.
    """
    task, best = asking.members[0].task, warm(asking.best)
    found = Gathered()
    for batch in asking.over(data, split, what):
        said = asking.said(batch)
        means = asking.mean(said)
        for place, mask in enumerate(np.asarray(batch[task.target])):
            there = points(mask, data.area)
            labels = mask.ravel()[there.rows]
            flat = {
                name: each[place].reshape(each.shape[1], -1)[:, there.rows].T
                for name, each in means.items()
            }
            for kind, one in lost(flat[best], labels).items():
                found.lost[kind].append(one)
                found.having[kind].append(found.maps)
            sample = {name: values[place] for name, values in batch.items()}
            if task.evidence and task.evidence.seen:
                outlined = things(
                    task.evidence, sample, means[best][place], task.target
                )
                found.things += outlined
            found.maps += 1
            if not whole:
                continue
            for name, chances in flat.items():
                found.tallies[name].append(Tally.of(chances, labels, there))
            if asking.best != ALONE:
                members = said[asking.best][:, place].reshape(
                    len(asking.members), len(task.classes), -1
                )
                found.doubts.append(_doubt(members[..., there.rows], there.shares))
            if task.people and task.people in sample:
                _compare(found, task.people, sample, means, place, data.area)
    return found


def _doubt(members: np.ndarray, weight: np.ndarray) -> tuple[float, float, float]:
    """Means over a map of its parts; ``members`` (M, K, P)."""
    doubt = Doubt.of(members.transpose(0, 2, 1))
    parts = doubt.total, doubt.aleatoric, doubt.epistemic
    total, aleatoric, epistemic = (float(part @ weight) for part in parts)
    return total, aleatoric, epistemic


def _compare(
    found: Gathered,
    key: str,
    sample: Mapping[str, Any],
    means: Mapping[str, np.ndarray],
    place: int,
    area: np.ndarray,
) -> None:
    """Add a map's probabilities beside what people said, if any did."""
    for name, each in means.items():
        said = shares(np.asarray(sample[key]), each.shape[1])
        if np.isfinite(said).any():
            found.people[name].append(Beside.of(each[place], said, area))
