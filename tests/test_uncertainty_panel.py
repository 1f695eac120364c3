"""The panel of uncertainty, without a browser."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import workbench
from tests.widgets import find
from workbench.errors import BadInput
from workbench.panels import Uncertainty
from workbench.panels.cohort_bar import CohortBar
from workbench.panels.lessons import Gan
from workbench.panels.lines import Axis, Line, Lines
from workbench.panels.selection import Selection
from workbench.runs.demo import demo
from workbench.runs.run import Run
from workbench.uncertainty.conformal import Conformal
from workbench.uncertainty.promises import Kept

EVENTS = 400


@pytest.fixture(scope="module")
def selection(small_run: Path) -> Selection:
    return Selection(str(small_run))


@pytest.fixture(scope="module")
def panel(selection: Selection) -> Uncertainty:
    return Uncertainty(selection, EVENTS)


@pytest.fixture(autouse=True)
def whole(selection: Selection) -> None:
    """Every test begins with all events."""
    selection.truth = selection.answer = None
    selection.outcome = "all"


def until(what: Callable[[], Any], seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.05)
    return found


def text(panel: Any, name: str) -> str:
    return find(panel, name).value


def points(lines: Lines, number: int, name: str) -> np.ndarray:
    return np.frombuffer(lines._shown["lines"][number][name])


def test_lines_are_sent_as_they_are() -> None:
    lines = Lines("Speed", Axis("time [s]"), Axis("speed [m/s]"), movable=True)
    band = np.array([[0, 1], [2, 3]])
    lines.show([Line("a stone", np.arange(2), np.arange(1, 3), "points", band)])
    assert points(lines, 0, "y").tolist() == [1, 2]
    assert points(lines, 0, "high").tolist() == [2, 3]
    assert lines._shown["movable"] and lines._shown["x"]["label"] == "time [s]"


def test_alpha_moves_coverage_as_it_does_without_the_panel(
    panel: Uncertainty, selection: Selection
) -> None:
    promised = panel.parts["Decisions"].promised
    known = promised._calibration
    for alpha in (0.1, 0.3):
        promised.alpha.value = alpha
        promise = Conformal.fit(known.probabilities, known.labels, alpha)
        kept = Kept.of(promise, promised.test)
        said = text(panel, "wb-promised")
        assert f'"wb-achieved">{100 * kept.coverage:.2f} %' in said
        assert f"<b>{100 * (1 - alpha):.2f} %" in said and "(expected:" in said
        assert f"{kept.size:.2f} classes in a set" in said
    promised.alpha.value, promised.kind.value = 0.02, "APS, each class"
    assert "too few calibration events" in text(panel, "wb-promised")
    promised.kind.value = "APS"
    selection.truth = 3
    assert "of a slice by itself nothing is promised" in text(panel, "wb-promised")
    assert len(points(promised.classes, 0, "y")) == 1


def test_the_fitted_temperature_is_found_again(panel: Uncertainty) -> None:
    page = panel.parts["Calibration"]
    page.temperature.value = 3.0
    table = find(panel, "wb-calibration").children[-1]
    assert "temperature 3.000, here" in table.value
    cold = points(page.diagram, 1, "x")
    find(panel, "wb-fitted").click()
    fitted = page._known.temperature.value
    assert page.temperature.value == pytest.approx(fitted)
    cells = table.value.split("<tr>")
    here, there = (
        next(row for row in cells if f"{fitted:.3f}, {word}" in row).split("</tr>")[0]
        for word in ("here", "fitted")
    )
    assert here.split("</th>")[1] == there.split("</th>")[1]
    assert points(page.diagram, 1, "x")[-1] > cold[-1]  # surer than at 3


def test_an_operating_point_is_picked_on_the_curve(
    panel: Uncertainty, selection: Selection
) -> None:
    page = panel.parts["Decisions"].abstention
    page.share.value = 1.0
    before = page.point.right.value
    page.curve.marker = 0.2512
    assert page.share.value == 0.25 == page.curve.marker
    assert page.point.right.value > before
    words = text(panel, "wb-operating")
    assert f"at least {page.point.confidence:.4g}" in words and page.curve.said in words
    selection.truth = int(selection.cohort.answers.labels[0])
    count = (selection.cohort.answers.labels == selection.truth).sum()
    assert page.point.answered.trials == count


def test_an_event_has_its_set_in_words(
    panel: Uncertainty, selection: Selection
) -> None:
    selection.outcome = "wrong"
    find(panel, "wb-less-sure").click()
    assert selection.event in selection.rows
    find(panel, "wb-event").value = int(selection.rows[-1])
    assert selection.event == selection.rows[-1]
    said = text(panel, "wb-event-set")
    truth = selection.cohort.answers.labels[selection.event]
    name = selection.cohort.trained.task.classes[truth]
    assert f"In truth {truth} ({name})" in said and "is <b>not</b> answered" in said
    assert "segment" in said.split("<b>")[-1]


def test_two_bars_show_one_choice(selection: Selection) -> None:
    one, other = CohortBar(selection).box, CohortBar(selection).box
    find(one, "wb-slice-truth").value = 10
    assert find(other, "wb-slice-truth").value == selection.truth == 10
    rows = selection.rows
    low, high = selection.cohort.right(rows).interval(1.96)
    counted = find(other, "wb-counted").value
    assert f"<b>{len(rows):,}</b> of 500" in counted
    assert f"{100 * low:.1f}–{100 * high:.1f} %" in counted


def test_an_empty_slice_says_so(panel: Uncertainty, selection: Selection) -> None:
    confusion = selection.cohort.confusion
    selection.truth, selection.answer = (int(k[0]) for k in np.where(confusion == 0))
    for name in ("wb-promised", "wb-operating"):
        assert text(panel, name) == "No events are in this slice."
    assert "no events in this slice" in text(panel, "wb-counted")


def test_events_of_another_detector_are_compared(panel: Uncertainty) -> None:
    page = panel.parts["Similarity"]
    page.condition.value, page.strength.value = "dead-planes", 3.0
    assert "no hits" in page._meaning.value
    page.number.value = 300
    page.compare.click()
    assert page.compare.disabled
    until(lambda: not page.compare.disabled)
    assert page.found.similarity.different
    verdict = text(panel, "wb-verdict")
    assert "do not claim the coverage" in verdict and "wb-answer-no" in verdict
    assert "No test without labels sees every harm" in verdict
    assert "finds it out" in verdict  # no `workbench uncertainty` has been here
    before = points(page.histogram, 1, "y")
    assert before.sum() == pytest.approx(1)
    page.score.value = "nearest known"
    assert not np.array_equal(points(page.histogram, 1, "y"), before)


def test_a_file_that_is_not_there_is_said_in_a_line(panel: Uncertainty) -> None:
    page = panel.parts["Similarity"]
    page.path.value = "nowhere.hdf5"
    page.compare.click()
    until(lambda: not page.compare.disabled)
    assert "nowhere.hdf5: no such file or folder" in page._said.value
    assert 'role="alert"' in page._said.value
    page.path.value = ""


@pytest.mark.parametrize(
    ("task", "says"),
    [
        ("climate", "answer for each point of a map"),
        ("cosmogan", "was not tested yet: type workbench test --config="),
    ],
)
def test_what_the_panel_cannot_show_is_said(
    task: str, says: str, tmp_path: Path
) -> None:
    shutil.copy(workbench.load(task).fit, tmp_path / "config.yaml")
    with pytest.raises(BadInput, match=says):
        Uncertainty(tmp_path)


@pytest.mark.slow
def test_a_generator_shows_its_test_and_a_walk(tmp_path: Path) -> None:
    words = "data.maps=128 data.val_maps=64 data.test_maps=64 data.pixels=32 "
    words += "model.pixels=32 model.widths=[8] model.steps=2 trainer.max_epochs=1 "
    words += "trainer.check_val_every_n_epoch=1 trainer.enable_progress_bar=false"
    given = [f"--{word}" for word in words.split()]
    run = demo(workbench.load("cosmogan"), tmp_path, given)
    page = Uncertainty(run)
    assert list(page.parts) == ["Test", "Walk"]
    shown = page.parts["Test"].value
    assert "Spectra" in shown and "Memorisation" in shown
    assert shown.count("data:image/png") == 2
    walk = page.parts["Walk"]
    before = walk.picture.png
    walk.sliders["along"].value = 1.5
    assert walk.picture.png != before
    lesson = Gan(Run(run), epochs=1)
    assert lesson.walk is not None and set(lesson.walk.sliders) == set(walk.sliders)
