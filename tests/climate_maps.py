"""Small weather maps for tests of files: random, but possible."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import xarray as xr
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from workbench.tasks.climate.files.limits import POSSIBLE
from workbench.tasks.climate.files.normal import maps
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import NAMES

FEW = settings(
    max_examples=8,
    phases=(Phase.explicit, Phase.generate),  # to shrink takes minutes
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def some_maps(
    count: int = 2,
    seed: int = 0,
    *,
    rows: int = 12,
    columns: int = 18,
    annotators: int = 2,
    truth: bool = True,
    names: tuple[str, ...] = NAMES,
    start: str = "2004-08-19T06:00",
    hours: int = 6,
    number: int = 0,
) -> xr.Dataset:
    """One sequence of maps with random fields and codes."""
    draw = np.random.default_rng(seed)
    shape = (count, rows, columns)
    fields = {
        name: draw.uniform(*POSSIBLE[name], shape).astype(np.float32) for name in names
    }
    grid = Grid(rows, columns)
    codes: dict[str, Any] = {}
    if truth:
        codes = {
            "TRUTH": draw.integers(0, 3, shape),
            "IGNORE": draw.integers(0, 2, shape),
        }
    if annotators:
        codes["LABELS"] = draw.integers(0, 3, (annotators, *shape))
    time = np.datetime64(start, "s") + np.arange(count) * np.timedelta64(hours, "h")
    said = {"title": "random", "seed": seed}
    return maps(
        fields,
        lat=grid.lat,
        lon=grid.lon,
        time=time,
        sequence=np.full(count, number),
        attrs={**said, "simulated": "yes"} if truth else said,
        **codes,
    )


@st.composite
def sequences(draw: st.DrawFn, annotators: int = 3) -> list[xr.Dataset]:
    """Sequences of one kind of maps, with any variables on any small grid."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    kind: dict[str, Any] = {
        "rows": draw(st.integers(4, 9)),
        "columns": draw(st.integers(4, 9)),
        "annotators": draw(st.integers(0, annotators)),
        "truth": draw(st.booleans()),
        "names": tuple(name for name in NAMES if name in names),
    }
    counts = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    return [
        some_maps(
            count,
            seed,
            **kind,
            number=seed,
            start=f"{2000 + seed}-02-27T21:00",
            hours=3,
        )
        for seed, count in enumerate(counts)
    ]


def same(found: xr.Dataset, given: xr.Dataset) -> None:
    """See that two data sets hold the same maps, whatever is said of them."""
    assert set(found.data_vars) == set(given.data_vars)
    for name in (*given.data_vars, "lat", "lon", "sequence"):
        np.testing.assert_array_equal(found[name].to_numpy(), given[name].to_numpy())
        assert found[name].dims == given[name].dims
    times = (data.time.to_numpy().astype("datetime64[s]") for data in (found, given))
    np.testing.assert_array_equal(*times)


def in_folder(use: Callable[[Path], None]) -> None:
    """A new folder for each example, which pytest's is not."""
    with TemporaryDirectory() as folder:
        use(Path(folder))
