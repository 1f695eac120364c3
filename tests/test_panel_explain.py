"""The panel that asks why, without a browser."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from tests.waiting import until
from tests.weather import by_vapour
from tests.widgets import find
from workbench.errors import BadInput
from workbench.panels import Explain
from workbench.panels.field_map import FieldMap
from workbench.panels.modules import module
from workbench.panels.worker import Worker
from workbench.tasks.climate.variables import RIVER

PNG = b"\x89PNG"


@pytest.fixture(scope="module")
def panel(
    small_run: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Explain]:
    """The panel on a copy of the small run."""
    kept = shutil.copytree(small_run, tmp_path_factory.mktemp("panel") / "run")
    made = Explain(str(kept))
    until(lambda: find(made, "wb-about"))
    yield made
    made.close()


def matrix(panel: Explain) -> Any:
    return find(panel, "wb-overview").children[0]


def maps(panel: Explain) -> list[Any]:
    return [box for box in find(panel, "wb-beside").children]


def test_a_cell_of_the_matrix_chooses_the_slice(panel: Explain) -> None:
    cohort = panel.selection.cohort
    shown = matrix(panel)
    assert np.array(shown.counts).sum() == 500
    value, low, high = shown.rates[10]
    assert 0 <= low < value < high <= 1
    truth, answer = np.argwhere(np.triu(cohort.confusion, 1) > 0)[0].tolist()
    shown.chosen = [truth, answer]
    assert (panel.selection.truth, panel.selection.answer) == (truth, answer)
    assert find(panel, "wb-slice-truth").value == truth
    listed = find(panel, "wb-events").options
    assert len(listed) == cohort.confusion[truth, answer]
    assert all(name.startswith("✗") for name, _ in listed)
    assert f"<b>{len(listed)}</b> of 500 test events" in find(panel, "wb-counted").value
    shown.chosen = [-1, -1]
    assert panel.selection.truth is None
    assert len(find(panel, "wb-events").options) == 200


def test_mistakes_come_first_and_choose_the_event(panel: Explain) -> None:
    cohort, listed = panel.selection.cohort, find(panel, "wb-events")
    wrong = cohort.rows(outcome="wrong")
    rows = [row for _, row in listed.options]
    assert rows[: len(wrong)] == wrong.tolist()[:200]
    listed.value = int(wrong[1])
    assert panel.selection.event == wrong[1]
    assert find(panel, "wb-event").value == wrong[1]
    assert "✗ wrongly" in find(panel, "wb-about").value
    find(panel, "wb-slice-outcome").value = "right"
    assert listed.value is None  # what is shown is not in the slice
    find(panel, "wb-next").click()
    assert panel.selection.event == cohort.rows(outcome="right")[0]
    find(panel, "wb-slice-outcome").value = "all"


def test_what_is_known_of_events_cuts_the_slice(panel: Explain) -> None:
    chosen, cohort = panel.selection, panel.selection.cohort
    find(panel, "wb-slice-fact").value = "charged hadrons"
    control = find(panel, "wb-slice-range")
    control.value = (1.0, 2.0)
    assert chosen.where == {"charged hadrons": (1.0, 2.0)}
    rows = cohort.rows(where=chosen.where)
    assert 0 < len(rows) < 500 and np.array_equal(chosen.rows, rows)
    counts = np.array(matrix(panel).counts)
    assert np.array_equal(counts, cohort.confusion_of(rows))
    said = find(panel, "wb-counted").value
    assert f"<b>{len(rows)}</b> of 500 test events, charged hadrons 1 to 2" in said
    assert {row for _, row in find(panel, "wb-events").options} <= set(rows.tolist())
    find(panel, "wb-slice-fact").value = "process"
    find(panel, "wb-slice-range").value = (1.0, 1.0)  # quasi-elastic alone
    assert (
        len(chosen.where) == 2
        and "process quasi-elastic" in find(panel, "wb-counted").value
    )
    find(panel, "wb-slice-back").click()
    assert chosen.where == {} and np.array(matrix(panel).counts).sum() == 500
    places = [value for _, value in find(panel, "wb-slice-range").options]
    assert find(panel, "wb-slice-range").value == (places[0], places[-1])
    with pytest.raises(BadInput, match="no 'tea' is known of the events"):
        chosen.where = {"tea": (0, 1)}


def test_two_methods_explain_the_event_and_say_what_they_are_worth(
    panel: Explain,
) -> None:
    wrong = panel.selection.cohort.rows(outcome="wrong")
    panel.selection.event = int(wrong[0])
    for side in maps(panel):
        until(lambda side=side: "<li" in find(side, "wb-badges").value)
        assert "Why the likeliest class" in find(side, "wb-caption").value
        assert find(side, "wb-reasons").children[2].children[0].png.startswith(PNG)
    assert "completeness" in find(maps(panel)[0], "wb-badges").value
    assert "Of all shares, whichever sign: x " in find(panel, "wb-caption").value
    assert "a long track's lever arm" in find(panel, "wb-elsewhere").value
    along = find(panel, "wb-along")
    until(lambda: len(along.children) == 3 and "occlusion" in along.children[2].value)
    assert along.children[1].png.startswith(PNG)
    assert "integrated-gradients" in along.children[1].alt


def test_only_methods_that_apply_are_offered(panel: Explain) -> None:
    methods = find(panel, "wb-method")
    until(lambda: "shapley" in methods.options)
    assert "lrp" not in methods.options  # it has no rule for this network
    assert methods.value == "integrated-gradients"
    methods.value = "saliency"
    caption = find(panel, "wb-caption")
    until(lambda: "how steeply" in caption.value)


def test_why_this_rather_than_that(panel: Explain) -> None:
    caption = find(panel, "wb-caption")
    find(panel, "wb-why").value = 10
    find(panel, "wb-rather-than").value = 0
    until(lambda: "Why downstream against upstream?" in caption.value)
    find(panel, "wb-rather-than").value = 10
    until(lambda: "a class against itself: give two classes" in caption.value)
    assert 'role="alert"' in caption.value
    find(panel, "wb-why").value = find(panel, "wb-rather-than").value = -1
    until(lambda: "Why the likeliest class" in caption.value)


def test_sliders_ask_what_if(panel: Explain) -> None:
    tabs = find(panel, "wb-tabs")
    tabs.selected_index = 1
    chances = panel._parts[1].chances
    until(lambda: chances.before)
    assert chances.now == chances.before and sum(chances.now) == pytest.approx(1)
    until(lambda: find(panel, "wb-blank-u"))
    for name in "xuv":
        find(panel, f"wb-blank-{name}").value = True
    until(lambda: chances.now != chances.before)
    find(panel, "wb-as-it-is").click()
    until(lambda: chances.now == pytest.approx(chances.before, abs=1e-6))
    moved = find(panel, "wb-change-moved")
    assert moved.step == 4
    moved.value = moved.max
    until(lambda: chances.now != pytest.approx(chances.before, abs=1e-3))
    until(lambda: "The least that turns" in find(panel, "wb-turns").value)
    assert "moved [planes]: " in find(panel, "wb-turns").value
    tabs.selected_index = 0


def test_training_events_are_shown_with_their_class(panel: Explain) -> None:
    find(panel, "wb-tabs").selected_index = 2
    pairs = find(panel, "wb-relatives").children
    until(lambda: all(picture.png for _, picture in (p.children for p in pairs)))
    name, picture = pairs[0].children
    assert "likeness 0." in name.value or "likeness 1.00" in name.value
    assert picture.png.startswith(PNG) and "training event" in picture.alt
    find(panel, "wb-tabs").selected_index = 0


def test_a_selection_is_shared(panel: Explain) -> None:
    other = Explain(panel.selection)
    until(lambda: find(other, "wb-overview"))
    find(other, "wb-slice-truth").value = 3
    assert matrix(panel).chosen == [3, -1]
    other.close()
    panel.selection.truth = None
    assert find(panel, "wb-slice-truth").value == -1
    assert find(other, "wb-slice-truth").value == 3  # it follows no more


def test_no_such_event_is_said_aloud(panel: Explain) -> None:
    before = panel.selection.event
    with pytest.raises(BadInput, match="event 900: there are 500 of test"):
        panel.selection.event = 900
    panel.selection.event = before


@pytest.fixture(scope="module")
def weather(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explain]:
    """The panel on maps, whose network calls a river what has much vapour."""
    runs = tmp_path_factory.mktemp("runs")
    selection = by_vapour(runs, (4, 1, 1), 4.0, [0.0, -50.0, -6.0])
    made = Explain(selection)
    until(lambda: find(made, "wb-about"))
    yield made
    made.close()


def test_a_map_is_asked_why_a_thing_is_outlined(weather: Explain) -> None:
    assert find(weather, "wb-overview") is None and len(weather.selection) == 1
    things = find(weather, "wb-why")
    until(lambda: "river" in things.options[0][0])
    for side in maps(weather):
        caption = find(side, "wb-caption")
        until(lambda caption=caption: "Why atmospheric river" in caption.value)
        (shown,) = side.children[2].children
        assert isinstance(shown, FieldMap) and shown.channel == "attribution"
    first = find(weather, "wb-caption").value
    things.value = 1
    until(lambda: find(weather, "wb-caption").value not in (first, ""))
    find(weather, "wb-tabs").selected_index = 1
    chances = weather._parts[1].chances
    until(lambda: find(weather, "wb-blank-TMQ"))
    find(weather, "wb-blank-TMQ").value = True
    until(lambda: chances.now != chances.before)
    assert chances.now[RIVER] < 0.5 < chances.before[RIVER]


def test_a_task_that_names_no_evidence_is_refused(
    panel: Explain, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = panel.selection.trained
    plain = replace(trained, task=replace(trained.task, evidence=None))
    monkeypatch.setattr(panel.selection, "trained", plain)
    with pytest.raises(BadInput, match="neutrino does not say what the evidence for"):
        Explain(panel.selection)


def test_a_worker_does_what_was_asked_last() -> None:
    failures: list[Exception] = []
    done: list[int] = []
    begun, go = Event(), Event()
    worker = Worker(failures.append)

    def first() -> None:
        begun.set()
        go.wait()
        done.append(0)

    worker.do("a", first)
    begun.wait()
    worker.do("a", lambda: done.append(1))
    worker.do("b", lambda: 1 / 0)
    worker.do("a", lambda: done.append(2))
    go.set()
    until(lambda: len(done) == 2)
    assert done == [0, 2] and isinstance(failures[0], ZeroDivisionError)
    worker.end()
    worker._thread.join(5)
    assert not worker._thread.is_alive()


@pytest.mark.parametrize("name", ["matrix.js", "chances.js"])
def test_browser_modules_stand_alone(name: str) -> None:
    text = module(name)
    assert "import " not in text and text.count("export ") == 1
    assert "http" not in text
