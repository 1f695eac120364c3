"""What is gained by not answering where the model is unsure."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class RiskCoverage:
    """Errors among the surest answers, as more and more are given.

    Attributes:
        coverage: Share of events answered (M,), rising to one.
        wrong: Share of all events that are answered, and wrongly (M,).
        confidence: The least sure of the answers given (M,).
    """

    coverage: np.ndarray
    wrong: np.ndarray
    confidence: np.ndarray

    @property
    def risk(self) -> np.ndarray:
        """Share of answers that are wrong (M,)."""
        return self.wrong / self.coverage

    @property
    def augrc(self) -> float:
        """Area under ``wrong``: the chance that an event is answered wrongly.

        That is the mean over all shares of answers that may be asked for. Nothing for a
        model without errors; half the error rate, were confidence to say nothing. Traub
        et al. (2024), arXiv:2407.01032.
        """
        coverage = np.concatenate([[0.0], self.coverage])
        return float(np.trapezoid(np.concatenate([[0.0], self.wrong]), coverage))

    def accuracy_at(self, coverage: float) -> float:
        """Share of right answers when at least this share is answered."""
        first = np.searchsorted(self.coverage, coverage - 1e-12)
        return float(1 - self.risk[min(first, len(self.risk) - 1)])


def risk_coverage(confidence: np.ndarray, right: np.ndarray) -> RiskCoverage:
    """Order events by confidence (N,); those that are equally sure come together.

    Args:
        confidence: In the answer; only its order counts.
        right: Whether the answer is true (N,).
    """
    order = np.argsort(-confidence, kind="stable")
    falling = confidence[order]
    last = np.flatnonzero(np.append(np.diff(falling) < 0, True))
    wrong = np.cumsum(~right[order])[last]
    return RiskCoverage((last + 1) / len(falling), wrong / len(falling), falling[last])
