"""Whether things that a network outlines are real, and whether it knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.evidence import Evidence
from workbench.task import Table
from workbench.uncertainty.calibration import TINY, brier, reliability
from workbench.uncertainty.foreign import area

BINS = 10


@dataclass(frozen=True)
class Thing:
    """A connected area that a network has outlined.

    Attributes:
        of: Its class.
        score: Mean probability of that class within.
        real: Whether it touches a true thing of its class.
    """

    of: int
    score: float
    real: bool


def things(
    evidence: Evidence, sample: Mapping[str, Any], chances: np.ndarray, target: str
) -> list[Thing]:
    """Those on a map whose truth is known.

    Args:
        evidence: That says what an outlined thing is.
        sample: The map.
        chances: Probabilities (K, H, W).
        target: Key of the truth; things that lie where it is not known do not count.
    """
    assert evidence.seen is not None
    unknown = np.asarray(sample[target]) < 0
    return [
        Thing(
            thing.of,
            float(chances[thing.of][thing.mask].mean()),
            thing.truth is not None,
        )
        for thing in evidence.seen(sample, chances.argmax(0))
        if unknown[thing.mask].mean() < 0.5
    ]


@dataclass(frozen=True)
class Scored:
    """Things of one class.

    Attributes:
        score: Chances that they are real (N,).
        real: Whether they are (N,).
    """

    score: np.ndarray
    real: np.ndarray

    @classmethod
    def of(cls, found: Sequence[Thing], kind: int) -> "Scored":
        """Those of a class."""
        mine = [thing for thing in found if thing.of == kind]
        return cls(
            np.array([thing.score for thing in mine]),
            np.array([thing.real for thing in mine], bool),
        )

    @property
    def told(self) -> bool:
        """Whether there are real ones and others."""
        return bool(self.real.any() and not self.real.all())

    def mended(self, known: "Scored") -> "Scored":
        """With chances as often right as they say, learned from other maps' things.

        A logistic function of the score's logit: Platt (1999), Advances in Large
        Margin Classifiers, 61. As it was where known ones are all real or none is.
        """
        from sklearn.linear_model import LogisticRegression

        if not known.told or not len(self.score):
            return self
        model = LogisticRegression(C=1.0).fit(_odds(known.score), known.real)
        return Scored(model.predict_proba(_odds(self.score))[:, 1], self.real)

    @property
    def both(self) -> np.ndarray:
        """Chances of being none and of being real (N, 2)."""
        return np.stack([1 - self.score, self.score], 1)


def thing_table(
    found: Mapping[str, tuple[Scored, Scored]], numbers: dict[str, float]
) -> Table:
    """How many there are of each class, and what their scores are worth.

    Args:
        found: Class → things of test maps, as they are and mended.
        numbers: Are added to.
    """
    rows: list[tuple[str, ...]] = []
    for name, (plain, mended) in found.items():
        if not len(plain.score):
            rows.append((name, "0", *["—"] * 6))
            continue
        errors = [gap(one) for one in (plain, mended)]
        floor = _floor(mended)
        far = [
            float(brier(one.both, one.real.astype(int)).mean())
            for one in (plain, mended)
        ]
        word = name.split()[-1]
        numbers |= {
            f"things_{word}": float(len(plain.score)),
            f"real_{word}": float(plain.real.mean()),
            f"thing_ece_{word}": errors[1],
        }
        told = "—"
        if plain.told:
            curve = area(plain.score[~plain.real], plain.score[plain.real])
            numbers[f"thing_auc_{word}"] = curve.value
            told = f"{curve.value:.2f} ({curve.low:.2f} – {curve.high:.2f})"
        rows.append(
            (
                name,
                f"{len(plain.score)}",
                f"{100 * plain.real.mean():.0f} %",
                f"{100 * plain.score.mean():.0f} %",
                f"{100 * errors[0]:.1f} %",
                f"{100 * errors[1]:.1f} (floor {100 * floor:.1f}) %",
                f"{far[0]:.3f}, {far[1]:.3f}",
                told,
            )
        )
    return Table(
        "Whether outlined things are real",
        "A thing is real if it touches a true one of its class. Its score is the mean "
        "probability within; mended, a logistic function of it that calibration maps "
        "teach. Last, the chance that a real one scores above another.",
        (
            "", "things", "real", "mean score", "ECE as it is", "ECE mended",
            "Brier before, after", "told apart",
        ),
        tuple(rows),
    )  # fmt: skip


def gap(found: Scored) -> float:
    """Expected calibration error of scores, in ten bins."""
    return reliability(found.score, found.real, BINS).ece if len(found.score) else 0.0


def _floor(found: Scored) -> float:
    """What true chances of as many things would give."""
    draw = np.random.default_rng(0)
    drawn = (draw.random(len(found.score)) < found.score for _ in range(200))
    return float(np.mean([gap(Scored(found.score, real)) for real in drawn]))


def _odds(score: np.ndarray) -> np.ndarray:
    sure = np.clip(score, TINY, 1 - 1e-9)
    return np.log(sure / (1 - sure))[:, None]
