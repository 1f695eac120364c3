"""Shares of an answer: exact where they can be worked out, warned of where wrong."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from tests.questions import EVIDENCE, SIZE, Bent, Linear, Towers, asked
from workbench.errors import BadInput
from workbench.explain.examples import influential, nearest
from workbench.explain.faithfulness import faithfulness, held
from workbench.explain.flips import fewest_cells, least_noise
from workbench.explain.layers import activation, conductance, through
from workbench.explain.methods import METHODS, attribute
from workbench.explain.question import margin
from workbench.features import last_slopes

COMPLETE = [name for name, way in METHODS.items() if way.complete]


@pytest.mark.parametrize("method", ["integrated-gradients", "input-gradient",
                                    "deeplift", "gradient-shap"])  # fmt: skip
def test_a_linear_network_is_shared_out_exactly(method: str) -> None:
    question = asked(Linear())
    weights = (lambda w: (w[1] - w[0]).view(2, *SIZE))(question.model.weigh.weight)
    found = attribute(question, method)
    for k, name in enumerate("ab"):
        expected = (question.inputs[k] * weights[k]).detach().numpy()
        np.testing.assert_allclose(found.maps[name], expected, atol=1e-5)


@pytest.mark.parametrize("parts", ["views", "patches", "planes"])
@pytest.mark.parametrize("method", ["ablation", "shapley"])
def test_parts_of_a_linear_network_add_up(method: str, parts: str) -> None:
    question = asked(Linear())
    found = attribute(question, method, parts)
    total = sum(values.reshape(3, -1).sum(1) for values in found.maps.values())
    np.testing.assert_allclose(total, found.value - found.nothing, rtol=1e-4)
    if parts == "views":  # each cell of a part has the same share
        assert np.ptp(found.maps["a"][0]) < 1e-6


def test_empty_cells_have_no_share() -> None:
    question = asked(Linear())
    question.inputs[0][:, :, :2] = 0
    for method in ("occlusion", "shapley"):
        found = attribute(question, method, "patches")
        assert not found.maps["a"][:, :, :2].any(), method
        assert found.maps["a"][:, :, 2:].all(), method


@pytest.mark.parametrize("method", COMPLETE)
def test_shares_add_up(method: str) -> None:
    question = asked(Bent(nn.ReLU()))
    found = attribute(question, method)
    total = sum(values.reshape(3, -1).sum(1) for values in found.maps.values())
    size = 0.3 if method == "gradient-shap" else 0.01  # which is a random sample
    rise = found.value - found.nothing
    assert np.abs(total - rise).max() < size * np.abs(rise).max()


def test_steps_of_a_path_are_doubled_where_needed() -> None:
    rough = asked(Bent(nn.Sequential(nn.ReLU(), nn.BatchNorm1d(16), nn.ReLU())))
    found = attribute(rough, "integrated-gradients")
    assert max(found.notes["steps"]) > 32


def test_each_tower_has_its_own_picture() -> None:
    question = asked(Towers(shared=False))
    with torch.no_grad():
        question.model.last.weight.copy_(torch.tensor([[0.0] * 6, [1.0] * 3 + [0] * 3]))
    found = attribute(question, "grad-cam")
    assert found.maps["a"].any() and not found.maps["b"].any()


def test_a_task_without_pictures_has_no_coarse_map() -> None:
    question = asked(Linear())
    plain = replace(EVIDENCE, towers=lambda network: {})
    with pytest.raises(BadInput, match="names no layer whose output is a picture"):
        attribute(replace(question, evidence=plain), "grad-cam")


def test_a_planted_cell_is_found_by_every_method() -> None:
    """The answer hangs on one known cell; the others are there and say nothing."""
    network = Bent(nn.ReLU())
    with torch.no_grad():
        network.first.weight.zero_()
        network.first.weight[:, 7] = torch.linspace(0.5, 1.5, 16)
    question = asked(network)
    for view in question.inputs:
        view.abs_().add_(0.1)
    able = [name for name in METHODS if not name.startswith("grad-cam")]
    for method in able:
        parts = "planes" if METHODS[method].parts else None
        found = attribute(question, method, parts)
        shares = np.abs(found.cells(EVIDENCE.axes))
        if parts:  # of the column that the cell lies in
            assert set(shares[0].argsort()[-4:]) == {1, 7, 13, 19}, method
        else:
            assert (shares.argmax(1) == 7).all(), method


def test_layers_and_units() -> None:
    question = asked(Bent(nn.ReLU()))
    assert activation(question, "network.first").shape == (3, 16)
    shares = conductance(question, "network.first")
    rise = torch.from_numpy(attribute(question).value - attribute(question).nothing)
    torch.testing.assert_close(shares.sum(1).float(), rise, rtol=0.05, atol=0.01)
    units = [through(question, "network.first", (unit,)) for unit in range(16)]
    total = sum(one[0].sum((1, 2, 3)) + one[1].sum((1, 2, 3)) for one in units)
    torch.testing.assert_close(total.float(), rise, rtol=0.05, atol=0.01)


def test_hits_are_taken_away_in_order() -> None:
    question = asked(Linear())
    question.inputs[1].zero_()
    weights = (lambda w: (w[1] - w[0])[:24])(question.model.weigh.weight.detach())
    shares = (question.inputs[0].flatten(1) * weights).numpy()
    row = np.concatenate([shares, np.zeros_like(shares)], 1)
    assert held(question).sum(1).tolist() == [24, 24, 24]
    best, worst = faithfulness(question, row), faithfulness(question, -row)
    assert (best.deletion_auc < worst.deletion_auc).all()
    assert (best.insertion_auc > worst.insertion_auc).all()
    np.testing.assert_allclose(best.deletion[:, 0], best.insertion[:, -1], rtol=1e-6)
    np.testing.assert_allclose(best.deletion[:, -1], best.insertion[:, 0], rtol=1e-6)


class Broken(nn.Module):
    """Gives what is no number where slopes are asked for."""

    def forward(self, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return (a.flatten(1)[:, :2] * 0).abs().sqrt()


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: attribute(asked(Linear()), "tea-leaves"), "no method 'tea-leaves'"),
        (lambda: attribute(asked(Linear()), "ablation", "legs"), "no parts 'legs'"),
        (lambda: attribute(asked(Linear()), "saliency", "views"), "takes no parts"),
        (lambda: attribute(asked(Bent(nn.GELU())), "lrp"), "no rule for network.bend"),
        (lambda: attribute(asked(Towers(True, True)), "grad-cam"), "as one batch"),
        (lambda: activation(asked(Linear()), "attic"), "no layer 'attic': choose from"),
        (lambda: attribute(asked(Broken()), "saliency"), "no numbers"),
        (lambda: margin(Linear(), EVIDENCE, VIEWS, ("no", "yes"), 4), "class 4"),
        (lambda: margin(Linear(), EVIDENCE, VIEWS, ("no", "yes"), 1, 1), "itself"),
    ],
)  # fmt: skip
def test_refusals_name_what_else_there_is(ask: Callable[[], Any], says: str) -> None:
    with pytest.raises(BadInput) as error:
        ask()
    assert says in str(error.value)


VIEWS = {name: torch.ones(1, *SIZE) for name in "ab"}


def test_lrp_where_it_is_valid() -> None:
    question = asked(Bent(nn.ReLU()))
    shares = attribute(question, "lrp").maps["a"]
    assert shares.shape == (3, *SIZE) and np.abs(shares).max() > 0


def test_the_least_change_that_turns_an_answer() -> None:
    network = Linear()
    with torch.no_grad():
        network.weigh.weight.zero_()
        network.weigh.weight[1, :6] = torch.tensor([1.0, 1, 1, 1, 1, -2])
        network.weigh.bias.copy_(torch.tensor([1.5, 0.0]))
    question = asked(network, 1)
    question.inputs[0].fill_(1.0)
    question.inputs[1].fill_(1.0)  # 5 − 2 − 1.5: class 1 is ahead by 1.5
    found = attribute(question, "input-gradient").cells(EVIDENCE.axes)
    flip = fewest_cells(question, found)
    assert flip.size.tolist() == [2] and flip.answer.tolist() == [0]
    noise = least_noise(question)  # 7 shares move together by 1.5
    np.testing.assert_allclose(noise.size, 1.5 / 7, rtol=0.01)


def test_an_answer_that_nothing_turns() -> None:
    network = Linear()
    with torch.no_grad():
        network.weigh.weight.zero_()
        network.weigh.bias.copy_(torch.tensor([0.0, 1.0]))
    assert np.isnan(least_noise(asked(network)).size).all()


def test_nearest_and_influential_examples() -> None:
    """Copies of the samples lie among the training events, with the same labels."""
    torch.manual_seed(2)
    network = Bent(nn.ReLU()).eval()
    training = tuple(torch.randn(40, *SIZE) for _ in "ab")
    samples = tuple(view[[7, 30]] for view in training)
    near = nearest(network, network.last, samples, training, 3)
    assert near.rows[:, 0].tolist() == [7, 30]
    torch.testing.assert_close(near.scores[:, 0], torch.ones(2))
    labels = torch.arange(40) % 2
    answers = labels[[7, 30]]
    led = influential([network], [network.last], samples, answers, training, labels, 40)
    for row, mine in zip(led.rows.tolist(), (7, 30), strict=True):
        assert row.index(mine) < 10  # nothing lowers its loss like itself
    single = last_slopes(
        network, network.last, tuple(view[:1] for view in training),
        lambda logits: F.cross_entropy(logits, labels[:1], reduction="sum"),
    )  # fmt: skip
    network.zero_grad()
    F.cross_entropy(network(*(v[:1] for v in training)), labels[:1]).backward()
    torch.testing.assert_close(single.view(2, 16), network.last.weight.grad)
