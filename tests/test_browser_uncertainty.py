"""The panel of uncertainty in a real JupyterLab, by keyboard and mouse."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.axe import faults, faults_of_tabs
from tests.lab import command, keeper, needs_browser, opened

pytestmark = pytest.mark.slow

CELL = """\
from workbench.panels import Uncertainty
Uncertainty("run", events=400)"""
WALK = """\
import torch, workbench
from workbench.panels import Walk
from workbench.tasks.cosmogan.flow import Flow
maps = workbench.load("cosmogan").data(maps=64, val_maps=16, test_maps=16, pixels=16)
maps.prepare_data(), maps.setup("fit")
drawn = Flow(pixels=16, widths=[8, 16], steps=2)
drawn.fit_values(torch.from_numpy(maps.training_maps(64)))
Walk("cosmogan", drawn.eval(), maps)"""


@pytest.fixture(scope="module")
def folder(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server serves: a notebook and a trained run."""
    needs_browser()
    folder = tmp_path_factory.mktemp("server")
    shutil.copytree(small_run, folder / "run")
    return folder


@pytest.fixture(scope="module")
def picture(folder: Path) -> Callable[[Any, str], None]:
    """Keep a screenshot, beside the server or in ``$WORKBENCH_ARTEFACTS``."""
    return keeper(folder, "uncertainty-")


@pytest.fixture(scope="module")
def page(folder: Path, picture: Callable[[Any, str], None]) -> Iterator[Any]:
    """JupyterLab with the panel in a notebook's only cell, run."""
    with opened(folder, [CELL, WALK]) as page:
        page.locator(".wb-uncertainty .wb-lines[data-frame]").first.wait_for()
        yield page
        picture(page, "last")


def tab(page: Any, name: str) -> None:
    page.locator(".wb-uncertainty").get_by_role("tab", name=name).click()


def changed(page: Any, name: str, act: Callable[[], None]) -> str:
    """Do something, wait until the words of that class are others, and read them."""
    words = page.locator(f".wb-uncertainty .{name}")
    before = words.inner_text()
    act()
    page.wait_for_function(
        "([name, before]) => document.querySelector(`.wb-uncertainty .${name}`)"
        "?.innerText !== before",
        arg=[name, before],
    )
    return words.inner_text()


def test_the_temperature_is_moved_by_key(
    page: Any, picture: Callable[[Any, str], None]
) -> None:
    picture(page, "1-calibration")
    page.locator(".wb-temperature .noUi-handle").focus()
    said = changed(
        page, "wb-calibration .wb-table", lambda: page.keyboard.press("PageUp")
    )
    assert said.count("temperature") == 2 and "floor of ECE" in said


def test_alpha_by_key_changes_coverage(
    page: Any, picture: Callable[[Any, str], None]
) -> None:
    tab(page, "Decisions")
    page.locator(".wb-alpha .noUi-handle").focus()
    low = changed(page, "wb-achieved", lambda: page.keyboard.press("End"))
    high = changed(page, "wb-achieved", lambda: page.keyboard.press("Home"))
    assert float(low.split()[0]) < float(high.split()[0]) <= 100
    picture(page, "2-decisions")


def test_an_operating_point_is_picked_by_key_and_by_click(page: Any) -> None:
    curve = page.locator(".wb-abstention-curve canvas")
    curve.focus()
    first = changed(page, "wb-operating", lambda: page.keyboard.press("PageDown"))
    page.wait_for_function(
        "said => document.querySelector('.wb-abstention-curve canvas')"
        ".getAttribute('aria-valuetext') === said",
        arg=first,
    )
    assert curve.get_attribute("role") == "slider"
    box = curve.bounding_box()
    at = {"x": 66 + (box["width"] - 90) * 0.5, "y": 60}
    second = changed(page, "wb-operating", lambda: curve.click(position=at))
    assert "(50." in second or "(49." in second or "(51." in second
    said = changed(page, "wb-event-set", page.locator(".wb-less-sure").click)
    assert "segment" in said and "In truth" in said


def test_a_slice_is_one_for_all_tabs(page: Any) -> None:
    chosen = page.locator(".wb-slice-truth select")
    said = changed(page, "wb-promised", lambda: chosen.select_option("downstream"))
    assert "of a slice by itself nothing is promised" in said
    assert "of 500 test events" in page.locator(".wb-counted").inner_text()
    said = changed(page, "wb-promised", lambda: chosen.select_option("any"))
    assert "(expected:" in said


def test_a_shifted_detector_is_compared_and_judged(
    page: Any, picture: Callable[[Any, str], None]
) -> None:
    tab(page, "Similarity")
    page.locator(".wb-condition select").select_option("dead-planes")
    page.locator(".wb-strength .noUi-handle").focus()
    page.keyboard.press("End")
    number = page.locator(".wb-number input")
    number.fill("300")
    number.press("Enter")
    page.locator(".wb-compare").click()
    page.locator(".wb-answer").wait_for()
    verdict = page.locator(".wb-verdict").inner_text()
    assert "dead-planes, 3: different" in verdict
    assert "do not claim the coverage" in verdict
    assert "No test without labels sees every harm" in verdict
    drawn = page.locator(".wb-foreign")
    drawn.locator("canvas").wait_for()
    assert "dead-planes, 3" in drawn.locator(".wb-legend").inner_text()
    picture(page, "3-similarity")


def test_it_is_read_in_the_dark_and_on_a_narrow_page(
    page: Any, picture: Callable[[Any, str], None]
) -> None:
    tab(page, "Calibration")
    command(page, "apputils:change-theme", theme="JupyterLab Dark")
    page.locator("body[data-jp-theme-light=false]").wait_for(state="attached")
    page.set_viewport_size({"width": 800, "height": 1100})
    paper = page.locator(".wb-calibration .wb-lines").first.evaluate(
        "chart => getComputedStyle(chart).getPropertyValue('--wb-run-1')"
    )
    assert paper.strip() == "#56b4e9"  # the lighter colours
    canvas = page.locator(".wb-calibration canvas").first.bounding_box()
    assert canvas["x"] + canvas["width"] <= 800
    picture(page, "4-dark-800")


def test_everybody_can_read_and_work_it(
    page: Any, picture: Callable[[Any, str], None]
) -> None:
    assert faults_of_tabs(page, ".wb-uncertainty") == []
    walk = page.locator(".wb-walk")
    walk.scroll_into_view_if_needed()
    image = walk.get_by_alt_text("A generated sample at", exact=False)
    image.wait_for()
    said = image.get_attribute("alt")
    walk.get_by_role("slider", name="along").press("PageUp")
    page.wait_for_function(
        "([image, said]) => image.alt !== said", arg=[image.element_handle(), said]
    )
    assert faults(page, ".wb-walk") == []
    picture(page, "5-walk")
