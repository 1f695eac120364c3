"""Class fractions of the training, undone or replaced."""

import numpy as np
import pytest
import torch

from workbench.errors import BadInput
from workbench.tasks.neutrino.model import VertexClassifier
from workbench.tasks.neutrino.networks.inputs import example
from workbench.tasks.neutrino.networks.planes import Planes
from workbench.tasks.neutrino.prior import estimated_fractions, fractions, with_prior


def two_classes(count: int, share: float, seed: int) -> np.ndarray:
    """Log-probabilities of a network that knows both classes' true densities."""
    rng = np.random.default_rng(seed)
    truth = rng.random(count) < share
    x = rng.normal(np.where(truth, 1.0, -1.0), 1.0)
    log_odds = 2 * x  # trained on equal shares
    return -np.logaddexp(0, np.stack([log_odds, -log_odds], 1))


def test_prior_correction_recovers_known_fractions() -> None:
    answers = two_classes(40_000, 0.2, 0)
    estimate = estimated_fractions(answers, np.array([500, 500]))
    assert estimate[1] == pytest.approx(0.2, abs=0.01)
    naive = np.exp(answers).mean(0)[1]
    assert naive > 0.28
    corrected = np.exp(with_prior(answers, np.array([1, 1]), np.array([0.8, 0.2])))
    assert corrected.mean(0)[1] == pytest.approx(0.2, abs=0.01)
    np.testing.assert_allclose(corrected.sum(1), 1)


def test_prior_correction_leaves_the_same_prior_alone() -> None:
    answers = two_classes(100, 0.5, 1)
    same = with_prior(answers, np.array([3, 5]), np.array([0.375, 0.625]))
    np.testing.assert_allclose(same, answers, atol=1e-12)
    assert fractions(np.array([0, 4])).min() > 0


def test_predictions_follow_the_class_fractions_asked_for() -> None:
    x, u, v = (view + torch.rand_like(view) for view in example(50, 1, 8))
    batch = {"x": x, "u": u, "v": v, "index": torch.arange(8)}
    shape = Planes(width=16, blocks=1, reach=(1, 3))
    plain = VertexClassifier(shape).eval()
    first = plain.predict_step(batch, 0)["probabilities"]
    plain.class_counts = [5] * 11
    plain.class_fractions = [1 / 11] * 11
    torch.testing.assert_close(plain.predict_step(batch, 0)["probabilities"], first)
    plain.class_fractions = [0.0] * 10 + [1.0]
    assert (plain.predict_step(batch, 0)["probabilities"].argmax(1) == 10).all()


@pytest.mark.parametrize(
    ("counts", "asked"), [(None, [1.0] * 11), ([5] * 11, [0.5, 0.5])]
)
def test_class_fractions_that_cannot_serve_are_refused(counts, asked) -> None:
    model = VertexClassifier(Planes(width=16, blocks=1), class_fractions=asked).eval()
    model.class_counts = counts
    x, u, v = example(50, 1, 2)
    with pytest.raises(BadInput, match=r"model.class_fractions .*: give 11 numbers"):
        model.predict_step({"x": x, "u": u, "v": v, "index": torch.arange(2)}, 0)
