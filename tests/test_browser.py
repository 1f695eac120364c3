"""The training panel in a real JupyterLab, driven by mouse and keyboard."""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import workbench
from tests.lab import chromium, command, lab, needs_browser
from workbench.runs.folder import read_lines
from workbench.runs.run import Run, runs

SETTINGS = {
    "data.events": 4096,
    "data.val_events": 256,
    "data.test_events": 256,
    "data.batch_size": 16,
    "trainer.log_every_n_steps": 2,
    "epochs": 60,
}
START = f"""\
from workbench.panels import Train
Train("neutrino", runs="runs", settings={json.dumps(SETTINGS)})"""


@pytest.fixture(scope="module")
def events() -> None:
    """Made before the clock runs, as the training finds them in the cache."""
    names = ("events", "val_events", "test_events")
    given = {name: SETTINGS[f"data.{name}"] for name in names}
    workbench.load("neutrino").data(**given).prepare_data()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where screenshots are kept."""
    place = Path(os.environ.get("WORKBENCH_ARTEFACTS") or tmp_path / "pictures")
    place.mkdir(parents=True, exist_ok=True)
    return place


@pytest.fixture
def page(tmp_path: Path, pictures: Path) -> Iterator[Any]:
    """A notebook with the panel in its only cell, run."""
    needs_browser()
    with lab(tmp_path, [START]) as address, chromium() as page:
        try:
            page.goto(address)
            page.wait_for_selector(".jp-Notebook .jp-Cell")
            command(page, "application:toggle-left-area")
            command(page, "notebook:run-all-cells")
            yield page
            page.screenshot(path=pictures / "last.png")
        finally:
            for run in runs(tmp_path / "runs"):
                if run.state in ("starting", "running", "paused"):
                    run.stop()


def until(what: Callable[[], Any], seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.1)
    return found


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


def test_a_run_from_start_to_stop(
    events: None, page: Any, tmp_path: Path, pictures: Path
) -> None:
    def picture(name: str) -> None:
        page.screenshot(path=pictures / f"{name}.png")

    def tab(name: str) -> None:
        panel(page).get_by_role("tab", name=name).click()

    panel(page).locator(".wb-start").wait_for()
    page.wait_for_timeout(500)
    picture("1-settings")
    shown = panel(page).locator(".wb-command pre").inner_text()
    panel(page).locator(".wb-start").click()
    run = until(lambda: runs(tmp_path / "runs"))[0]
    assert "--data.events=4096" in shown and "--trainer.max_epochs=60" in shown

    is_in(page, "running")
    before = until(lambda: points(page))
    until(lambda: points(page) > before + 20)
    picture("2-curves")

    until(lambda: len(rates(run)) > 5)
    handle = panel(page).locator(".wb-set-learning_rate .noUi-handle")
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 70, y, steps=4)
    page.mouse.up()
    replies = run.folder / "control"
    until(lambda: list(replies.glob("*.reply.json")))
    panel(page).get_by_text("learning_rate", exact=False).first.wait_for()
    until(lambda: rates(run)[-1] < max(rates(run)) / 5)

    panel(page).locator(".wb-pause").click()
    is_in(page, "paused")
    until(lambda: run.status.get("state") == "paused")
    held = run.status["step"]
    time.sleep(1.5)
    assert run.status["step"] == held
    picture("3-paused")
    panel(page).locator(".wb-resume").click()
    is_in(page, "running")
    until(lambda: run.status["step"] > held)

    command(page, "docmanager:save")
    page.wait_for_timeout(1000)
    before = points(page)
    page.reload()
    until(lambda: points(page) >= before)
    is_in(page, "running")
    until(lambda: points(page) > before + 10)

    command(page, "notebook:restart-kernel")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.wait_for_timeout(1500)
    assert run.state == "running"  # a kernel takes no run with it
    command(page, "notebook:clear-all-cell-outputs")
    command(page, "notebook:insert-cell-below")
    page.locator(".jp-Cell .cm-content").nth(1).click()
    page.keyboard.insert_text("import workbench; from workbench.panels import attach")
    page.keyboard.press("Enter")
    page.keyboard.insert_text("attach(workbench.runs()[-1])")
    page.keyboard.press("Shift+Enter")
    until(lambda: points(page) >= before)
    is_in(page, "running")
    command(page, "apputils:change-theme", theme="JupyterLab Dark")
    page.set_viewport_size({"width": 900, "height": 1100})
    page.wait_for_timeout(1500)
    panel(page).scroll_into_view_if_needed()
    picture("4-attached-dark-900")

    panel(page).locator(".wb-stop").click()
    is_in(page, "stopped")
    assert (run.folder / "checkpoints" / "last.ckpt").is_file()
    tab("Runs")
    panel(page).get_by_role("option", name=run.name).click()
    picture("5-runs")
    tab("Log")
    picture("6-log")
