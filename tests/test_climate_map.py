"""The field map in a real JupyterLab: one server and one browser for all tests."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from matplotlib import colormaps

from tests.axe import THEMES, faults, in_theme
from tests.lab import command, needs_browser, opened
from workbench.tasks.climate.generator import simulate

CELL = """\
import xarray as xr
from workbench.panels import FieldMap
data = xr.load_dataset("map.nc", engine="h5netcdf")
shown = FieldMap("climate", data, data.TRUTH[0].to_numpy()[:, ::-1])
shown"""
PIXEL = """([lon, lat]) => {
  const canvas = document.querySelector(".wb-globe"), place =
    document.querySelector(".wb-map").dataset.place.split(" ").map(Number);
  const scale = (place[2] * canvas.width) / 360;
  const x = canvas.width / 2 + (((lon - place[0] + 540) % 360) - 180) * scale;
  const y = canvas.height / 2 - (lat - place[1]) * scale;
  return [...canvas.getContext("2d").getImageData(x, y, 1, 1).data];
}"""
PICTURE = "() => document.querySelector('.wb-globe').toDataURL()"


@pytest.fixture(scope="module")
def data() -> xr.Dataset:
    return next(iter(simulate(1, 5, grid="96x144", annotators=2)))


@pytest.fixture(scope="module")
def page(data: xr.Dataset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """JupyterLab with the map in a notebook's only cell, run."""
    needs_browser()
    folder: Path = tmp_path_factory.mktemp("server")
    data.to_netcdf(folder / "map.nc", engine="h5netcdf")
    with opened(folder, [CELL]) as page:
        shows(page, channel="TMQ")
        yield page


def shows(page: Any, **wanted: str) -> None:
    """Wait until what is painted says so of itself."""
    for name, value in wanted.items():
        page.locator(f".wb-map[data-{name}='{value}']").wait_for()


def painted(page: Any, act: Callable[[], None]) -> None:
    """Do something and wait until the map has been painted anew."""
    frame = page.locator(".wb-map").get_attribute("data-frame")
    act()
    page.wait_for_function(
        "last => document.querySelector('.wb-map').dataset.frame !== last", arg=frame
    )


def press(page: Any, *keys: str) -> None:
    page.locator(".wb-globe").focus()
    for key in keys:
        painted(page, lambda key=key: page.keyboard.press(key))


def read_out(page: Any) -> str:
    return page.locator(".wb-value").inner_text()


def clear_points(data: xr.Dataset) -> list[tuple[int, int]]:
    """Points off the lines of latitude and longitude and far from the coast."""
    sea = [(-40, -125), (-42, 75), (12, -40), (-22, -18), (22, -165)]
    lat, lon = data.lat.to_numpy(), data.lon.to_numpy()
    return [
        (int(np.abs(lat - y).argmin()), int(np.abs(lon - x % 360).argmin()))
        for y, x in sea
    ]


def off(page: Any, data: xr.Dataset, name: str, low: float, high: float) -> int:
    """Largest difference of a colour, of 255, between the picture and the data."""
    table = colormaps["viridis" if name == "TMQ" else "RdBu_r"]
    most = 0
    for row, column in clear_points(data):
        at = float(data.lon[column]), float(data.lat[row])
        painted = page.evaluate(PIXEL, at)
        share = (float(data[name][0, row, column]) - low) / (high - low)
        wanted = table(share, bytes=True)
        most = max(most, *np.abs(np.subtract(painted, wanted, dtype=int)).tolist())
    return most


def test_the_map_shows_the_data(page: Any, data: xr.Dataset) -> None:
    press(page, "1", "2")  # no outlines over the points looked at
    assert page.locator(".wb-outlines input:checked").count() == 0
    assert off(page, data, "TMQ", 0, 65) <= 3
    middle = float(data.TMQ[0].sel(lat=0.1, lon=178.8, method="nearest"))
    said = read_out(page)
    assert said.startswith("TMQ ") and "kg/m² at 0.00° N, 178.75° E (middle)" in said
    assert float(said.split()[1]) == pytest.approx(middle, abs=0.01)
    assert "60" in page.locator(".wb-bar-numbers").inner_text()
    assert page.locator(".wb-bar-label").inner_text().startswith("TMQ [kg/m²]: total")


def test_a_key_or_the_list_changes_the_channel(page: Any, data: xr.Dataset) -> None:
    press(page, "PageDown")
    shows(page, channel="U850")
    assert off(page, data, "U850", -30, 30) <= 3
    assert page.locator(".wb-channel").input_value() == "U850"
    page.locator(".wb-channel").select_option("PSL")
    shows(page, channel="PSL")
    assert off(page, data, "PSL", 97_300, 105_300) <= 3
    assert "sea level pressure" in page.locator(".wb-globe").get_attribute("aria-label")
    press(page, "PageUp", "PageUp")
    assert page.locator(".wb-spoken").inner_text().startswith(("QREFHT", "PS"))
    page.locator(".wb-channel").select_option("TMQ")
    shows(page, channel="TMQ")


def test_it_goes_round_the_globe_and_back(page: Any, data: xr.Dataset) -> None:
    before = page.evaluate(PICTURE)
    press(page, *["ArrowRight"] * 4)  # half way: the map's edge is in the middle
    shows(page, place="358.75 0 1")
    assert "1.25° W" in read_out(page)
    assert off(page, data, "TMQ", 0, 65) <= 3
    press(page, *["ArrowRight"] * 4)
    assert page.evaluate(PICTURE) == before
    press(page, "+", "+", "ArrowUp")
    shows(page, place="178.75 5.625 4")
    box = page.locator(".wb-globe").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 300 + box["width"] / 9, box["y"] + 200, steps=3)
    page.mouse.up()
    shows(page, place="168.75 5.625 4")  # 10° of the 90° that are seen
    row, column = clear_points(data)[0]
    press(page, "0")
    shows(page, place="178.75 0 1")
    scale = box["width"] / 360
    x = box["x"] + box["width"] / 2 + (float(data.lon[column]) - 178.75) * scale
    page.mouse.move(x, box["y"] + box["height"] / 2 - float(data.lat[row]) * scale)
    page.wait_for_function(
        "() => !document.querySelector('.wb-value').innerText.includes('middle')"
    )
    value = float(read_out(page).split()[1])
    assert value == pytest.approx(float(data.TMQ[0, row, column]), abs=0.01)


def test_outlines_are_switched_on_and_off(page: Any, data: xr.Dataset) -> None:
    press(page, "0")
    painted(page, lambda: page.locator(".wb-channel").focus())  # no cross any more
    bare = page.evaluate(PICTURE)
    seen = {bare}
    for name in ("truth", "prediction", "annotator 1", "annotator 2"):
        box = page.get_by_role("checkbox", name=name)
        box.check()
        page.wait_for_function(f"last => ({PICTURE})() !== last", arg=bare)
        seen.add(page.evaluate(PICTURE))
        box.uncheck()
        page.wait_for_function(f"wanted => ({PICTURE})() === wanted", arg=bare)
    assert len(seen) == 5  # each its own
    truth = data.TRUTH[0].to_numpy()
    row, column = np.argwhere(truth == 1)[len(np.argwhere(truth == 1)) // 2]
    press(page, "1")
    box, lon, lat = page.locator(".wb-globe").bounding_box(), data.lon, data.lat
    x = box["width"] / 2 + (float(lon[column]) - 178.75) * box["width"] / 360
    y = box["height"] / 2 - float(lat[row]) * box["width"] / 360
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.wait_for_function(
        "() => document.querySelector('.wb-value').innerText"
        ".includes('truth: tropical cyclone')"
    )


def test_a_reloaded_page_shows_it_again(page: Any, data: xr.Dataset) -> None:
    page.locator(".wb-channel").select_option("U850")
    press(page, "0", "+")
    shows(page, channel="U850", place="178.75 0 2")
    page.wait_for_timeout(500)  # until the kernel knows
    with page.expect_response(
        lambda answer: answer.request.method == "PUT" and "panel.ipynb" in answer.url
    ):
        command(page, "docmanager:save")
    page.reload()
    shows(page, channel="U850", place="178.75 0 2")
    press(page, "0")
    assert page.get_by_role("checkbox", name="truth").is_checked()
    press(page, "1")  # off
    assert off(page, data, "U850", -30, 30) <= 3
    press(page, "]")  # the kernel answers the new page
    shows(page, channel="V850")
    assert off(page, data, "V850", -30, 30) <= 3


def test_everybody_can_read_and_work_it(page: Any) -> None:
    for theme in THEMES:
        in_theme(page, theme)
        assert faults(page, ".wb-map") == []
