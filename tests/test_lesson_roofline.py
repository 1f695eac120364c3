"""The roofline: what is counted, what is measured, and what a panel makes of it."""

import pytest
import torch
from torch import nn

from tests.shown_code import ran
from workbench.lessons import roofline
from workbench.lessons.convolution import total_flops, walk
from workbench.lessons.digits import digits
from workbench.lessons.questions.roofline import PREDICTIONS, code
from workbench.lessons.roofline import BATCHES, LECTURED, Layer, Roof
from workbench.lessons.subject import Subject
from workbench.panels.lessons import Roofline
from workbench.panels.lessons.question import Question


@pytest.fixture(scope="module")
def own() -> Subject:
    return digits(epochs=4)[:40]


@pytest.fixture(scope="module")
def panel(own: Subject) -> Roofline:
    return Roofline(own, seconds=0.01)


def test_a_roof_is_memory_and_then_arithmetic() -> None:
    roof = Roof("example", 100.0, 20.0)
    assert roof.ridge == 5.0
    assert [roof.at(x) for x in (0.5, 5.0, 50.0)] == [10.0, 100.0, 100.0]
    assert [round(one.ridge) for one in LECTURED] == [15, 22]


def test_flops_and_bytes_of_layers_are_counted(own: Subject) -> None:
    found = roofline.passed(own, 64, "cpu", 0.0)  # more events than there are
    conv, relu, linear = found.layers[0], found.layers[1], found.layers[-1]
    pixels = 64 * 8 * 8
    assert conv.flops == 2 * 9 * 12 * pixels
    assert (conv.read, conv.weights) == (4 * (1 + 12) * pixels, 4 * (9 * 12 + 12))
    assert relu.active and relu.flops == 12 * pixels and relu.weights == 0
    assert relu.intensity == 1 / 8
    assert linear.flops == 2 * 64 * 192 * 10
    assert sum(layer.flops for layer in found.layers if not layer.active) == (
        64 * total_flops(own)
    )
    assert [x.name for x in found.layers] == [stage.layer for stage in walk(own)]
    assert found.seconds > 0 and all(layer.rate > 0 for layer in found.layers)


def test_a_batch_moves_layers_with_weights_to_the_right_and_no_others(
    own: Subject,
) -> None:
    one, many = (roofline.passed(own, batch, "cpu", 0.0) for batch in (1, 64))
    for few, more in zip(one.layers, many.layers, strict=True):
        assert few.intensity_at(64) == pytest.approx(more.intensity)
        assert (more.intensity > few.intensity) == (not few.active)


def test_a_single_event_waits_for_memory_as_foretold() -> None:
    assert roofline.linear_intensity(1, 4096, 4096) == pytest.approx(0.5, rel=1e-3)
    assert roofline.linear_intensity(2000, 512, 512) > 100
    weights = Layer("w", "linear", 2 * 4096**2, 8 * 4096, 4 * 4096**2, 1.0)
    same = roofline.linear_intensity(16, 4096, 4096)
    assert weights.intensity_at(16) == pytest.approx(same)
    assert PREDICTIONS[0].right == 1


def test_no_batch_moves_a_relu(panel: Roofline) -> None:
    found = [layer for one in panel.passes["cpu"] for layer in one.layers]
    assert {layer.intensity for layer in found if layer.active} == {1 / 8}
    assert PREDICTIONS[1].right == 1


def test_passes_stop_before_they_take_too_long(
    own: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roofline, "SLOW", 0.0)
    assert [one.batch for one in roofline.passes(own)] == [BATCHES[0]]


def test_arrays_are_larger_than_the_cache() -> None:
    assert 1 << 15 <= roofline.last_cache() <= 1 << 31
    assert roofline.LEAST <= roofline.MOST


def test_a_network_stays_where_it_was(own: Subject) -> None:
    before = own.weights["look.0.weight"].clone()
    roofline.passed(own, 2, "cpu", 0.0)
    assert torch.equal(own.weights["look.0.weight"], before)
    assert own.weights["look.0.weight"].device.type == "cpu"


def test_weights_that_a_step_reads_are_counted() -> None:
    network = nn.Sequential(nn.Linear(3, 4, bias=False), nn.PReLU(4))
    subject = Subject("two", network, {"x": torch.rand(5, 3)}, torch.zeros(5), ("a",))
    linear, bent = roofline.passed(subject, 5, "cpu", 0.0).layers
    assert (linear.weights, bent.weights) == (4 * 12, 4 * 4)


def test_the_shown_code_measures_a_roof() -> None:
    known = ran(code(64, 1 << 16))
    assert known["ridge"] == known["peak"] / known["bandwidth"] > 0


# the panel


def test_the_slider_and_the_lists_move_the_view(panel: Roofline) -> None:
    assert panel.batch.options == tuple(BATCHES)
    panel.batch.value = 64
    many = panel.roof._shown
    for question in (one for one in panel.children if isinstance(one, Question)):
        question.answers.index = 0
        question.reveal.click()
    assert panel.batch.value == 1 and panel.roof._shown != many
    assert "A batch of 1" in panel.table.value and "FlopCounterMode" in (
        panel.table.value
    )
    names = [line["name"] for line in panel.roof._shown["lines"]]
    assert names[:2] == ["roof", "from the cache"] and names[-1] == "activations"
    assert {"look.0", "answer"} <= set(names)
    panel.other.value = LECTURED[1]
    assert LECTURED[1].name in [one["name"] for one in panel.roof._shown["lines"]]


def test_what_was_measured_is_told(panel: Roofline) -> None:
    roof = panel.roofs["cpu"]
    assert f"{roof.ridge:.1f} FLOP/byte" in panel._told.value
    assert f"torch.rand(2, {roofline.SIDE['cpu']}" in panel.code.text
