"""How long after a key the field map has drawn what it asks for.

A real JupyterLab and a headless Chromium without a graphics processor show simulated
maps of 768×1152 points and 16 channels, with the outlines of truth, a prediction and
two annotators. Time runs from the key's own time stamp until the frame after the one
with the new picture has begun, both by the browser's clock. A channel's first use
includes its way from the kernel; a new map is shown for every fifteen of them.
"""

import argparse
import tempfile
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.machine import machine
from tests.lab import chromium, command, lab

MAPS = 3
MAKE = """\
import numpy as np
from workbench.panels import FieldMap
from workbench.tasks.climate.generator import simulate
data = next(iter(simulate(1, 0, grid="768x1152", annotators=2)))
guess = np.roll(data.TRUTH[0].to_numpy(), 20, 1)
names = ["truth", "prediction", "annotator 1", "annotator 2"]"""
SHOW = """\
shown = FieldMap("climate", data, guess)
shown.outlines = names
shown"""
WATCH = """() => {
  const shown = [...document.querySelectorAll(".wb-map")].at(-1);
  window.mapped = shown;
  window.took = undefined;
  let pressed, before;
  addEventListener("keydown", (event) => {
    window.took = undefined;
    pressed = event.timeStamp;
    before = shown.dataset.channel + shown.dataset.place;
  }, true);
  new MutationObserver(() => {
    if (shown.dataset.channel + shown.dataset.place === before) return;
    requestAnimationFrame(() => setTimeout(() => {
      window.took ??= performance.now() - pressed;
    }));
  }).observe(shown, { attributes: true, attributeFilter: ["data-frame"] });
}"""


def _pressed(page: Any, key: str) -> float:
    """Milliseconds from a key to what it asks for."""
    page.keyboard.press(key)
    page.wait_for_function("() => window.took !== undefined")
    page.wait_for_timeout(250)
    return page.evaluate("window.took")


def _measured(page: Any, cell: int) -> dict[str, list[float]]:
    """Times of one new map."""
    page.locator(".jp-CodeCell .cm-content").nth(cell).click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(
        "wanted => document.querySelectorAll(\".wb-map[data-channel='TMQ']\").length"
        " === wanted",
        arg=cell,
    )
    page.evaluate(WATCH)
    page.locator(".wb-globe").last.focus()
    return {
        "channel, at once": [_pressed(page, "PageDown")],
        "channel, first use": [_pressed(page, "PageDown") for _ in range(14)],
        "channel again": [_pressed(page, "PageUp") for _ in range(15)],
        "pan, whole map": [_pressed(page, "ArrowRight") for _ in range(14)],
        "zoom": [_pressed(page, key) for key in "++++--"],
        "pan, zoomed in": [_pressed(page, "ArrowLeft") for _ in range(14)],
    }


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    args = parser.parse_args()
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as empty:
        with lab(Path(empty), [MAKE] + [SHOW] * MAPS) as address, chromium() as page:
            page.goto(address)
            page.wait_for_selector(".jp-Notebook .jp-Cell")
            command(page, "application:toggle-left-area")
            page.locator(".jp-CodeCell .cm-content").first.click()
            page.keyboard.press("Shift+Enter")
            for cell in range(1, MAPS + 1):
                for name, found in _measured(page, cell).items():
                    times.setdefault(name, []).extend(found)
    lines = [
        "python -m benchmarks.climate_map",
        machine(),
        "768×1152, 16 channels, outlines of truth, prediction and two annotators",
        "ms from the key to the drawn frame, bar 200",
        f"{'':22}{'keys':>6}{'median':>9}{'worst':>9}",
        *(
            f"{name:22}{len(found):6}{median(found):9.0f}{max(found):9.0f}"
            for name, found in times.items()
        ),
    ]
    text = "\n".join(lines) + "\n"
    print(text, end="")
    (args.out / f"climate_map-{date.today()}.txt").write_text(text)


if __name__ == "__main__":
    main()
