"""Whether a network may be trusted with new events, told without their labels."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from workbench.rates import Rate, rate
from workbench.task import Table
from workbench.uncertainty.conformal import Conformal, covered
from workbench.uncertainty.foreign import SCORES, spread
from workbench.uncertainty.known import halves
from workbench.uncertainty.sight import Sight
from workbench.uncertainty.similarity import Similarity, similarity
from workbench.uncertainty.verdict import Sign, in_words, trusted

BINS = 20  # of histograms
WARNING = (
    "No test without labels sees every harm: one that leaves inputs and answers as "
    "they were, and changes the truth alone, is seen by none. No score of single "
    "events is reliable alone."
)


@dataclass(frozen=True)
class Comparison:
    """New events beside known ones.

    Attributes:
        name: Of the new events.
        known: The known ones, with mended probabilities.
        new: The new ones, likewise.
        sign: That foretells harm; ``None`` where it is not known which does.
        promise: Of sets, calibrated on the known events.
    """

    name: str
    known: Sight
    new: Sight
    sign: Sign | None
    promise: Conformal

    @cached_property
    def similarity(self) -> Similarity:
        """What tells them apart."""
        return similarity(self.known, self.new)

    @property
    def trusted(self) -> bool:
        """Whether the coverage may be claimed of the new events."""
        return trusted(self.similarity, self.sign)

    @property
    def verdict(self) -> str:
        """Different? Likely harmful? May the coverage be claimed?"""
        return in_words(self.similarity, self.sign)

    @property
    def truth(self) -> tuple[Rate, Rate] | None:
        """Accuracy, and coverage of sets, where the new events have labels."""
        new = self.new
        if new.labels is None:
            return None
        held = covered(self.promise.sets(new.probabilities), new.labels)
        return rate(new.probabilities.argmax(1) == new.labels), rate(held)

    def foreignness(self, score: str) -> tuple[np.ndarray, np.ndarray]:
        """A score of known (N,) and new (M,) events, the known judged by the others.

        Args:
            score: One of ``workbench.uncertainty.foreign.SCORES``.
        """
        base, held = (self.known[rows] for rows in halves(len(self.known), 0))
        return SCORES[score](base, held), SCORES[score](base, self.new)

    def histogram(self, score: str) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
        """Edges (B + 1,), and shares of the known and of the new events between."""
        pair = self.foreignness(score)
        edges = np.histogram_bin_edges(np.concatenate(pair), BINS)
        known, new = (np.histogram(one, edges)[0] / len(one) for one in pair)
        return edges, (known, new)

    @property
    def numbers(self) -> dict[str, Any]:
        """All that was found, as plain types."""
        found = self.similarity
        numbers: dict[str, Any] = {
            "events": len(self.new),
            "different": found.different,
            "trusted": self.trusted,
            "verdict": self.verdict,
            "p": found.p,
            "p_inputs": found.inputs.p,
            "p_features": found.features.p,
            "p_answers": found.answers,
        }
        return numbers | found.numbers

    def table(self) -> Table:
        """What tells the new events from the known ones."""
        found, sizes = self.similarity, (len(self.known), len(self.new))
        told = {"inputs": found.inputs, "features": found.features}
        areas = {
            f"a classifier of {name}": (spread(one.auc, *sizes), f"{one.p:.2g}")
            for name, one in told.items()
        }
        areas |= {f"score: {name}": (one, "") for name, one in found.foreign.items()}
        rows = [
            (name, f"{one.value:.3f}", f"{one.low:.3f} – {one.high:.3f}", p)
            for name, (one, p) in areas.items()
        ]
        rows.append(("shift of the answers", "", "", f"{found.answers:.2g}"))
        return Table(
            f"{self.name}: {sizes[1]:,} events beside {sizes[0]:,} known ones",
            "Told apart: the chance that of a new and a known event the new one is "
            "found, a half by guessing. Mean confidence falls by "
            f"{100 * found.drop:.2f} points.",
            ("", "told apart", "95 % of samples", "chance if alike"),
            tuple(rows),
        )
