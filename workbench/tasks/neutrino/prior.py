"""What a network's answers would be had it been trained on other class fractions."""

from collections.abc import Sequence

import numpy as np
import torch

from workbench.errors import BadInput

STEPS = 1000
CHANGE = 1e-8  # of every fraction, at which the estimate stands still


def fractions(counts: np.ndarray) -> np.ndarray:
    """Class counts (K,) as fractions that add to one, none of them zero."""
    counts = np.maximum(np.asarray(counts, np.float64), 1e-12)
    return counts / counts.sum()


def with_prior(
    log_probabilities: np.ndarray, training: np.ndarray, target: np.ndarray
) -> np.ndarray:
    """Log-probabilities under other class fractions than those of the training.

    Bayes' rule: p'(k | x) ∝ p(k | x) · target(k) / training(k), which holds where
    events of one class look alike in both samples.

    Args:
        log_probabilities: (N, K) of a network, or its logits.
        training: (K,) counts or fractions the network was trained on.
        target: (K,) counts or fractions to assume instead.
    """
    shift = np.log(fractions(target)) - np.log(fractions(training))
    logits = np.asarray(log_probabilities, np.float64) + shift
    logits -= logits.max(1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(1, keepdims=True))


def answers_under(
    target: Sequence[float],
    probabilities: torch.Tensor,
    training: Sequence[int] | None,
) -> torch.Tensor:
    """A network's probabilities (N, K) under other class fractions.

    Args:
        target: (K,) counts or fractions to assume.
        probabilities: (N, K) as the network gave them.
        training: (K,) class counts it was trained on.

    Raises:
        BadInput: the target is not K numbers of 0 or more, or the training is unknown.
    """
    classes = probabilities.shape[1]
    if training is None or len(target) != classes or min(target) < 0:
        raise BadInput(
            f"model.class_fractions {list(target)}: give {classes} numbers of 0 or "
            "more, and --ckpt_path of a trained model"
        )
    logs = probabilities.detach().clamp(min=1e-30).log().cpu().numpy()
    shifted = with_prior(logs, np.array(training), np.array(target))
    return torch.from_numpy(np.exp(shifted)).to(probabilities)


def estimated_fractions(
    log_probabilities: np.ndarray, training: np.ndarray
) -> np.ndarray:
    """Class fractions (K,) of a sample, undoing the prior of the training.

    Expectation maximisation: reweight the answers to the current fractions, average
    them, repeat (Saerens, Latinne and Decaestecker, Neural Computation 14 (2002) 21).

    Args:
        log_probabilities: (N, K) of a calibrated network, or its logits.
        training: (K,) counts or fractions the network was trained on.
    """
    current = fractions(training)
    for _ in range(STEPS):
        posterior = np.exp(with_prior(log_probabilities, training, current))
        last, current = current, posterior.mean(0)
        if np.abs(current - last).max() < CHANGE:
            break
    return current
