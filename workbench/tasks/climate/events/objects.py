"""The cyclones and rivers of a map: where each is, how large, how long."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.climate.areas import (
    cells,
    directions,
    label,
    length,
    members,
    place,
    sizes,
)
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import CLASSES, CYCLONE, RIVER

if TYPE_CHECKING:
    import pandas as pd

# km², for no wind of a storm's force or river of 2000 km fits into less
LEAST = {CYCLONE: 1e5, RIVER: 4e5}


def maps_of(masks: np.ndarray, grid: Grid, name: str = "the mask") -> np.ndarray:
    """Codes as (time, rows, columns), with what is left out as background.

    Raises:
        BadInput: another shape than the grid's, or codes of no class.
    """
    codes = np.asarray(masks)
    codes = codes[None] if codes.ndim == 2 else codes
    if codes.ndim != 3 or codes.shape[1:] != grid.shape:
        size = "×".join(map(str, grid.shape))
        raise BadInput(f"{name} is {codes.shape}: give (time, lat, lon) of {size}")
    if codes.size and codes.max() >= len(CLASSES):
        raise BadInput(f"{name} has code {codes.max()}: give 0, 1, 2 or less than 0")
    return np.maximum(codes, 0)


def objects(
    masks: np.ndarray, grid: Grid, least: Mapping[int, float] = LEAST
) -> "pd.DataFrame":
    """Every cyclone and river: connected points of a class, round the globe.

    Args:
        masks: Class codes, (rows, columns) or (time, rows, columns).
        grid: Of the maps.
        least: Area in km² by class below which an area is not counted.

    Returns:
        A row each: ``step`` in time, ``class``, ``lat`` and ``lon`` of its middle on
        the sphere, ``area_km2``, ``length_km`` from end to end, ``points``.

    Raises:
        BadInput: masks that do not fit the grid, or unknown codes.
    """
    import pandas as pd

    tables = [
        number_objects(codes, grid, code, least[code])[1].assign(step=step)
        for step, codes in enumerate(maps_of(masks, grid))
        for code in (CYCLONE, RIVER)
    ]
    whole = pd.concat(tables, ignore_index=True)
    return whole.reindex(columns=["step", *whole.columns.drop("step")])


def number_objects(
    codes: np.ndarray, grid: Grid, code: int, least: float
) -> tuple[np.ndarray, "pd.DataFrame"]:
    """The objects of one class on one map, numbered from 1.

    Returns:
        Numbers (rows, columns) int32, 0 outside; and their table, whose index they are.
    """
    import pandas as pd

    numbers, count = label(codes == code)
    area = sizes(numbers, count, grid)
    large = area >= least
    large[0] = False
    renumber = np.where(large, np.cumsum(large), 0).astype(np.int32)
    numbers, count = renumber[numbers], int(large.sum())
    points = members(numbers, count)
    vectors = directions(grid).reshape(-1, 3)
    weight = np.repeat(cells(grid), grid.columns)[:, None]
    middles = [(vectors[p] * weight[p]).sum(0) for p in points]
    lat, lon = place(np.array(middles).reshape(-1, 3))
    table = {
        "class": [CLASSES[code]] * count,
        "lat": lat,
        "lon": lon,
        "area_km2": area[large],
        "length_km": [length(p, grid) for p in points],
        "points": [len(p) for p in points],
    }
    return numbers, pd.DataFrame(table, index=range(1, count + 1))
