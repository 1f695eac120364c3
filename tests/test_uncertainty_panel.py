"""The panel of uncertainty, without a browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import workbench
from tests.waiting import until
from tests.weather import by_vapour
from tests.widgets import find
from workbench.errors import BadInput
from workbench.panels import Uncertainty
from workbench.panels.cohort_bar import CohortBar
from workbench.panels.lessons import Gan
from workbench.panels.lines import Axis, Line, Lines
from workbench.panels.selection import Selection
from workbench.runs.run import Run
from workbench.runs.trial import trial
from workbench.tasks.climate.variables import CLASSES, RIVER
from workbench.uncertainty.conformal import Conformal
from workbench.uncertainty.maps.masks import Masks
from workbench.uncertainty.promises import Kept

EVENTS = 400
RIVERS = CLASSES[RIVER]


@pytest.fixture(scope="module")
def selection(small_run: Path) -> Selection:
    return Selection(str(small_run))


@pytest.fixture(scope="module")
def panel(selection: Selection) -> Iterator[Uncertainty]:
    made = Uncertainty(selection, EVENTS)
    until(lambda: len(made.parts) == 3)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def whole(selection: Selection) -> None:
    """Every test begins with all events."""
    selection.truth = selection.answer = None
    selection.outcome, selection.where = "all", {}


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


def test_every_page_follows_what_is_known_of_events(
    panel: Uncertainty, selection: Selection
) -> None:
    before = text(panel, "wb-promised"), text(panel, "wb-operating")
    selection.where = {"neutrino energy [GeV]": (2.0, 5.0)}
    found = selection.cohort.rows(where=selection.where)
    assert f"of {len(found):,} test events" in text(panel, "wb-promised")
    assert "of a slice by itself nothing is promised" in text(panel, "wb-promised")
    assert panel.parts["Decisions"].abstention.point.answered.trials == len(found)
    table = find(panel, "wb-calibration").children[-1].value
    assert f"{len(found):,} test events; ±" in table
    selection.where = {}
    assert (text(panel, "wb-promised"), text(panel, "wb-operating")) == before


def test_a_closed_panel_follows_nothing(selection: Selection) -> None:
    def followers() -> int:
        kept = selection._trait_notifiers
        return sum(len(calls) for by in kept.values() for calls in by.values())

    before = followers()
    made = Uncertainty(selection, EVENTS)
    until(lambda: len(made.parts) == 3)
    assert followers() > before + 5
    made.close()
    assert followers() == before
    assert not made._worker._thread.is_alive() or made._worker._ended


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


def test_a_generator_that_was_not_tested_is_refused(tmp_path: Path) -> None:
    shutil.copy(workbench.load("cosmogan").fit, tmp_path / "config.yaml")
    with pytest.raises(BadInput, match="was not tested yet: type workbench test --con"):
        Uncertainty(tmp_path)


@pytest.fixture(scope="module")
def weather(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Uncertainty]:
    """The panel on maps, whose network calls a river what has much vapour."""
    runs = tmp_path_factory.mktemp("runs")
    selection = by_vapour(runs, (4, 2, 3), 1.0, [0.0, -9.0, -1.5])
    made = Uncertainty(selection, 12)
    until(lambda: len(made.parts) == 2, 120)
    yield made
    made.close()


def test_a_map_shows_where_the_network_is_unsure(weather: Uncertainty) -> None:
    page = weather.parts["Maps"]
    until(lambda: page.one is not None and page._holder.children)
    one, shown = page.one, page._holder.children[0]
    names = [field.name for field in shown.chart.fields]
    assert names[:3] == ["doubt", "chance of tropical cyclone", "chance of " + RIVERS]
    assert shown.channel == "doubt" and "TMQ" in names
    assert {"truth", "prediction"} <= set(shown.outlines)
    doubt = shown.chart.field("doubt").values
    assert doubt.shape == one.chances.shape[1:] and 0 <= doubt.min()
    chances = one.chances[RIVER]
    assert np.allclose(shown.chart.field("chance of " + RIVERS).values, 100 * chances)
    table = text(weather, "wb-things")
    assert "What it outlines" in table and "atmospheric river at" in table
    shown.channel, shown.place = "TMQ", [120.0, 10.0, 4.0]
    before = page.thresholds[RIVER][0]
    page.alpha.value = 0.4
    until(lambda: page._holder.children[0] is not shown)
    now = page._holder.children[0]  # what was looked at is kept
    assert (now.channel, now.place) == ("TMQ", [120.0, 10.0, 4.0])
    outer, inner = page.thresholds[RIVER]
    assert before < outer <= inner
    areas = {area.name: area.codes for area in page._holder.children[0].chart.areas}
    assert np.array_equal(areas["outer mask"] == RIVER, chances >= outer)
    find(weather, "wb-next").click()
    until(lambda: page.one is not one)


def test_masks_are_tried_on_the_maps_of_the_slice(weather: Uncertainty) -> None:
    page, selection = weather.parts["Promises"], weather._selection
    page.kind.value, page.alpha.value = RIVER, 0.3
    said = text(weather, "wb-mask-words")
    masks = Masks.fit(page._known.known.of(RIVER), 0.3)
    lost = masks.missed(page._test.of(RIVER))
    assert f'"wb-achieved">{100 * lost.mean():.1f} %' in said
    assert points(page.maps, 0, "y").sum() == len(lost)
    share = f"{RIVERS} [% of points]"
    values = np.asarray(selection.facts[share].values)
    first = int(np.argmax(values))
    selection.where = {share: (float(values[first]), 100.0)}
    assert points(page.maps, 0, "y").sum() == 1
    assert "<b>1</b> of 3 test maps" in text(weather, "wb-counted")
    page.alpha.value = 0.02
    assert "the least" in text(weather, "wb-mask-words")  # too few maps for so little
    selection.where, page.alpha.value = {}, 0.3


@pytest.mark.slow
def test_a_generator_shows_its_test_and_a_walk(tmp_path: Path) -> None:
    words = "data.maps=128 data.val_maps=64 data.test_maps=64 data.pixels=32 "
    words += "model.pixels=32 model.widths=[8] model.steps=2 trainer.max_epochs=1 "
    words += "trainer.check_val_every_n_epoch=1 trainer.enable_progress_bar=false"
    given = [f"--{word}" for word in words.split()]
    run = trial(workbench.load("cosmogan"), tmp_path, given)
    page = Uncertainty(run)
    until(lambda: len(page.parts) == 4)
    assert list(page.parts) == ["Test", "Scatter", "Latent", "Walk"]
    latent = page.parts["Latent"].value
    assert "Which part of the latent moves which statistic" in latent
    assert "data:image/png" in latent
    find(page, "wb-measure").click()
    scatter = page.parts["Scatter"]
    until(lambda: not scatter.measure.disabled)
    assert "How its statistics scatter" in scatter._found.value
    shown = page.parts["Test"].value
    assert "Spectra" in shown and "Memorisation" in shown
    assert shown.count("data:image/png") == 2
    walk = page.parts["Walk"]
    before = walk.picture.png
    walk.sliders["along"].value = 1.5
    assert walk.picture.png != before
    lesson = Gan(Run(run), epochs=1)
    assert lesson.walk is not None and set(lesson.walk.sliders) == set(walk.sliders)
    page.close()
