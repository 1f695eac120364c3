"""Whether new events are likely to be answered worse, foretold without their labels.

What is called harm is fixed beforehand. Which number foretells it, and from where on,
is settled on half of a set of shifted samples whose truth is known, and tried on the
other half. No test without labels can see every harm: one that leaves inputs and
answers as they were, and changes the truth alone, is seen by none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.errors import BadInput
from workbench.uncertainty.similarity import Similarity

COVERAGE, ACCURACY = 0.02, 0.01  # less than promised, or than before: harm
LEAST = 20  # points on which a verdict is founded
ABOVE = "verdict_above_"  # the name of the number that foretells harm comes after it


@dataclass(frozen=True)
class Point:
    """A shifted sample whose truth is known.

    Attributes:
        name: Of the shift.
        strength: Of it.
        similarity: To the known events.
        coverage: Of sets promised for the known events.
        accuracy: Of the answers.
    """

    name: str
    strength: float
    similarity: Similarity
    coverage: float
    accuracy: float

    def harmed(self, alpha: float, accuracy: float) -> bool:
        """Whether the promise or the accuracy is lost."""
        broken = self.coverage < 1 - alpha - COVERAGE
        return broken or self.accuracy < accuracy - ACCURACY


@dataclass(frozen=True)
class Sign:
    """A number that foretells harm, and how well.

    Attributes:
        name: Of it.
        threshold: Above it harm is likely; set on one half of the points.
        learned: Area under the ROC curve on that half.
        tried: The same on the other half.
        alarms: Share of that half's harmless points that are called harmful.
        missed: Share of its harmful points that are not.
    """

    name: str
    threshold: float
    learned: float
    tried: float
    alarms: float
    missed: float

    def warns(self, found: Similarity) -> bool:
        """Whether harm is likely."""
        return found.numbers[self.name] > self.threshold

    @property
    def numbers(self) -> dict[str, float]:
        """As a run's results keep it."""
        return {
            "verdict_auc": self.tried,
            "verdict_learned": self.learned,
            "verdict_alarms": self.alarms,
            "verdict_missed": self.missed,
            ABOVE + self.name.replace(" ", "_"): self.threshold,
        }

    @classmethod
    def kept(cls, results: Mapping[str, float]) -> "Sign | None":
        """Back from a run's results; ``None`` where no verdict was founded."""
        found = {key.removeprefix("uncertainty/"): results[key] for key in results}
        name = next((key for key in found if key.startswith(ABOVE)), None)
        if name is None:
            return None
        parts = ("learned", "auc", "alarms", "missed")
        return cls(
            name.removeprefix(ABOVE).replace("_", " "),
            found[name],
            *(found[f"verdict_{part}"] for part in parts),
        )


def signs(
    points: Sequence[Point], alpha: float, accuracy: float, seed: int = 0
) -> list[Sign]:
    """Every number's worth as a sign of harm, the best on the first half first.

    Args:
        points: Shifted samples.
        alpha: Promised share of misses.
        accuracy: On known events.
        seed: Of the halves.

    Raises:
        BadInput: too few points, or none harmful or harmless in a half.
    """
    if len(points) < LEAST:
        raise BadInput(f"{len(points)} shifted samples: a verdict needs {LEAST}")
    harmed = np.array([point.harmed(alpha, accuracy) for point in points])
    values = _columns([point.similarity.numbers for point in points])
    first = _half(harmed, seed)
    if not (_both(harmed[first]) and _both(harmed[~first])):
        raise BadInput(
            f"{harmed.sum()} of {len(points)} shifted samples do harm: a verdict needs "
            "two of each kind: choose other strengths"
        )
    found = [_sign(name, value, harmed, first) for name, value in values.items()]
    return sorted(found, key=lambda sign: -sign.learned)


def _sign(name: str, values: np.ndarray, harmed: np.ndarray, first: np.ndarray) -> Sign:
    threshold = _best_threshold(values[first], harmed[first])
    warned, harm = values[~first] > threshold, harmed[~first]
    return Sign(
        name,
        threshold,
        _area(values[first], harmed[first]),
        _area(values[~first], harm),
        float(warned[~harm].mean()),
        float((~warned[harm]).mean()),
    )


def _half(harmed: np.ndarray, seed: int) -> np.ndarray:
    """Half of the harmful and half of the harmless points (N,) bool."""
    draw = np.random.default_rng(seed)
    first = np.zeros(len(harmed), bool)
    for kind in (True, False):
        rows = draw.permutation(np.flatnonzero(harmed == kind))
        first[rows[: len(rows) // 2]] = True
    return first


def _both(harmed: np.ndarray) -> bool:
    return bool(harmed.any() and not harmed.all())


def _best_threshold(values: np.ndarray, harmed: np.ndarray) -> float:
    """Between two neighbouring values, with the fewest mistakes of either kind.

    Youden (1950), Cancer 3, 32: the sum of both rates.
    """
    rising = np.sort(values)
    tried = (rising[1:] + rising[:-1]) / 2
    right = [(values[harmed] > t).mean() + (values[~harmed] <= t).mean() for t in tried]
    return float(tried[int(np.argmax(right))])


def _area(values: np.ndarray, harmed: np.ndarray) -> float:
    from scipy.stats import rankdata

    ranks = rankdata(values)
    n, m = int(harmed.sum()), int((~harmed).sum())
    return float((ranks[harmed].sum() - n * (n + 1) / 2) / (n * m))


def _columns(rows: Sequence[Mapping[str, float]]) -> dict[str, np.ndarray]:
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def trusted(found: Similarity, sign: Sign | None) -> bool:
    """Whether the coverage may be claimed of new events, as far as can be told."""
    return not found.different or (sign is not None and not sign.warns(found))


def in_words(found: Similarity, sign: Sign | None) -> str:
    """The verdict: different? likely harmful? may the coverage be claimed?"""
    if not found.different:
        return (
            "not told from the known events: the coverage may be claimed, for what "
            "such tests can see"
        )
    told = f"different (chance {found.p:.1g})"
    if sign is None:
        return f"{told}: whether it does harm is not known: do not claim the coverage"
    if sign.warns(found):
        return f"{told} and likely harmful: do not claim the coverage"
    return (
        f"{told}, but not likely harmful: the coverage may be claimed with care, for "
        "no test without labels sees every harm"
    )
