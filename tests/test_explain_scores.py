"""What maps are worth, by hand."""

from typing import Any

import numpy as np
import torch
from captum.metrics import infidelity as captum_infidelity
from torch import nn

from tests.questions import Bent, Linear, asked
from workbench.explain.comparisons import chance, edges, field
from workbench.explain.methods import attribute
from workbench.explain.parts import cut
from workbench.explain.planted import planted, planted_mask
from workbench.explain.scores import (
    hit_agreement,
    leakage,
    mass,
    off_by,
    pointing,
    rank,
    recall,
    skill,
)
from workbench.explain.shaken import infidelity, sensitivity, shaken
from workbench.explain.views import Views, views

SHARES = np.array([[4.0, -9.0, 1.0, 0.0, 3.0], [0.0, -1.0, 0.0, 0.0, 0.0]])
TRUTH = np.array([[1, 1, 0, 0, 0], [1, 1, 0, 0, 0]], bool)
THERE = np.array([[1, 1, 1, 0, 1], [1, 1, 0, 0, 0]], bool)


def test_mass_is_of_what_speaks_for_the_answer() -> None:
    np.testing.assert_allclose(mass(SHARES, TRUTH), [0.5, 0.0])


def test_skill_is_of_what_is_left_to_gain() -> None:
    np.testing.assert_allclose(skill(np.array([0.6]), np.array([0.2])), [0.5])


def test_rank_takes_as_many_cells_as_the_truth_has_hits() -> None:
    assert rank(SHARES, TRUTH, THERE)[0] == 0.5  # of 4 and 3, the 4


def test_pointing() -> None:
    assert pointing(SHARES, TRUTH).tolist() == [1, 1]


def test_distance_along_a_line() -> None:
    places = np.array([3, 3, 5, 7, 5])
    assert off_by(SHARES, places, np.array([3.0, 3.0]))[0] == 0  # 4 beats 3 and 1
    assert off_by(SHARES, np.array([3, 3, 5, 7, 7]), np.array([9.0, 0]))[0] == 6


def test_agreement_leaves_empty_cells_out() -> None:
    one = np.array([[1.0, 2, 3, 0, 0, 0, 0]])
    other = np.array([[3.0, 2, 1, 0, 0, 0, 0]])
    there = one > 0
    assert hit_agreement(one, other, there)[0] == -1
    assert hit_agreement(one, other, np.ones_like(there))[0] > 0


def test_parts_are_numbered_on_from_input_to_input() -> None:
    numbers = cut(
        {"a": (1, 4, 6), "b": (1, 4, 3)},
        {"a": ("channel", "row", "column"), "b": ("channel", "row", "column")},
        {"row": 2, "column": 3},
    )
    assert numbers["a"][0, ::2, ::3].tolist() == [[0, 2], [1, 3]]
    assert numbers["b"][0, ::2, 0].tolist() == [4, 5]


def test_maps_that_ask_no_network() -> None:
    image = np.zeros((1, 2, 5, 5))
    image[0, 0, 2, 2], image[0, 1] = 3.0, 7.0
    axes = {"a": ("channel", "row", "column")}
    assert field({"a": image}, axes)["a"][0, 2, 2] == 3
    found = edges({"a": image}, axes)["a"][0]
    assert found[2, 2] == 0 and found[1, 2] == found[2, 1] == 6
    drawn = chance({"a": image}, axes)["a"]
    assert np.count_nonzero(drawn) == 1


def test_a_linear_networks_changes_are_foreseen_by_slope_times_input() -> None:
    question = asked(Linear())
    moved = shaken(question)
    axes = question.evidence.axes
    shares = attribute(question, "input-gradient").cells(axes)
    assert moved.change.shape == (3, 32) and moved.change.std() > 0
    assert infidelity(shares, moved).max() < 1e-6
    np.testing.assert_allclose(infidelity(-7 * shares, moved), 1)  # the wrong sign
    np.testing.assert_allclose(
        infidelity(2.5 * shares, moved), infidelity(shares, moved), atol=1e-6
    )
    chance = np.random.default_rng(0).normal(size=shares.shape)
    assert infidelity(chance, moved).mean() > 0.7
    half = shares.copy()
    half[:, 24:] = 0  # the second picture's, of the same spread
    assert 0.1 < infidelity(half, moved).mean() < 0.9


def test_captum_finds_the_same_infidelity() -> None:
    """Its own formula, on its best scale, of the same errors."""
    question = asked(Bent(nn.ReLU()), 1)
    moved = shaken(question)
    found = attribute(question, "integrated-gradients")
    ours = infidelity(found.cells(question.evidence.axes), moved)
    part = torch.from_numpy(moved.parts[0]).float()
    pieces = part.view(32, 2, *question.inputs[0].shape[1:]).unbind(1)

    def errors(inputs: Any) -> Any:
        off = tuple(-p * x for p, x in zip(pieces, inputs, strict=True))
        return (tuple(-p for p in pieces),
                tuple(x - o for x, o in zip(inputs, off, strict=True)))  # fmt: skip

    theirs = captum_infidelity(
        question.asked(),
        errors,
        question.steps,
        tuple(torch.from_numpy(values) for values in found.maps.values()),
        additional_forward_args=question.context,
        n_perturb_samples=32,
        max_examples_per_batch=32,
        normalize=True,
    )
    size = np.square(moved.change).mean(1)
    np.testing.assert_allclose(theirs.numpy() / size, ours, rtol=1e-3)


def test_sensitivity_is_the_part_by_which_a_map_moves() -> None:
    question = asked(Linear())
    axes = question.evidence.axes
    weights = np.abs(attribute(question, "saliency").cells(axes))
    assert sensitivity(question, lambda near: weights).max() == 0  # does not move

    def made(near: Any) -> np.ndarray:
        return np.concatenate([value.flatten(1).numpy() for value in near.inputs], 1)

    moved = sensitivity(question, made)  # numbers themselves move by 3 %
    np.testing.assert_allclose(moved, 0.03, rtol=0.5)


def test_the_view_that_counts_is_the_one_whose_loss_costs() -> None:
    network = Linear()
    with torch.no_grad():
        network.weigh.weight[:, 24:] = 0  # the second picture says nothing
    question = asked(network)
    shares = attribute(question, "input-gradient").cells(question.evidence.axes)
    found = views(question, shares)
    assert found.names == ("a", "b")
    np.testing.assert_allclose(found.share, [[1, 0]] * 3, atol=1e-6)
    np.testing.assert_allclose(found.loss[:, 1], 0, atol=1e-6)
    total = shares[:, :24].sum(1)
    np.testing.assert_allclose(found.loss[:, 0], total, rtol=1e-4)
    assert found.stays[:, 1].all()
    again = views(question, np.abs(found.loss).repeat(24, 1) / 24)
    np.testing.assert_allclose(again.weight[:, 0], np.abs(found.loss[:, 0]), rtol=1e-6)


def test_views_agree_in_rank_over_events() -> None:
    weight = np.array([[1.0, 9.0], [2.0, 5.0], [3.0, 1.0]])
    loss = np.array([[0.1, 0.1], [0.2, 0.5], [0.7, 0.9]])
    found = Views(("a", "b"), weight, loss, loss > 0)
    np.testing.assert_allclose(found.agreement, [1, -1])
    assert found.same_first.tolist() == [False, True, False]


def test_what_is_outside_lies_so_far_away() -> None:
    away = np.array([[0.0, 0, 100, 300, 800], [0, 0, 1, 1, 1]])
    found = leakage(SHARES, away)
    assert found[0] == (1 * 100 + 3 * 800) / 4  # of 1 and 3; the rest is inside
    assert np.isnan(found[1])  # nothing speaks for the answer outside


def test_recall_is_of_the_variables_that_carry_the_truth() -> None:
    sizes = np.array([[1.0, 2, 3, 4], [0, 0, 0, 5]])
    assert recall(sizes, [(0, 2), (1,)]).tolist() == [0.4, 0.0]


def test_a_plant_lights_one_cell_for_each_class() -> None:
    inputs = {"a": torch.zeros(3, 1, 4, 6), "b": torch.ones(3, 1, 4, 6)}
    cells = [("a", (0, 1, 2)), ("b", (0, 3, 5))]
    made = planted(inputs, torch.tensor([0, 1, 0]), cells, 9.0)
    assert made["a"][0, 0, 1, 2] == made["a"][2, 0, 1, 2] == 9
    assert made["b"][1, 0, 3, 5] == 9
    assert made["a"].sum() == 18 and made["b"].sum() == 9 + 71
    assert not inputs["a"].any()  # they stay as they are
    axes = dict.fromkeys("ab", ("channel", "row", "column"))
    mask = planted_mask(inputs, axes, cells)
    assert np.flatnonzero(mask).tolist() == [8, 24 + 23]
