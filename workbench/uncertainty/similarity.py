"""How similar new events are to those a network was trained on.

Rabanser et al., Failing Loudly, NeurIPS 2019, arXiv:1810.11953: tests on a network's
answers find most shifts; tests on inputs find more, and many that do no harm.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.two_samples import Told, classify_vectors
from workbench.uncertainty.foreign import SCORES, Area, area
from workbench.uncertainty.sight import Sight

CERTAIN = 0.01  # chance of calling samples of one kind different


@dataclass(frozen=True)
class Similarity:
    """New events beside known ones of the kind the network was trained on.

    Attributes:
        inputs: Whether anything tells them apart by plain numbers of the inputs.
        features: The same by what the network's last layer reads.
        answers: Chance of answers so different were they of one kind.
        foreign: Name of a score of single events → how well it tells them apart.
        drop: Known events' mean confidence less the new ones': with true
            probabilities, the accuracy that is lost.
    """

    inputs: Told
    features: Told
    answers: float
    foreign: dict[str, Area]
    drop: float

    @property
    def p(self) -> float:
        """Chance of so much difference, of three tests, were they of one kind."""
        return min(1.0, 3 * min(self.inputs.p, self.features.p, self.answers))

    @property
    def different(self) -> bool:
        """Whether chance alone does not explain it."""
        return self.p < CERTAIN

    @property
    def numbers(self) -> dict[str, float]:
        """What harm may be foretold from, without labels; larger is worse."""
        areas = {name: abs(one.value - 0.5) for name, one in self.foreign.items()}
        return {
            "drop of confidence": self.drop,
            "features told apart": self.features.auc - 0.5,
            "inputs told apart": self.inputs.auc - 0.5,
            **areas,
        }


def similarity(known: Sight, new: Sight, seed: int = 0) -> Similarity:
    """Compare new events with known ones, none of which trained the network.

    Args:
        known: Events of the kind the network was trained on.
        new: Of a kind that is asked about.
        seed: Of what is drawn; half of the known events judge the others' foreignness.
    """
    order = np.random.default_rng(seed).permutation(len(known))
    base, held = known[order[: len(order) // 2]], known[order[len(order) // 2 :]]
    foreign = {
        name: area(score(base, held), score(base, new))
        for name, score in SCORES.items()
    }
    return Similarity(
        classify_vectors(known.summaries, new.summaries, seed),
        classify_vectors(known.features, new.features, seed),
        shifted_answers(known.probabilities, new.probabilities),
        foreign,
        float(known.confidence.mean() - new.confidence.mean()),
    )


def shifted_answers(known: np.ndarray, new: np.ndarray) -> float:
    """Chance of probabilities so different (N, K) and (M, K), were they of one kind.

    Kolmogorov and Smirnov's test of each class; the smallest chance times their number.
    """
    from scipy.stats import ks_2samp

    pairs = zip(known.T, new.T, strict=True)
    tests: list[Any] = [ks_2samp(*pair, method="asymp") for pair in pairs]
    return min(1.0, len(tests) * min(float(test.pvalue) for test in tests))
