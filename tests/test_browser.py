"""The training panel in real front ends, driven by mouse and keyboard.

One server, one browser and one training serve all tests, which go through its life in
their order.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import workbench
from tests.axe import faults_of_tabs
from tests.lab import command, keeper, needs_browser, opened, write_notebook
from tests.waiting import until
from workbench.runs.folder import append_line, read_lines, write_json
from workbench.runs.run import Run, runs

pytestmark = pytest.mark.slow

SETTINGS = {
    "data.events": 1024,
    "data.val_events": 64,
    "data.test_events": 64,
    "data.batch_size": 16,
    "trainer.log_every_n_steps": 5,  # in minutes no more points than a curve shows
    "epochs": 500,
}
START = f"""\
from workbench.panels import Train
Train("neutrino", runs="runs", settings={json.dumps(SETTINGS)})"""
ATTACH = """\
import workbench; from workbench.panels import attach
attach(workbench.runs("runs")[-1])"""


@pytest.fixture(scope="module")
def events() -> None:
    """Made before the clock runs, as the training finds them in the cache."""
    needs_browser()
    names = ("events", "val_events", "test_events")
    given = {name: SETTINGS[f"data.{name}"] for name in names}
    workbench.load("neutrino").data(**given).prepare_data()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server serves."""
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def picture(folder: Path) -> Callable[[Any, str], None]:
    """Keep a screenshot, beside the server or in ``$WORKBENCH_ARTEFACTS``."""
    return keeper(folder)


@pytest.fixture(scope="module")
def page(
    events: None, folder: Path, picture: Callable[[Any, str], None]
) -> Iterator[Any]:
    """JupyterLab with the panel in a notebook's only cell, run."""
    with opened(folder, [START]) as page:
        try:
            yield page
            picture(page, "last")
        finally:
            for run in runs(folder / "runs"):
                if run.state in ("starting", "running", "paused"):
                    run.stop()


@pytest.fixture(scope="module")
def run(page: Any, folder: Path, picture: Callable[[Any, str], None]) -> Run:
    """Started with the panel's button."""
    panel(page).locator(".wb-start").wait_for()
    panel(page).locator(".wb-command pre").wait_for()
    shown = panel(page).locator(".wb-command pre").inner_text()
    picture(page, "1-settings")
    panel(page).locator(".wb-start").click()
    run = until(lambda: runs(folder / "runs"))[0]
    assert "--data.events=1024" in shown and "--trainer.max_epochs=500" in shown
    is_in(page, "running")
    return run


def panel(page: Any) -> Any:
    return page.locator(".wb-train").last


def points(page: Any) -> int:
    shown = panel(page).locator(".wb-curves[data-points]")
    return int(shown.get_attribute("data-points")) if shown.count() else 0


def rates(run: Run) -> list[float]:
    lines = read_lines(run.folder / "metrics.jsonl")
    return [line["learning_rate"] for line in lines if "learning_rate" in line]


def is_in(page: Any, state: str) -> None:
    panel(page).locator(f".wb-is-{state}").wait_for()


def grows(page: Any) -> None:
    before = until(lambda: points(page))
    until(lambda: points(page) > before + 10)


def test_curves_and_previews_appear_and_a_slider_steers(
    page: Any, run: Run, picture: Callable[[Any, str], None]
) -> None:
    grows(page)
    until(lambda: len(rates(run)) > 5)
    handle = panel(page).locator(".wb-set-learning_rate .noUi-handle")
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 70, y, steps=4)
    page.mouse.up()
    until(lambda: list((run.folder / "control").glob("*.reply.json")))
    panel(page).get_by_text("learning_rate", exact=False).first.wait_for()
    until(lambda: rates(run)[-1] < max(rates(run)) / 5)
    drawn = panel(page).get_by_alt_text("drawn after", exact=False)
    drawn.wait_for()
    until(lambda: drawn.evaluate("image => image.naturalWidth") > 500)
    picture(page, "2-curves")


def test_a_pause_holds_it_between_two_steps(
    page: Any, run: Run, picture: Callable[[Any, str], None]
) -> None:
    panel(page).locator(".wb-pause").click()
    is_in(page, "paused")
    held = until(lambda: run.status["state"] == "paused" and run.status)
    until(lambda: run.status["heartbeat"] > held["heartbeat"] + 1)
    assert run.status["step"] == held["step"]
    picture(page, "3-paused")
    panel(page).locator(".wb-resume").click()
    is_in(page, "running")
    until(lambda: run.status["step"] > held["step"])


def test_notebook_7_commands_the_same_run(
    page: Any, run: Run, folder: Path, picture: Callable[[Any, str], None]
) -> None:
    write_notebook(folder / "seven.ipynb", [ATTACH])
    seven = page.context.new_page()
    seven.goto(page.url.split("/lab")[0] + "/notebooks/seven.ipynb")
    seven.wait_for_selector(".jp-Notebook .jp-Cell")
    command(seven, "notebook:run-all-cells")
    is_in(seven, "running")
    grows(seven)
    panel(seven).locator(".wb-pause").click()
    is_in(seven, "paused")
    is_in(page, "paused")
    panel(page).locator(".wb-resume").click()
    is_in(seven, "running")
    picture(seven, "4-notebook-7")
    seven.close()


def test_a_reloaded_page_shows_all(page: Any, run: Run) -> None:
    with page.expect_response(
        lambda answer: answer.request.method == "PUT" and "panel.ipynb" in answer.url
    ):
        command(page, "docmanager:save")
    before = points(page)
    page.reload()
    until(lambda: points(page) >= before)
    is_in(page, "running")
    grows(page)
    panel(page).locator(".wb-pause").click()
    is_in(page, "paused")
    panel(page).locator(".wb-resume").click()
    is_in(page, "running")


def test_a_restarted_kernel_finds_the_run_again(
    page: Any, run: Run, picture: Callable[[Any, str], None]
) -> None:
    before = points(page)
    command(page, "notebook:restart-kernel")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.locator(".jp-Dialog").wait_for(state="detached")
    command(page, "notebook:clear-all-cell-outputs")
    command(page, "notebook:insert-cell-below")
    page.locator(".jp-Cell .cm-content").nth(1).click()
    page.keyboard.insert_text(ATTACH)
    page.keyboard.press("Shift+Enter")
    until(lambda: points(page) >= before)
    is_in(page, "running")  # a kernel takes no run with it
    command(page, "apputils:change-theme", theme="JupyterLab Dark")
    dark = page.locator("body[data-jp-theme-light=false]")
    dark.wait_for(state="attached")
    page.set_viewport_size({"width": 900, "height": 1100})
    panel(page).scroll_into_view_if_needed()
    picture(page, "5-attached-dark-900")


def test_a_stopped_run_is_listed_with_its_log(
    page: Any, run: Run, picture: Callable[[Any, str], None]
) -> None:
    panel(page).locator(".wb-stop").click()
    is_in(page, "stopped")
    assert (run.folder / "checkpoints" / "last.ckpt").is_file()
    panel(page).get_by_role("tab", name="Runs").click()
    panel(page).get_by_role("option", name=run.name).click()
    picture(page, "6-runs")
    panel(page).get_by_role("tab", name="Log").click()
    panel(page).locator(".wb-log-text").wait_for()
    picture(page, "7-log")


def test_a_hostile_run_is_shown_as_text(page: Any, run: Run, folder: Path) -> None:
    hurt = '<img src=x onerror="window.hurt=1">'
    hostile = folder / "runs" / f"neutrino-{hurt}"
    status = {"state": "failed", "step": 3, "steps": 9, "epoch": hurt, "attempt": 1}
    write_json(hostile / "status.json", status)
    write_json(hostile / "failures" / "process-0.json", {"process": hurt, "time": 1})
    line = {"attempt": 1, "step": 1, "epoch": 0, "time": 1.0, f"train_{hurt}": 1.0}
    append_line(hostile / "metrics.jsonl", line)
    for name in ("config.yaml", "log.txt", "notes.txt"):
        (hostile / name).write_text(hurt)
    panel(page).get_by_role("tab", name="Runs").click()
    panel(page).get_by_role("option", name=hostile.name).click()
    panel(page).locator(".wb-show").click()
    panel(page).locator(".wb-state", has_text=hostile.name).wait_for()
    panel(page).locator(".wb-progress", has_text=hurt).wait_for()
    panel(page).get_by_role("tab", name="Log").click()
    panel(page).locator(".wb-log-text", has_text=hurt).wait_for()
    assert page.evaluate("window.hurt") is None


def test_everybody_can_read_and_work_it(page: Any, run: Run) -> None:
    assert faults_of_tabs(page, ".wb-train") == []
