"""What doubt is of: of events that nobody could tell, or of what was not learned.

Depeweg et al., Decomposition of Uncertainty in Bayesian Deep Learning, ICML 2018,
arXiv:1710.07283.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.task import Table
from workbench.uncertainty.answers import Answers
from workbench.uncertainty.calibration import entropy
from workbench.uncertainty.foreign import area


@dataclass(frozen=True)
class Doubt:
    """Of each event (N,), nats.

    Attributes:
        total: Entropy of the mean of the members' probabilities.
        aleatoric: Mean of the members' entropies: what they are unsure of in common.
    """

    total: np.ndarray
    aleatoric: np.ndarray

    @property
    def epistemic(self) -> np.ndarray:
        """What remains: the mutual information of answer and member."""
        return np.maximum(self.total - self.aleatoric, 0)

    @classmethod
    def of(cls, members: np.ndarray) -> "Doubt":
        """Take the doubt of members' probabilities (M, N, K) apart."""
        return cls(entropy(members.mean(0)), entropy(members).mean(0))


def doubt_table(found: Mapping[str, Sequence[Answers]]) -> Table:
    """The parts of doubt of each method, over right and wrong answers.

    Args:
        found: Name → what each member, or each draw of weights, says of test events.
    """
    rows = [_row(name, members) for name, members in found.items()]
    return Table(
        "What the doubt is of",
        "Entropy of the mean probabilities, nats: the mean entropy of members or draws "
        "(aleatoric: more training would not help) and their disagreement (epistemic: "
        "it might). Means over events, as they were trained. Last, the chance that a "
        "wrong answer has more epistemic doubt than a right one.",
        (
            "", "total", "aleatoric", "epistemic", "epistemic, right answers",
            "epistemic, wrong answers", "wrong ones told",
        ),
        tuple(rows),
    )  # fmt: skip


def _row(name: str, members: Sequence[Answers]) -> tuple[str, ...]:
    chances = np.stack([one.probabilities for one in members])
    doubt = Doubt.of(chances)
    right = chances.mean(0).argmax(1) == members[0].labels
    parts = doubt.total, doubt.aleatoric, doubt.epistemic
    cells = [f"{part.mean():.4f}" for part in parts]
    sides = [doubt.epistemic[which] for which in (right, ~right)]
    cells += [f"{side.mean():.4f}" if len(side) else "—" for side in sides]
    told = f"{area(*sides).value:.2f}" if all(map(len, sides)) else "—"
    return name, *cells, told
