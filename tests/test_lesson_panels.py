"""The lessons' panels without a browser."""

from pathlib import Path
from typing import Any

import ipywidgets as w
import numpy as np
import pytest

from tests.widgets import find
from workbench.lessons import landscape
from workbench.lessons.courses import ravine_course
from workbench.lessons.digits import digits
from workbench.lessons.optimisers import OPTIMISERS, race
from workbench.lessons.prediction import Prediction
from workbench.panels.lessons import (
    Activations,
    Composition,
    Convolution,
    Landscape,
    Optimisers,
    Roofline,
    Sight,
)
from workbench.panels.lessons.frame import Code
from workbench.panels.lessons.optimisers import STEPS
from workbench.panels.lessons.question import Question
from workbench.panels.lessons.surface import Path as Way
from workbench.panels.lessons.surface import Surface
from workbench.panels.lines import Lines

ROOT = Path(__file__).parents[1]
LESSONS = {
    "activations": Activations,
    "optimisers": Optimisers,
    "landscape": Landscape,
    "convolution": Convolution,
    "sight": Sight,
    "composition": Composition,
    "roofline": Roofline,
}


@pytest.fixture(scope="module")
def own() -> Any:
    return digits(epochs=4)[:60]


@pytest.fixture(scope="module")
def panels(own: Any) -> dict[str, Any]:
    return {
        "activations": Activations(own),
        "optimisers": Optimisers(own, points=7),
        "landscape": Landscape(own, digits(epochs=2, skips=True)[:60], points=7),
        "convolution": Convolution(own),
        "sight": Sight(digits(epochs=4)[:200]),
        "composition": Composition(own),
        "roofline": Roofline(own, seconds=0.01),
    }


def every(widget: Any, kind: type) -> list[Any]:
    found = [widget] if isinstance(widget, kind) else []
    inside = [every(child, kind) for child in getattr(widget, "children", ())]
    return found + [one for part in inside for one in part]


def line(lines: Lines, name: str) -> np.ndarray:
    (found,) = (one for one in lines._shown["lines"] if one["name"] == name)
    return np.frombuffer(found["y"])


def words(panel: Any) -> str:
    return " ".join(str(part.value) for part in every(panel, object) if _spoken(part))


def _spoken(part: Any) -> bool:
    return isinstance(getattr(part, "value", None), str)


# a question


def test_a_reveal_waits_for_a_prediction_and_shows_why() -> None:
    shown: list[int] = []
    asked = Prediction("Which <way>?", ("up", "down"), 1, "It falls.")
    veiled = w.VBox()
    question = Question(asked, lambda: shown.append(1), veiled)
    assert veiled.layout.display == "none"
    assert question.reveal.disabled and "&lt;way&gt;" in question.children[0].value
    question.answers.index = 0
    assert not question.reveal.disabled and not shown
    question.reveal.click()
    assert "No: down. It falls." in question.told.value and shown == [1]
    assert veiled.layout.display is None
    question.answers.index = 1
    question.reveal.click()
    assert "Yes. It falls." in question.told.value


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_has_its_parts(name: str, panels: dict[str, Any]) -> None:
    panel = panels[name]
    assert find(panel, "wb-formula") and len(every(panel, Question)) == 2
    (code,) = every(panel, Code)
    assert "import torch" in code.text and not code._shown.value
    code._button.value = True
    assert "import torch" in code._shown.value
    named = [str(surface._ground["title"]) for surface in every(panel, Surface)]
    courses = str(panel.course.options) if name == "optimisers" else ""
    assert "digits, 4" in "".join([words(panel), courses, *named])


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_without_a_network_says_how_to_give_one(name: str) -> None:
    if name in ("landscape", "sight", "roofline"):  # they train the small one
        return
    assert "digits()" in words(LESSONS[name]())


# activation functions


def test_the_marker_reads_value_and_slope(panels: dict[str, Any]) -> None:
    panel = panels["activations"]
    panel.function.value = "ReLU"
    panel.curve.marker = -1.0
    assert panel.curve.said == "x = -1.00: value 0, slope 0"
    panel.function.value = "sigmoid"
    panel.curve.marker = 0.0
    assert panel.curve.said.endswith("value 0.5, slope 0.25")


def test_a_wider_spread_saturates_more(panels: dict[str, Any]) -> None:
    panel = panels["activations"]
    panel.function.value = "tanh"
    panel.spread.value = 1.0
    narrow = words(panel)
    panel.spread.value = 10.0
    assert words(panel) != narrow and "spread 10" in words(panel)
    assert "x = 10 *" in panel.code.text and "torch.tanh(x)" in panel.code.text


def test_its_reveal_moves_the_sliders(panels: dict[str, Any]) -> None:
    panel = panels["activations"]
    panel.layers.value = 3
    question = every(panel, Question)[0]
    question.answers.index = 0
    question.reveal.click()
    assert (panel.layers.value, panel.gain.value) == (10, 1.0)
    assert line(panel.slopes, "sigmoid")[0] < 1e-6


def test_more_events_leave_fewer_units_unmoved(panels: dict[str, Any]) -> None:
    used = panels["activations"].used
    used.curve.marker = 1.0
    assert "After 1 test events" in used._table.value
    used.curve.marker = 40.2
    assert used.events.value == 40 and "After 40 test events" in used._table.value
    used.reveal()
    assert used.events.value == 60 and used.curve.marker == 60.0
    for one in used.curve._shown["lines"]:
        assert (np.diff(np.frombuffer(one["y"])) <= 0).all()


# optimisers


def test_paths_are_those_of_the_race(panels: dict[str, Any]) -> None:
    panel = panels["optimisers"]
    panel.course.index, panel.batch.value, panel.factor.value = 0, 0, 1.0
    wanted = race(ravine_course(0), STEPS)
    sent = {path["name"]: path for path in panel.surface._paths}
    assert list(sent) == list(OPTIMISERS)
    for name, path in sent.items():
        places = np.frombuffer(path["places"], "<f4").reshape(-1, 2)
        assert np.allclose(places, wanted.paths[name], atol=1e-5)
    looks = {(path["colour"], path["faint"]) for path in sent.values()}
    assert len(looks) == len(OPTIMISERS)  # told apart
    assert np.isfinite(line(panel.curve, "Adam")).all()


def test_the_start_is_moved_by_hand(panels: dict[str, Any]) -> None:
    panel = panels["optimisers"]
    panel.course.index = 0
    panel.surface.start = [1.0, 2.0]
    assert panel.race.paths["SGD"][0].tolist() == [1.0, 2.0]
    panel.course.index = 2
    assert panel.surface.start == [1.6, 0.005]


def test_an_overflow_is_told(panels: dict[str, Any]) -> None:
    panel = panels["optimisers"]
    panel.course.index, panel.factor.value = 3, 10.0
    assert "momentum overflow at step" in words(panel)
    shown = line(panel.curve, "momentum")
    assert np.isnan(shown[-1]) and np.nanmax(shown) <= 100 * shown[0]
    panel.factor.value = 1.0


def test_its_reveals_show_what_was_asked(panels: dict[str, Any]) -> None:
    panel = panels["optimisers"]
    for question in every(panel, Question):
        question.answers.index = 1
        question.reveal.click()
        assert "Yes" in question.told.value
    assert panel.course.label == "ravine" and panel.batch.value == 1


def test_the_code_follows_optimiser_and_rate(panels: dict[str, Any]) -> None:
    panel = panels["optimisers"]
    panel.course.index, panel.optimiser.value, panel.factor.value = 0, "RMSProp", 2.0
    rate = panel.race.rates["RMSProp"]
    assert f"RMSprop([w], lr={rate:g})" in panel.code.text
    panel.factor.value = 1.0


def test_ones_own_loss_is_a_course(panels: dict[str, Any], own: Any) -> None:
    panel = panels["optimisers"]
    panel.course.index = 4
    assert own.name in panel.surface._ground["title"]
    assert np.isfinite(line(panel.curve, "SGD")).all()


# the loss around a network


def test_both_pictures_have_the_same_levels(panels: dict[str, Any]) -> None:
    panel = panels["landscape"]
    grounds = [surface._ground for surface in panel.surfaces]
    levels = [{one["level"] for one in ground["lines"]} for ground in grounds]
    assert levels[0] & levels[1] and all(ground["marks"] for ground in grounds)


def test_a_cut_turns_and_zooms(panels: dict[str, Any], own: Any) -> None:
    panel = panels["landscape"]
    panel.angle.value, panel.zoom.value = 0.0, 1.0
    middle = float(own.losses().mean())
    flat = line(panel.cut, own.name)
    assert flat[50] == pytest.approx(middle, rel=1e-4)
    panel.angle.value = 90.0
    assert not np.allclose(line(panel.cut, own.name), flat)
    panel.angle.value, panel.zoom.value = 0.0, 0.5
    assert panel.surfaces[0]._ground["x"] == [-0.5, 0.5]
    assert line(panel.cut, own.name)[-1] == pytest.approx(flat[75], rel=1e-3)


def test_rescaling_moves_only_the_unnormalised_line(panels: dict[str, Any]) -> None:
    panel = panels["landscape"]
    names = ("filters as long as its own", "as a whole", "as a whole, before")
    panel.factor.value = 1.0
    fair, whole, before = (line(panel.scaled, name) for name in names)
    assert np.allclose(whole, before)
    question = every(panel, Question)[1]
    question.answers.index = 1
    question.reveal.click()
    assert panel.factor.value == 4.0
    assert np.allclose(line(panel.scaled, names[0]), fair, rtol=1e-3)
    assert not np.allclose(line(panel.scaled, names[1]), whole, rtol=0.1)


def test_the_picture_is_the_grid(panels: dict[str, Any], own: Any) -> None:
    ways = landscape.direction(own, 0), landscape.direction(own, 1)
    grid = landscape.around(own, ways, 1.0, 7).mean(0)
    assert np.allclose(panels["landscape"].grids[0], grid)


# convolution


def test_the_stepper_shows_torchs_convolution(panels: dict[str, Any]) -> None:
    panel = panels["convolution"]
    panel.stride.value, panel.padding.value, panel.dilation.value = 1, 0, 1
    assert len(panel.stepper._shown["answer"]) == 5
    panel.padding.value, panel.dilation.value = 1, 2
    shown = panel.stepper._shown
    assert len(shown["picture"]) == 9 and len(shown["answer"]) == 5
    assert "dilation=2" in panel.code.text


def test_a_stride_breaks_moves_that_are_not_whole(panels: dict[str, Any]) -> None:
    panel = panels["convolution"]
    panel.padding.value, panel.dilation.value = 0, 1
    for question in every(panel, Question):
        question.answers.index = 0
        question.reveal.click()
    errors = line(panel.shifts, "difference")
    assert panel.stride.value == 2 and "by 0, 2, 4, 6 pixels" in words(panel)
    assert (errors[[0, 2, 4, 6]] < 1e-6).all() and (errors[[1, 3, 5]] > 0.1).all()


def test_a_view_is_told_even_where_it_is_too_wide_to_draw(
    panels: dict[str, Any],
) -> None:
    panel = panels["convolution"]
    panel.stride.value, panel.layers.value = 1, 3
    assert "= 7 pixels; by autograd 7 have" in words(panel)
    panel.stride.value, panel.layers.value = 3, 10
    assert "59049 pixels" in words(panel) and not panel.field._shown["lines"]


def test_a_walk_is_a_table(panels: dict[str, Any]) -> None:
    panel = panels["convolution"]
    table = panel.children[-1].value
    assert "look.0" in table and "1 × 12 × 8 × 8" in table
    total = sum(stage.parameters for stage in panel.stages)
    assert f"{total:,} parameters" in table


# what layers see


def test_the_best_unit_is_shown_with_its_baselines(panels: dict[str, Any]) -> None:
    panel = panels["sight"]
    panel.layer.value, panel.class_.value = "look.0", 0
    best, pixel, random = panel.detectors
    assert (best.searched, pixel.searched, random.searched) == (12, 64, 12)
    assert panel.unit.value == best.unit
    before = panel.seen.png
    assert before.startswith(b"\x89PNG") and panel.filters.png.startswith(b"\x89PNG")
    panel.unit.value = (best.unit + 1) % 12
    assert panel.seen.png != before and f"unit {panel.unit.value} of" in panel.seen.alt
    panel.layer.value = "look.3"
    assert panel.unit.value == panel.detectors[0].unit
    assert f"{panel.detectors[0].honest:.3f}" in panel.table.value


# a surface


def test_a_surface_is_sent_as_it_is() -> None:
    surface = Surface(("a", "b"), movable=True)
    heights = np.add.outer(np.arange(5.0) ** 2, np.arange(4.0))
    surface.show("H", heights, (0, 3), (0, 4), [4.5])
    (one,) = surface._ground["lines"]
    places = np.frombuffer(one["places"], "<f4").reshape(-1, 2)
    assert len(places) > 3 and surface._ground["shape"] == [5, 4]
    ends = places[np.argmax(places[:, 0])]
    assert ends == pytest.approx(
        [3, 7 / 6], abs=1e-5
    )  # half a unit above 4, of 3 up to 7
    surface.walk([Way("w", np.ones((2, 2)), "ends")])
    assert surface._paths[0]["told"] == "ends"


@pytest.mark.parametrize("name", [*LESSONS, "gan"])
def test_a_notebook_shows_its_lesson_without_a_kernel(name: str) -> None:
    (notebook,) = (ROOT / "notebooks").glob(f"*-{name}.ipynb")
    assert f"](../docs/lessons/{name}.png)" in notebook.read_text()
    picture = ROOT / "docs" / "lessons" / f"{name}.png"
    assert 2_000 < picture.stat().st_size < 60_000
