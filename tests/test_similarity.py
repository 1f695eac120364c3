"""Whether new events are like the known: by samples whose difference is known."""

import numpy as np
import pytest
import torch

from workbench.errors import BadInput
from workbench.two_samples import Told
from workbench.uncertainty.foreign import SCORES, area
from workbench.uncertainty.sight import Sight, summaries
from workbench.uncertainty.similarity import Similarity, shifted_answers, similarity
from workbench.uncertainty.verdict import Point, in_words, signs


def drawn(events: int, seed: int, shift: float = 0.0, width: float = 1.0) -> Sight:
    """Features about a point, and the answers of a softmax of two of them."""
    draw = np.random.default_rng(seed)
    features = draw.normal(shift, width, (events, 6))
    features[:, 3:] *= 0.05  # known events lie near a plane
    logits = np.stack([2 * features[:, 0], 2 * features[:, 1], 0 * features[:, 0]], 1)
    powers = np.exp(logits - logits.max(1, keepdims=True))
    p = powers / powers.sum(1, keepdims=True)
    return Sight(features[:, :3], features, p)


KNOWN = drawn(1000, 0)


def test_a_second_sample_of_the_same_kind_is_not_different() -> None:
    calls = [similarity(KNOWN, drawn(400, seed)).different for seed in range(1, 13)]
    assert sum(calls) <= 1  # at a rate of one in a hundred


def test_a_shift_is_seen_by_all() -> None:
    found = similarity(KNOWN, drawn(400, 1, shift=0.7))
    assert found.different and found.inputs.auc > 0.7 and found.features.auc > 0.7
    assert found.answers < 1e-4


def about(place: int, seed: int) -> Sight:
    """Features in two clusters on one of the axes."""
    draw = np.random.default_rng(seed)
    features = draw.normal(0, 0.3, (400, 6))
    features[:, place] += 3 * draw.choice([-1, 1], 400)
    return Sight(features, features, np.full((400, 3), 1 / 3))


@pytest.mark.parametrize("name", ["nearest known", "outside (ViM)"])
def test_events_far_from_the_known_score_higher(name: str) -> None:
    score, base = SCORES[name], about(0, 0)
    held, new = (score(base, about(place, 1)) for place in (0, 1))
    assert area(held, new).low > 0.9
    same = area(held, score(base, about(0, 2)))
    assert same.low < 0.5 < same.high


def test_a_score_can_turn_round() -> None:
    """Far from all known events a network can be surer than ever."""
    new = drawn(400, 1, width=5.0)
    found = area(SCORES["unsure"](KNOWN, KNOWN), SCORES["unsure"](KNOWN, new))
    assert found.high < 0.5


def test_the_area_by_hand() -> None:
    found = area(np.array([1.0, 2.0, 3.0]), np.array([2.5, 4.0]))
    assert found.value == pytest.approx(5 / 6)
    assert found.low < found.value < found.high


def test_the_area_has_the_spread_of_samples() -> None:
    draw = np.random.default_rng(3)
    held = [
        found.low < 0.7602 < found.high  # Φ(1/√2)
        for _ in range(300)
        for found in [area(draw.normal(size=80), draw.normal(1, size=120))]
    ]
    assert 0.9 < np.mean(held) < 0.99


def test_answers_of_one_kind_are_seldom_called_shifted() -> None:
    chances = [
        shifted_answers(KNOWN.probabilities, drawn(300, seed).probabilities)
        for seed in range(1, 101)
    ]
    assert np.mean(np.array(chances) < 0.05) <= 0.1


def test_summaries_say_how_much_and_where() -> None:
    image = torch.zeros(2, 1, 8, 8)
    image[0, 0, 0, 0], image[1, 0, 7, 7] = 4.0, 2.0
    found = summaries([image])
    assert found.shape == (2, 1 + 3 + 16)
    assert found[:, 0].tolist() == [1 / 64, 1 / 64]
    assert found[:, 1].tolist() == [4.0, 2.0]
    assert found[0, 4] == 1.0 and found[1, -1] == 0.5


def point(drop: float, harm: bool, noise: float) -> Point:
    told = Told(0.5 + noise, 1e-6)
    like = Similarity(
        told, told, 1e-6, {"unsure": area(np.arange(9), np.arange(9))}, drop
    )
    return Point("tilt", drop, like, 0.9 if harm else 0.99, 0.95)


def points(number: int = 24) -> list[Point]:
    """Harm comes with a drop of confidence above 0.05, and with nothing else."""
    draw = np.random.default_rng(0)
    drops = np.linspace(0, 0.1, number)
    return [point(d, d > 0.05, draw.uniform(0, 0.4)) for d in drops]


def test_the_number_that_foretells_harm_is_found() -> None:
    first, *others = signs(points(), alpha=0.01, accuracy=0.95)
    assert first.name == "drop of confidence" and first.learned == first.tried == 1
    assert 0.04 < first.threshold < 0.06
    assert first.alarms + first.missed < 0.25  # near the threshold, by chance
    assert all(sign.tried < 1 for sign in others)


def test_a_verdict_in_words() -> None:
    sign = signs(points(), alpha=0.01, accuracy=0.95)[0]
    bad, fair = (point(drop, False, 0.1).similarity for drop in (0.09, 0.01))
    assert "likely harmful: do not claim" in in_words(bad, sign)
    assert "not likely harmful" in in_words(fair, sign)
    assert "whether it does harm is not known" in in_words(bad, None)
    same = similarity(KNOWN, drawn(400, 4))
    assert in_words(same, sign).startswith("not told from the known")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (points(12), "12 shifted samples: a verdict needs 20"),
        ([point(0.0, False, 0.1)] * 24, "0 of 24 shifted samples do harm"),
    ],
)
def test_too_few_points(given: list[Point], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        signs(given, alpha=0.01, accuracy=0.95)
