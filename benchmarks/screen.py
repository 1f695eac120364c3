"""How long after a line was written its point is on the screen.

A real JupyterLab and a headless Chromium show a panel attached to a run. Once its
controls are there (loading torch for them holds Python up for a part of a second),
lines are appended to the run's file at times that do not keep step with the panel. The
browser notes when the frame with one more point has been painted. Both read this
machine's clock.
"""

import random
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import workbench
from benchmarks.attach import SHAPES, write_run
from tests.lab import chromium, command, lab
from workbench.runs.folder import append_line

POINTS = 40
CELLS = [
    "from workbench.panels import attach",
    'attach("few", "runs")',
    'attach("many", "runs")',
]
WATCH = """() => {
  const shown = [...document.querySelectorAll(".wb-curves")].at(-1);
  window.painted = {};
  new MutationObserver(() => requestAnimationFrame(() => setTimeout(() => {
    window.painted[shown.dataset.points] ??= Date.now();
  }))).observe(shown, { attributes: true, attributeFilter: ["data-points"] });
}"""


def _cell(page: Any, number: int) -> None:
    """Run a cell."""
    page.locator(".jp-CodeCell .cm-content").nth(number).click()
    page.keyboard.press("Shift+Enter")


def _shown(page: Any, points: int) -> None:
    page.wait_for_function(
        "least => [...document.querySelectorAll('.wb-curves')].at(-1)"
        "?.dataset.points >= least",
        arg=points,
    )


def _delays(page: Any, file: Path) -> list[float]:
    """Milliseconds from each append to its painted frame."""
    page.evaluate(WATCH)
    chance, delays = random.Random(0), []
    for step in range(1, POINTS + 1):
        time.sleep(0.4 + 0.3 * chance.random())
        line = {"attempt": 1, "step": step, "time": float(step)}
        append_line(file, line | {"train_loss": chance.random()})
        written = 1000 * time.time()
        page.wait_for_function("n => window.painted[n]", arg=step + 1)
        delays.append(page.evaluate("n => window.painted[n]", step + 1) - written)
    return delays


def screen() -> list[str]:
    """Lines of the report."""
    with tempfile.TemporaryDirectory() as empty:
        place = Path(empty)
        runs = place / "runs"
        runs.mkdir()
        for name, shape in (("few", (1, 1)), ("many", SHAPES[0])):
            write_run(runs / name, *shape)
            shutil.copy(workbench.load("neutrino").fit, runs / name / "config.yaml")
        with lab(place, CELLS) as address, chromium() as page:
            page.goto(address)
            page.wait_for_selector(".jp-Notebook .jp-Cell")
            command(page, "application:toggle-left-area")
            _cell(page, 0)
            _cell(page, 1)
            _shown(page, 1)
            page.wait_for_selector(".wb-form", state="attached")
            delays = _delays(page, runs / "few" / "metrics.jsonl")
            begun = time.perf_counter()
            _cell(page, 2)
            _shown(page, 4000)
            attached = time.perf_counter() - begun
    return [
        f"a line written, its point painted in the browser, ms, {POINTS} points",
        f"  median {median(delays):5.0f}",
        f"  worst  {max(delays):5.0f}    (bar: 300)",
        "a cell with attach(run) run, a million values painted in the browser, s",
        f"         {attached:5.2f}    (bar: 2)",
    ]
