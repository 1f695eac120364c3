"""The panel that asks why in a real JupyterLab, driven by mouse and keyboard."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.axe import faults_of_tabs
from tests.lab import command, keeper, needs_browser, opened

pytestmark = pytest.mark.slow

CELL = """\
from workbench.panels import Explain
Explain("run")"""
SLIDE = """async (presses) => {
  const shown = document.querySelector(".wb-chances"), waits = [];
  const handle = document.querySelector(".wb-change-moved .noUi-handle");
  for (let k = 0; k < presses; k++) {
    const changed = new Promise((done) => {
      const watch = new MutationObserver(() => { watch.disconnect(); done(); });
      watch.observe(shown, { subtree: true, childList: true, characterData: true });
    });
    const start = performance.now();
    const key = { key: "ArrowRight", bubbles: true };
    handle.dispatchEvent(new KeyboardEvent("keydown", key));
    await changed;
    waits.push(performance.now() - start);
  }
  return waits;
}"""


@pytest.fixture(scope="module")
def folder(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server serves: a copy of the small run."""
    needs_browser()
    served = tmp_path_factory.mktemp("server")
    shutil.copytree(small_run, served / "run")
    return served


@pytest.fixture(scope="module")
def picture(folder: Path) -> Callable[[Any, str], None]:
    """Keep a screenshot, beside the server or in ``$WORKBENCH_ARTEFACTS``."""
    return keeper(folder, "explain-")


@pytest.fixture(scope="module")
def page(folder: Path, picture: Callable[[Any, str], None]) -> Iterator[Any]:
    """JupyterLab with the panel in a notebook's only cell, run."""
    with opened(folder, [CELL]) as page:
        page.locator(".wb-matrix [role=gridcell]").first.wait_for(timeout=180_000)
        yield page
        picture(page, "last")


def counted(page: Any) -> int:
    """How many events the slice has."""
    text = page.locator(".wb-counted b").first.inner_text()
    return int(text.replace(",", ""))


def cell(page: Any, truth: str, answer: str) -> Any:
    return page.locator(
        f'.wb-matrix td[aria-label^="truly {truth}, answered {answer}:"]'
    )


def slice_is(page: Any, of: Any) -> None:
    """The slice has as many events as the cell says."""
    number = of.inner_text().replace("\u00b7", "0")
    page.wait_for_function(
        "number => document.querySelector('.wb-counted b')?.textContent === number"
        " || (number === '0' && document.querySelector('.wb-counted').textContent"
        ".includes('no events'))",
        arg=number,
    )


def test_a_cell_is_chosen_by_mouse_and_by_keyboard(page: Any) -> None:
    assert counted(page) == 500
    one = cell(page, "downstream", "downstream")
    one.click()
    slice_is(page, one)
    assert one.get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    other = cell(page, "target 5", "target 5")  # the next upstream
    slice_is(page, other)
    assert other.evaluate("cell => cell === document.activeElement")
    page.keyboard.press("Enter")  # once more: all
    page.wait_for_function(
        "() => document.querySelector('.wb-counted b')?.textContent === '500'"
    )


def test_the_most_confident_mistake_is_explained_by_two_methods(
    page: Any, picture: Callable[[Any, str], None]
) -> None:
    listed = page.locator(".wb-events select")
    listed.locator("option", has_text="✗").first.wait_for(state="attached")
    first = listed.locator("option").first.inner_text()
    assert first.startswith("✗")
    listed.focus()
    page.keyboard.press("End")
    page.keyboard.press("Home")
    number = first.split()[1]
    page.wait_for_function(
        "n => document.querySelector('.wb-event input').value === n", arg=number
    )
    page.locator(".wb-about", has_text="wrongly").wait_for()
    images = page.locator(f'.wb-reasons img[alt$="test event {number}"]')
    for side in (0, 1):
        images.nth(side).wait_for()
        page.locator(".wb-reasons").nth(side).locator(".wb-badges li").first.wait_for()
    assert page.locator(".wb-badges", has_text="completeness").count() == 1
    event = page.get_by_alt_text(f"Test event {number} with its truth", exact=False)
    assert event.evaluate("image => image.naturalWidth") > 900
    page.locator(".wb-explain").scroll_into_view_if_needed()
    picture(page, "why")


def test_a_slider_changes_the_chances(
    page: Any, picture: Callable[[Any, str], None]
) -> None:
    page.locator(".wb-explain").get_by_role("tab", name="What if").click()
    chances = page.locator(".wb-chances")
    chances.locator("tbody tr").first.wait_for(timeout=180_000)  # compiles first
    page.locator(".wb-turns li").first.wait_for()
    handle = page.locator(".wb-change-moved .noUi-handle")
    handle.focus()
    before = chances.inner_text()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "text => document.querySelector('.wb-chances').innerText !== text", arg=before
    )
    waits = sorted(page.evaluate(SLIDE, 8))
    print(f"a change is answered in {waits[4]:.0f} ms (slowest of 8: {waits[-1]:.0f})")
    picture(page, "what-if")


def test_training_events_like_it_are_shown(
    page: Any, picture: Callable[[Any, str], None]
) -> None:
    page.locator(".wb-explain").get_by_role("tab", name="Training events").click()
    shown = page.get_by_alt_text("likeness", exact=False)
    shown.nth(3).wait_for()
    picture(page, "training-events")


def test_it_serves_in_the_dark_and_in_a_narrow_window(
    page: Any, picture: Callable[[Any, str], None]
) -> None:
    command(page, "apputils:change-theme", theme="JupyterLab Dark")
    page.locator("body[data-jp-theme-light=false]").wait_for(state="attached")
    page.set_viewport_size({"width": 900, "height": 1100})
    page.locator(".wb-explain").get_by_role("tab", name="Why").click()
    page.locator(".wb-cohort").scroll_into_view_if_needed()
    picture(page, "dark-900")
    wide = "box => box.scrollWidth - box.clientWidth"
    assert page.locator(".wb-explain").evaluate(wide) <= 1


def test_everybody_can_read_and_work_it(page: Any) -> None:
    assert faults_of_tabs(page, ".wb-explain") == []
