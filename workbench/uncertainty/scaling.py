"""Probabilities that are as often right as they say, from a network's logits.

Guo et al., On Calibration of Modern Neural Networks, ICML 2017, arXiv:1706.04599.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from workbench.errors import BadInput


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities (N, K) of logits (N, K)."""
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


class Scaling(ABC):
    """A change of logits that was fitted to calibration events."""

    @abstractmethod
    def scaled(self, logits: np.ndarray) -> np.ndarray:
        """Changed logits (N, K)."""

    def __call__(self, logits: np.ndarray) -> np.ndarray:
        """Probabilities (N, K)."""
        return softmax(self.scaled(logits))


@dataclass(frozen=True)
class Temperature(Scaling):
    """All logits divided by one number, which leaves their order.

    Attributes:
        value: Above one where the network was too sure.
    """

    value: float

    def scaled(self, logits: np.ndarray) -> np.ndarray:
        """Logits over the temperature."""
        return logits / self.value

    @classmethod
    def fit(cls, logits: np.ndarray, labels: np.ndarray) -> Self:
        """The temperature at which labels are likeliest.

        Raises:
            BadInput: logits that are not finite.
        """

        def away(parameters: np.ndarray) -> tuple[float, np.ndarray]:
            loss, slopes = _likelihood(logits * np.exp(parameters[0]), labels)
            slope = (slopes * logits).sum() * np.exp(parameters[0])
            return loss, np.array([slope])

        return cls(float(np.exp(-_least(away, np.zeros(1), logits)[0])))


@dataclass(frozen=True)
class Vector(Scaling):
    """Each class's logit times a number of its own, plus another.

    Attributes:
        weights: (K,).
        biases: (K,), of sum zero.
    """

    weights: np.ndarray
    biases: np.ndarray

    def scaled(self, logits: np.ndarray) -> np.ndarray:
        """Weighted and shifted logits."""
        return logits * self.weights + self.biases

    @classmethod
    def fit(cls, logits: np.ndarray, labels: np.ndarray, ridge: float = 1e-3) -> Self:
        """The numbers at which labels are likeliest, held near no change.

        Args:
            logits: (N, K).
            labels: (N,).
            ridge: Cost of the squared departure from weights 1 and biases 0, without
                which a class that is never met has no best bias.

        Raises:
            BadInput: logits that are not finite.
        """
        classes = logits.shape[1]
        rest = np.repeat([1.0, 0.0], classes)

        def away(parameters: np.ndarray) -> tuple[float, np.ndarray]:
            weights, biases = parameters.reshape(2, classes)
            loss, slopes = _likelihood(logits * weights + biases, labels)
            pull = parameters - rest
            slope = np.concatenate([(slopes * logits).sum(0), slopes.sum(0)])
            return loss + ridge * float(pull @ pull), slope + 2 * ridge * pull

        weights, biases = _least(away, rest, logits).reshape(2, classes)
        return cls(weights, biases - biases.mean())


def _likelihood(logits: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean of −log p of the labels, and its slope for each logit (N, K)."""
    rows = np.arange(len(labels))
    away = logits - logits.max(1, keepdims=True)
    norm = np.log(np.exp(away).sum(1))
    slopes = np.exp(away - norm[:, None])
    slopes[rows, labels] -= 1
    return float((norm - away[rows, labels]).mean()), slopes / len(labels)


def _least(away: Any, start: np.ndarray, logits: np.ndarray) -> np.ndarray:
    from scipy.optimize import minimize

    if not np.isfinite(logits).all():
        raise BadInput("logits that are no numbers: the network is broken, train anew")
    return minimize(away, start, jac=True, method="L-BFGS-B").x
