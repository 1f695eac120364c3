"""What a network says of changed samples; training events that are alike."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import workbench
from workbench.errors import BadInput
from workbench.explain.changes import Change
from workbench.explain.neighbours import Neighbours
from workbench.explain.what_if import WhatIf
from workbench.runs.run import open_run
from workbench.runs.trained import Trained, opened_with_data
from workbench.tasks.climate.data import ClimateData
from workbench.tasks.climate.model import Segmenter
from workbench.tasks.climate.variables import NAMES, RIVER

VAPOUR = NAMES.index("TMQ")


@pytest.fixture(scope="module")
def ready(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """The network of the small run with its data."""
    kept = shutil.copytree(small_run, tmp_path_factory.mktemp("what") / "run")
    return opened_with_data(open_run(str(kept)))


@pytest.fixture(scope="module")
def what(ready: Trained) -> WhatIf:
    """The test event, of some, whose answer it is least sure of."""
    first, _ = ready.data.bounds("test")
    each = [WhatIf(ready, ready.data.sample(first + row)) for row in range(20)]
    return min(each, key=lambda one: one.before.max())


def test_an_event_as_it_is_is_answered_as_before(what: WhatIf, ready: Trained) -> None:
    views = [torch.from_numpy(np.asarray(what.sample[view]))[None] for view in "xuv"]
    with torch.no_grad():
        expected = ready.model(*views).softmax(1)[0].numpy()
    np.testing.assert_allclose(what.before, expected, atol=1e-6)
    assert what.before.sum() == pytest.approx(1, abs=1e-5)


def test_a_step_along_the_line_is_two_modules(what: WhatIf) -> None:
    x, u, v = what.question.inputs
    for there, value, columns in zip(
        what.inputs(Change(moved=1)), (x, u, v), (2, 1, 1), strict=True
    ):
        rolled = value.roll(columns, -1)
        torch.testing.assert_close(there[..., columns:], rolled[..., columns:])
        assert not there[..., :columns].any()
    one = what.ranges["moved"]
    assert (one.unit, one.name) == (4, "moved [planes]") and one.high == -one.low


def test_what_is_blanked_is_empty(what: WhatIf) -> None:
    x, u, v = what.inputs(Change(blank=("u",)))
    assert not u.any()
    assert x is what.question.inputs[0] and v is what.question.inputs[2]


def test_dead_planes_answer_nothing_in_the_view_that_has_them(what: WhatIf) -> None:
    line = what.question.evidence.line
    assert line is not None
    change = Change(dead=3, first=10)
    places = line.places(what.sample)
    dead = 0
    for name, before, after in zip(
        "xuv", what.question.inputs, what.inputs(change), strict=True
    ):
        gone = np.isin(places[name], (10, 11, 12))
        dead += int(gone.sum())
        assert not after[..., gone].any()
        torch.testing.assert_close(after[..., ~gone], before[..., ~gone])
    assert dead == 3


def test_scale_and_noise_change_what_is_there_alone(what: WhatIf) -> None:
    for before, after in zip(
        what.question.inputs, what.inputs(Change(scale=1.2)), strict=True
    ):
        torch.testing.assert_close(after, 1.2 * before)
    (small, large) = (what.inputs(Change(noise=part))[0] for part in (0.1, 0.2))
    x = what.question.inputs[0]
    hits = x != 0
    assert not small[~hits].any()
    torch.testing.assert_close((large - x)[hits], 2 * (small - x)[hits])
    spread = ((small - x)[hits] / x[hits]).std()
    assert 0.05 < spread < 0.2


def test_a_curve_holds_the_answers_one_by_one(what: WhatIf) -> None:
    curve = what.curve("scale", Change(blank=("u",)))
    values = what.range("scale").values
    assert curve.shape == (len(values), 11) and values[0] == 0.5
    row = len(values) // 3
    alone = what.chances(Change(scale=float(values[row]), blank=("u",)))[0]
    np.testing.assert_allclose(curve[row], alone, atol=1e-5)


def test_the_nearest_turn_is_where_the_answer_first_differs(what: WhatIf) -> None:
    curve, values = what.curve("moved"), what.range("moved").values
    low, high = what.turns("moved")
    same = curve.argmax(1) == what.before.argmax()
    inside = (values > (low if np.isfinite(low) else -np.inf)) & (
        values < (high if np.isfinite(high) else np.inf)
    )
    assert same[inside].all() and same[values == 0].all()
    assert np.isfinite(low) or np.isfinite(high)  # over half a detector it turns
    for turn in filter(np.isfinite, (low, high)):
        assert not same[values == turn].any()


def test_the_worst_change_of_all_numbers_turns_the_answer(what: WhatIf) -> None:
    flip = what.flip()
    assert flip is not None and 0 < flip.size[0] < 1
    assert flip.answer[0] != what.before.argmax()


def test_a_response_is_drawn(what: WhatIf) -> None:
    (axes, *_) = what.plot("moved", Change(moved=1)).axes
    assert axes.get_xlabel() == "moved [planes]"
    here = [line for line in axes.lines if len(line.get_xdata()) == 2]
    assert list(here[0].get_xdata()) == [4, 4]


@pytest.fixture(scope="module")
def moist() -> WhatIf:
    """A map of a network that calls a river what has much vapour."""
    data = ClimateData(maps=4, val_maps=1, test_maps=1, steps=1, batch_size=2)
    data.prepare_data()
    data.setup("predict")
    model = Segmenter().eval()
    rule = nn.Conv2d(len(NAMES), 3, 1)
    with torch.no_grad():
        rule.weight.zero_()
        rule.weight[RIVER, VAPOUR] = 4.0
        rule.bias.copy_(torch.tensor([0.0, -50.0, -6.0]))
    model.network = rule
    task = workbench.load("climate")
    return WhatIf(Trained(task, model, data, model.about()), data.sample(0))


def test_a_map_is_asked_about_a_thing_and_its_variables(moist: WhatIf) -> None:
    assert moist.blanks == NAMES
    said = moist.chances(Change(blank=("TMQ",)), Change(blank=("PSL",)))
    assert moist.before[RIVER] > 0.5 > said[0, RIVER]
    np.testing.assert_allclose(said[1], moist.before, atol=1e-6)
    assert said.sum(1) == pytest.approx(1, abs=1e-5)
    assert set(moist.ranges) == {"scale", "noise"}
    assert moist.flip() is None and moist.truth is None


def test_refusals(what: WhatIf, moist: WhatIf) -> None:
    with pytest.raises(BadInput, match="no 'w' to blank: choose from x, u, v"):
        what.chances(Change(blank=("w",)))
    with pytest.raises(BadInput, match="'blank' has no range: choose moved, dead,"):
        what.curve("blank")
    with pytest.raises(BadInput, match="lie along no line: change scale, noise or bl"):
        moist.chances(Change(moved=1))


def test_a_training_event_is_nearest_to_itself(ready: Trained) -> None:
    known = Neighbours.of(ready, 100)
    first, past = ready.data.bounds("train")
    assert (
        len(known.rows) == 100 and first <= known.rows.min() < known.rows.max() < past
    )
    row = int(known.rows[7])
    rows, likeness = known.nearest(ready.data.sample(row), 3)
    assert rows[0] == row and likeness[0] == pytest.approx(1, abs=1e-4)
    assert np.all(np.diff(likeness) <= 0)


def test_training_events_that_are_alike_are_of_one_class(ready: Trained) -> None:
    """Nearer events share the class more often than any two do."""
    known = Neighbours.of(ready, 600)
    first, _ = ready.data.bounds("test")
    of = ready.task.target
    hits: list[Any] = []
    for row in range(first, first + 30):
        sample = ready.data.sample(row)
        rows, _ = known.nearest(sample, 5)
        hits += [ready.data.sample(int(near))[of] == sample[of] for near in rows]
    assert np.mean(hits) > 0.2  # two drawn by chance: 0.12
