"""Functions in a row, the chain rule, and the cost as a negative log-likelihood."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from tests.shown_code import ran
from workbench.lessons import composition, layers
from workbench.lessons.composition import Learned, learned
from workbench.lessons.digits import digits
from workbench.lessons.likelihood import OBSERVED, OUTLIER, Answers
from workbench.lessons.questions.composition import PREDICTIONS, code
from workbench.lessons.subject import Subject
from workbench.panels.lessons import Composition
from workbench.panels.lessons.plane import Kinds, Plane, Stage
from workbench.panels.lessons.question import Question

SEEN, GAUSS, LAPLACE = OBSERVED


@pytest.fixture(scope="module")
def moons() -> Learned:
    return learned("two moons")


@pytest.fixture(scope="module")
def ring() -> Learned:
    return learned("a disc in a ring")


@pytest.fixture(scope="module")
def own() -> Subject:
    return digits(epochs=4)[:200]


@pytest.fixture(scope="module")
def panel(own: Subject) -> Composition:
    return Composition(own)


# functions in a row


def test_parts_in_a_row_are_the_network(moons: Learned) -> None:
    net = moons.networks[-1]
    places = composition.through(net, moons.points)
    assert len(places) == len(composition.PARTS)
    assert torch.equal(places[0], moons.points)
    assert torch.allclose(places[-1][:, :1], net(moons.points))
    assert places[4].abs().max() <= 1 and not places[-1][:, 1].any()


def test_the_border_is_straight_where_the_last_function_begins(
    panel: Composition,
) -> None:
    panel.points.value, panel.step.index = "two moons", len(composition.STEPS) - 1
    stage = panel.plane._shown["stages"][4]
    bold = [c for c in stage["curves"] if c["bold"]]
    assert bold
    places = np.concatenate([np.frombuffer(c["places"], "<f4") for c in bold])
    *_, way, shift = (part.numpy() for part in panel._network.parameters())
    off = (places.reshape(-1, 2) @ way[0] + shift) / np.linalg.norm(way)
    assert np.abs(off).max() < 0.05  # of the square from -1 to 1


@pytest.mark.parametrize("truth", [0, 1])
def test_matrices_in_a_row_are_autograds_slope(truth: int, moons: Learned) -> None:
    net, x = moons.networks[3], torch.tensor([0.3, -0.4]).double()
    by = composition.jacobians(net, x)
    assert [tuple(one.shape) for one in by] == [(2, 2), (2, 2), (1, 2)]
    slopes = composition.slopes(net, x, truth)
    product = slopes[-1]
    for jacobian, slope in zip(reversed(by), slopes[4::-2], strict=True):
        product = product @ jacobian
        assert torch.allclose(product, slope)

    def cost(place: torch.Tensor) -> float:
        wanted = torch.tensor([float(truth)]).double()
        return float(F.binary_cross_entropy_with_logits(net(place), wanted))

    for axis in torch.eye(2).double():
        rise = (cost(x + 1e-6 * axis) - cost(x - 1e-6 * axis)) / 2e-6
        assert float(product @ axis) == pytest.approx(rise, abs=1e-6)


def test_moons_come_apart_and_a_disc_in_a_ring_does_not(
    moons: Learned, ring: Learned
) -> None:
    assert moons.right(-1) == 1.0 and moons.cost(-1) < 0.02
    assert ring.right(-1) < 0.95 and ring.cost(-1) > 0.2
    assert moons.cost(0) > moons.cost(4) > moons.cost(-1)
    assert PREDICTIONS[0].right == 0


def test_one_more_number_lifts_the_disc_out(ring: Learned) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        wide = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)).double()
    optimizer = torch.optim.Adam(wide.parameters(), lr=0.05)
    for _ in range(400):
        optimizer.zero_grad()
        out = wide(ring.points)[:, 0]
        F.binary_cross_entropy_with_logits(out, ring.truth.double()).backward()
        optimizer.step()
    assert ((wide(ring.points)[:, 0] > 0) == (ring.truth == 1)).all()


def test_the_shown_code_has_the_same_slope_by_hand(moons: Learned) -> None:
    net, place = moons.networks[5], [0.2, 0.6]
    known = ran(code(net, place, 1))
    wanted = composition.slopes(net, torch.tensor(place).double(), 1)[0].float()
    assert torch.allclose(known["slope"], wanted, atol=1e-3)
    assert torch.allclose(known["by_hand"], known["slope"], atol=1e-5)


# likelihood


def test_costs_are_those_that_people_call_so() -> None:
    at = torch.tensor([0.7, 4.0], dtype=torch.float64)
    bce = F.binary_cross_entropy_with_logits(SEEN.x - at[1], SEEN.y, reduction="sum")
    assert float(SEEN.costs(at[1]).sum()) == pytest.approx(float(bce))
    squares, sizes = (
        (at[0] * one.x - one.y).abs().pow(power).sum()
        for one, power in ((GAUSS, 2), (LAPLACE, 1))
    )
    more = len(GAUSS.x) * np.log([2 * np.pi, 2.0]) / [2, 1]
    assert float(GAUSS.costs(at[0]).sum()) == pytest.approx(
        float(squares) / 2 + more[0]
    )
    assert float(LAPLACE.costs(at[0]).sum()) == pytest.approx(float(sizes) + more[1])


def test_an_outlier_pulls_a_squared_error_and_hardly_an_absolute_one() -> None:
    assert abs(LAPLACE.best - 0.8) < 0.06 < abs(GAUSS.best - 0.8)
    least = float((GAUSS.x * GAUSS.y).sum() / GAUSS.x.square().sum())
    assert GAUSS.best == pytest.approx(least, abs=1e-3)
    assert int(GAUSS.costs(torch.tensor(0.8).double()).argmax()) == OUTLIER


def test_a_factor_on_the_logits_changes_the_cost_and_no_answer(own: Subject) -> None:
    answers = Answers.of(own)
    assert torch.allclose(answers.costs(), own.losses(), atol=1e-6)
    assert float(answers.costs(10.0).mean()) > float(answers.costs().mean())
    assert PREDICTIONS[1].right == 2


def test_of_a_map_each_known_place_is_an_event() -> None:
    truth = torch.tensor([[[0, 1], [1, -100]]])
    logits = torch.randn(1, 2, 2, 2)
    network = nn.Module()
    network.forward = lambda x: logits
    subject = Subject("map", network, {"x": logits}, truth, ("a", "b"))
    found = Answers.of(subject)
    assert found.truth.tolist() == [0, 1, 1]
    assert torch.equal(found.logits[1], logits[0, :, 0, 1])


# layers of one's own network


def test_layers_begin_with_the_inputs_and_end_with_the_answer(own: Subject) -> None:
    found = layers.places(own)
    assert list(found) == ["inputs", *(f"look.{i}" for i in range(4)), "answer"]
    answer = own.network(*own.inputs.values()).detach().numpy()
    assert np.allclose(found["answer"], answer, atol=1e-5)


def test_a_plane_is_turned_to_the_one_before() -> None:
    draw = np.random.default_rng(0)
    cloud = draw.normal(size=(50, 5)) * [5, 3, 0.1, 0.1, 0.1]
    first = layers.flat(cloud)
    angle = np.array([[0.0, 1.0], [-1.0, 0.0]])
    assert np.allclose(layers.flat(cloud, first @ angle), first @ angle)
    assert layers.flat(cloud[:, :1]).shape == (50, 2)


def test_a_straight_cut_tells_what_is_straight_and_not_what_is_round() -> None:
    draw = np.random.default_rng(0)
    cloud = draw.normal(size=(400, 3))
    straight = layers.told_apart(cloud, cloud[:, 0] > cloud[:, 1])
    round_ = layers.told_apart(cloud, (cloud**2).sum(1) > 2.4)
    assert straight > 0.97 and abs(round_ - 0.5) < 0.1
    assert np.isnan(layers.told_apart(cloud[:4], np.array([True, False] * 2)))


def test_the_last_layer_tells_a_class_better_than_the_pixels(own: Subject) -> None:
    found, eight = layers.places(own), own.truth.numpy() == 8
    pixels = layers.told_apart(found["inputs"], eight)
    assert layers.told_apart(found["look.3"], eight) > pixels > 0.5


# the panel


def test_dragging_the_place_tells_its_chain_rule(panel: Composition) -> None:
    before = panel.chain.value
    panel.plane.at = [0.5, -0.25]
    assert panel.chain.value != before and "f₃" in panel.chain.value
    assert np.allclose(panel.plane._mark["places"][0], [0.5, -0.25])
    lengths = np.linalg.norm(panel.plane._mark["arrows"], axis=1)
    assert lengths.max() == pytest.approx(1.0)
    by_hand, by_autograd = panel._checked.value.split("; by autograd ")
    assert by_hand.split(" = ")[-1] == by_autograd.split(". The")[0]


def test_its_reveals_show_what_was_asked(panel: Composition) -> None:
    parts = (*panel.children, *panel.own.children)
    questions = [one for one in parts if isinstance(one, Question)]
    for question in questions:
        question.answers.index = 1
        question.reveal.click()
    assert panel.points.value == "a disc in a ring" and panel.plane.stage == 4.0
    assert panel.cost is not None and panel.cost.factor.value == 10.0
    assert panel.cost.means[-1] > panel.cost.means[50] > 0


def test_a_parameter_moves_likelihood_and_cost(panel: Composition) -> None:
    likelihood = panel.likelihood
    for known in OBSERVED:
        likelihood.noise.value = known
        likelihood.parameter.value = known.best
        least = likelihood._costs.min()
        told = likelihood.cost.said
        assert f"cost {float(least):.2f}" in told
        assert likelihood.cost._shown["lines"][0]["name"] == known.cost
        likelihood.cost.marker = known.ends[1]
        assert likelihood.parameter.value == known.ends[1]


def test_a_class_is_chosen_for_the_cuts(panel: Composition) -> None:
    through = panel.through
    assert through is not None
    through.class_.value = 3
    assert sum(through.plane._shown["kinds"]) == int((through._truth == 3).sum())
    assert "3 against all others" in through._told.value


def test_a_plane_is_sent_as_it_is() -> None:
    plane = Plane()
    places: Any = np.array([[0.0, 1.0], [2.0, 5.0]])
    plane.show("two", [Stage("z", places)], Kinds(np.array([1, 0]), ("a", "b")))
    (stage,) = plane._shown["stages"]
    assert np.allclose(np.frombuffer(stage["points"], "<f4").reshape(2, 2), places)
    assert stage["ends"] == pytest.approx([-0.32, 2.32, 0.68, 5.32])
