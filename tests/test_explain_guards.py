"""Where Captum is wrong and says nothing, or fails: each is avoided or told."""

from typing import Any

import numpy as np
import pytest
import torch
from captum.attr import GuidedBackprop, GuidedGradCam, LayerGradCam, Saliency
from torch import nn
from torch.nn import functional as F

from tests.questions import Bent, Linear, Towers, asked
from workbench.errors import BadInput
from workbench.explain.badges import badges
from workbench.explain.guards import warnings_of
from workbench.explain.methods import METHODS, attribute


def furthest(question: Any, method: str) -> float:
    """How far shares are from adding up, of the worst sample."""
    return float(np.nanmax(attribute(question, method).completeness))


@pytest.mark.parametrize(
    ("network", "says"),
    [
        (Bent(F.relu), "no modules, so not seen: relu"),
        (Bent(lambda x: nn.ReLU()(x)), "no modules, so not seen: relu"),
        (Bent(torch.tanh), "no modules, so not seen: tanh"),
        (Towers(shared=True), "met more than once: network.towers.0.0"),
        (Towers(shared=True, joined=True), "reads several inputs as one batch"),
    ],
    ids=["function", "made on the way", "tanh", "shared", "joined"],
)
def test_what_captum_gets_wrong_is_said(network: nn.Module, says: str) -> None:
    question = asked(network)
    assert any(says in line for line in warnings_of(question))
    one_by_one = isinstance(network, Towers) and not network.joined
    method = "grad-cam" if one_by_one else "deeplift"
    found = attribute(question, method)
    assert any(says in line for line in found.notes["warnings"])


@pytest.mark.parametrize("network", [Bent(nn.ReLU()), Towers(shared=False)])
def test_what_captum_sees_is_not_warned_of(network: nn.Module) -> None:
    assert not warnings_of(asked(network))


def test_deeplift_past_a_function_is_far_from_adding_up() -> None:
    """The guard is needed: Captum says nothing, and is wrong."""
    found = attribute(asked(Bent(F.relu)), "deeplift")
    total = sum(values.reshape(3, -1).sum(1) for values in found.maps.values())
    rise = found.value - found.nothing
    assert (np.abs(total - rise) / np.abs(rise)).max() > 0.05


def test_deeplift_is_exact_where_a_module_changes_its_input_in_place() -> None:
    assert furthest(asked(Bent(nn.ReLU(inplace=True))), "deeplift") < 1e-4


@pytest.mark.filterwarnings("ignore:Setting backward hooks")
def test_guided_backprop_past_a_function_is_the_plain_gradient() -> None:
    """Captum says nothing of it, so that it is not offered."""
    question = asked(Bent(F.relu))
    network = question.asked()
    more = {"additional_forward_args": question.context}
    guided = GuidedBackprop(network).attribute(question.variables, **more)
    plain = Saliency(network).attribute(question.variables, abs=False, **more)
    for one, other in zip(guided, plain, strict=True):
        torch.testing.assert_close(one, other)


def test_grad_cam_of_a_shared_tower_is_of_the_last_view_alone() -> None:
    """Captum gives one picture for two views and says nothing; ours is told."""
    question = asked(Towers(shared=True))
    network = question.asked(dense=True)
    more = {"additional_forward_args": question.context}
    tower = network.network.network.towers[0][1]
    (picture,) = [LayerGradCam(network, tower).attribute(question.variables, **more)]
    assert isinstance(picture, torch.Tensor)  # not one a view
    found = attribute(question, "grad-cam")
    assert "met more than once" in found.notes["warnings"][0]
    assert any(badge.name == "layers" and badge.good is False
               for badge in badges(question, found, question))  # fmt: skip


@pytest.mark.filterwarnings("ignore:Setting backward hooks")
def test_guided_grad_cam_lays_one_views_picture_over_the_others() -> None:
    """Captum says nothing of it, so that it is not offered; ours keeps views apart."""
    question = asked(Towers(shared=False))
    network = question.asked(dense=True)
    more = {"additional_forward_args": question.context}
    first = network.network.network.towers[0][1]
    given = question.variables
    guided = GuidedGradCam(network, first).attribute(given, **more)
    plain = GuidedBackprop(network).attribute(given, **more)
    picture = LayerGradCam(network, first).attribute(
        given, relu_attributions=True, **more
    )
    torch.testing.assert_close(guided[1], plain[1] * picture)  # b's, by a's picture
    assert guided[1].any()


@pytest.mark.parametrize(
    "name", ["guided-backprop", "deconvolution", "guided-grad-cam", "kernel-shap"]
)
def test_methods_that_fail_unseen_are_not_offered(name: str) -> None:
    with pytest.raises(BadInput) as error:
        attribute(asked(Linear()), name)
    assert all(known in str(error.value) for known in METHODS)


@pytest.mark.parametrize("method", ["deeplift", "lrp"])
def test_a_layer_that_is_met_twice_is_refused_where_captum_fails(method: str) -> None:
    with pytest.raises(
        BadInput, match=r"met more than once.*take integrated-gradients"
    ):
        attribute(asked(Towers(shared=True)), method)


@pytest.mark.parametrize(
    "layer",
    [nn.Flatten(), nn.Unflatten(1, (4, 4)), nn.GELU(), nn.SiLU(), nn.LeakyReLU(),
     nn.Sigmoid(), nn.GroupNorm(4, 16)],
    ids=lambda layer: type(layer).__name__,
)  # fmt: skip
def test_lrp_refuses_layers_without_a_rule(layer: nn.Module) -> None:
    bend = nn.Sequential(layer, nn.Flatten())
    with pytest.raises(BadInput, match=f"no rule for .*, a {type(layer).__name__}"):
        attribute(asked(Bent(bend)), "lrp")


@pytest.mark.parametrize("method", METHODS)
def test_nothing_needs_numbers_of_64_bits(method: str) -> None:
    """Some devices have none (integrated gradients failed there once)."""
    question = asked(Towers(shared=False))
    if method == "lrp":
        question = asked(Bent(nn.ReLU()))
    for values in attribute(question, method).maps.values():
        assert values.dtype == np.float32


class Recurrent(nn.Module):
    """Reads the pictures' rows one after another."""

    def __init__(self) -> None:
        super().__init__()
        self.read = nn.LSTM(6, 8, batch_first=True)
        self.last = nn.Linear(8, 2)

    def forward(self, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        rows = torch.cat([a, b], 2).squeeze(1)
        return self.last(self.read(rows)[0][:, -1])


def test_a_recurrent_network_is_shared_out_while_it_judges() -> None:
    assert furthest(asked(Recurrent()), "integrated-gradients") < 0.01


def test_a_network_judges_while_it_is_explained() -> None:
    """Left in training, dropout would make every map another."""
    network = Bent(nn.Sequential(nn.ReLU(), nn.Dropout(0.5)))
    question = asked(network)
    expected = attribute(question, "input-gradient")
    network.train()
    again = attribute(question, "input-gradient")
    for name in "ab":
        np.testing.assert_array_equal(again.maps[name], expected.maps[name])


def test_maps_that_hold_nothing_are_told() -> None:
    network = Linear()
    question = asked(network)
    with torch.no_grad():
        network.weigh.weight.zero_()
    found = attribute(question, "input-gradient")
    stamped = {badge.name: badge for badge in badges(question, found, question)}
    assert stamped["empty"].good is False
    assert stamped["empty"].says.startswith("3 of 3 maps hold nothing")
