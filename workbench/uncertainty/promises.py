"""Sets that hold the true class, of each kind, as they turn out on test events."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.rates import Rate, rate
from workbench.task import Table
from workbench.uncertainty.answers import Answers
from workbench.uncertainty.conformal import Conformal, Method, band, covered, least

DEFAULT: Method = "aps"
KINDS: dict[str, tuple[Method, bool]] = {
    "LAC": ("lac", False),
    "APS": ("aps", False),
    "RAPS": ("raps", False),
    "APS, each class": ("aps", True),
}


@dataclass(frozen=True)
class Kept:
    """How a promise turned out.

    Attributes:
        promise: As calibrated.
        coverage: Share of sets that hold the true class.
        band: Where that lies, three standard deviations about what is expected.
        size: Mean number of classes in a set.
        empty: Share of sets without any.
        shown: Coverage of the sets that people see, which hold the likeliest class.
        classes: Coverage of each class's own events (K,).
    """

    promise: Conformal
    coverage: float
    band: tuple[float, float]
    size: float
    empty: float
    shown: float
    classes: np.ndarray

    @classmethod
    def of(cls, promise: Conformal, test: Answers) -> "Kept":
        """Try a promise on test events."""
        p, labels = test.probabilities, test.labels
        sets = promise.sets(p)
        held = covered(sets, labels)
        each = [held[labels == k] for k in range(p.shape[1])]
        return cls(
            promise,
            float(held.mean()),
            band(promise.alpha, int(promise.events.max()), len(labels)),
            float(sets.sum(1).mean()),
            float((~sets.any(1)).mean()),
            float(covered(promise.shown(p), labels).mean()),
            np.array([part.mean() if len(part) else np.nan for part in each]),
        )


def class_rates(promise: Conformal, test: Answers) -> list[Rate]:
    """How many sets of each class's own events hold it."""
    held = covered(promise.sets(test.probabilities), test.labels)
    return [rate(held[test.labels == k]) for k in range(len(promise.thresholds))]


def promises(known: Answers, test: Answers, alpha: float) -> dict[str, Kept]:
    """Calibrate each kind of sets on known events and try it on test events.

    Raises:
        BadInput: too few known events for α.
    """
    p, labels = known.probabilities, known.labels
    return {
        name: Kept.of(Conformal.fit(p, labels, alpha, method, each), test)
        for name, (method, each) in KINDS.items()
    }


def promise_table(kept: dict[str, Kept], known: int, test: int) -> Table:
    """Coverage and size of each kind of sets."""
    alpha = kept["APS"].promise.alpha
    rows = [
        (
            name,
            f"{100 * one.coverage:.2f} %",
            _percent(*one.band) if name != "APS, each class" else "",
            f"{one.size:.2f}",
            f"{100 * one.empty:.2f} %",
            f"{100 * one.shown:.2f} %",
        )
        for name, one in kept.items()
    ]
    return Table(
        f"Sets that hold the true class with a chance of {100 * (1 - alpha):g} %",
        f"Calibrated on {known:,} events that neither trained nor chose the network, "
        f"tried on {test:,} others. The promise is about events of the same kind, on "
        "average over all. Sets that people see hold the likeliest class, too, and so "
        "the true one more often.",
        ("", "coverage", "expected", "classes", "empty", "as shown"),
        tuple(rows),
    )


def class_table(kept: dict[str, Kept], names: Sequence[str]) -> Table:
    """Coverage of each class, promised for all together and for each."""
    both, each = kept["APS"], kept["APS, each class"]
    alpha = both.promise.alpha
    rows = [
        (
            name,
            f"{each.promise.events[k]:,}",
            f"{100 * both.classes[k]:.1f} %",
            "no class is left out"
            if k in each.promise.idle
            else f"{100 * each.classes[k]:.1f} %",
        )
        for k, name in enumerate(names)
    ]
    return Table(
        "Coverage of each class",
        f"A promise for each class by itself needs {least(alpha):,} calibration events "
        "of it; with fewer every set holds it.",
        ("", "calibration events", "promised for all", "promised for each"),
        tuple(rows),
    )


def _percent(low: float, high: float) -> str:
    return f"{100 * low:.2f} – {min(100.0, 100 * high):.2f} %"
