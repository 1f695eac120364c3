"""Masks about a thing: an outer one misses little of it, an inner one strays little.

Both are promised by conformal risk control (Angelopoulos et al., ICLR 2024,
arXiv:2208.02814), whose unit here is the map: on average over maps with the thing, and
over calibrations, no more than α of its points are missing from the outer mask, and
those of the inner mask that lie outside of it are no more than α of it.
"""

from dataclasses import dataclass

import numpy as np

from workbench.errors import BadInput
from workbench.uncertainty.risk_control import STEPS, MaskControl, missed, thresholds


@dataclass(frozen=True)
class Lost:
    """What masks at each threshold lose of a class, map by map with that class.

    Attributes:
        missed: Share of its points that are below (N, STEPS).
        strayed: Points above that are not of it, as a share of it, one at most
            (N, STEPS).
        size: Points above, in units of its own (N, STEPS).
    """

    missed: np.ndarray
    strayed: np.ndarray
    size: np.ndarray

    @classmethod
    def of(cls, probability: np.ndarray, mask: np.ndarray) -> "Lost":
        """Of one map: probabilities of the class and where it is, at points (P,)."""
        below = missed(probability, mask)
        outside = np.sort(probability[~mask])
        above = len(outside) - np.searchsorted(outside, thresholds())
        more = above / max(1, int(mask.sum()))
        size = 1 - below + more
        return cls(below[None], np.minimum(more, 1)[None], size[None])

    @classmethod
    def joined(cls, parts: "list[Lost]") -> "Lost":
        """Of all maps with the class."""
        if not parts:
            nothing = np.zeros((0, STEPS))
            return cls(nothing, nothing, nothing)
        return cls(
            np.concatenate([part.missed for part in parts]),
            np.concatenate([part.strayed for part in parts]),
            np.concatenate([part.size for part in parts]),
        )

    def __len__(self) -> int:
        """Number of maps."""
        return len(self.missed)

    def __getitem__(self, rows: np.ndarray) -> "Lost":
        """Of some of the maps."""
        return Lost(self.missed[rows], self.strayed[rows], self.size[rows])


@dataclass(frozen=True)
class Masks:
    """Thresholds of both masks.

    Attributes:
        alpha: What may be lost.
        outer: Step of the outer mask's threshold; points at least as probable are in.
        inner: Of the inner one's; ``STEPS`` if no point is in it.
        maps: That calibrated them.
    """

    alpha: float
    outer: int
    inner: int
    maps: int

    @classmethod
    def fit(cls, known: Lost, alpha: float, name: str = "the thing") -> "Masks":
        """Calibrate on maps that neither trained nor chose the network.

        Raises:
            BadInput: α is not between 0 and 1, no map has the class, or too few have.
        """
        if not 0 < alpha < 1:
            raise BadInput(f"alpha {alpha}: give a number between 0 and 1, like 0.1")
        if not len(known):
            raise BadInput(
                f"no calibration map has a {name}: no mask of it can be promised: give "
                "more with --events"
            )
        steps = np.arange(STEPS + 1)
        nothing = np.zeros((len(known), 1))
        falling = np.hstack([nothing, known.strayed[:, ::-1]])
        try:
            outer = MaskControl.fit(known.missed, steps[:STEPS], alpha)
            inner = MaskControl.fit(falling, steps, alpha)
        except BadInput as error:
            raise BadInput(f"{name}: {error}") from error
        low, high = int(outer.threshold), STEPS - int(inner.threshold)
        return cls(alpha, low, max(low, high), len(known))

    @property
    def thresholds(self) -> tuple[float, float]:
        """Least probability in the outer and in the inner mask."""
        steps = np.append(thresholds(), np.inf)
        return float(steps[self.outer]), float(steps[self.inner])

    def missed(self, lost: Lost) -> np.ndarray:
        """Share of the class that is not in the outer mask, by map (N,)."""
        return lost.missed[:, self.outer]

    def strayed(self, lost: Lost) -> np.ndarray:
        """Points of the inner mask outside of the class, as a share of it (N,)."""
        empty = np.zeros((len(lost), 1))
        return np.hstack([lost.strayed, empty])[:, self.inner]

    def held(self, lost: Lost) -> np.ndarray:
        """Share of the class in the inner mask (N,)."""
        full = np.ones((len(lost), 1))
        return 1 - np.hstack([lost.missed, full])[:, self.inner]

    def size(self, lost: Lost) -> np.ndarray:
        """Points of the outer mask in units of the class's own (N,)."""
        return lost.size[:, self.outer]


def lost(chances: np.ndarray, labels: np.ndarray) -> dict[int, Lost]:
    """What is lost of each class but the first that a map has.

    Args:
        chances: Of known points (P, K).
        labels: Their classes (P,).
    """
    classes = range(1, chances.shape[1])
    there = [k for k in classes if (labels == k).any()]
    return {k: Lost.of(chances[:, k], labels == k) for k in there}
