"""When and where systems come ashore."""

from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.tasks.climate.areas import cells, directions, place
from workbench.tasks.climate.generator.surface import land
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import CLASSES, CYCLONE

if TYPE_CHECKING:
    import pandas as pd


def landfall(labels: np.ndarray, table: "pd.DataFrame", grid: Grid) -> "pd.DataFrame":
    """The first landfall of each track that has one.

    A cyclone makes landfall when its middle comes from sea onto land, there where the
    middle is; a river when it, all at sea before, first touches land, in the middle of
    the land touched. What is first seen on land makes none.

    Args:
        labels: Numbers of tracks, (time, rows, columns), of ``track``.
        table: The table that came with them.
        grid: Of the maps.

    Returns:
        ``class``, ``step``, ``time``, ``lat``, ``lon``, by track.
    """
    import pandas as pd

    ashore = land(grid)
    vectors, weight = directions(grid), cells(grid)[:, None]
    found: list[dict[str, Any]] = []
    for number, one in table.groupby("track"):
        was_at_sea = False
        for row in one.to_dict("records"):
            if row["class"] == CLASSES[CYCLONE]:
                i = round((row["lat"] + 90) / grid.step)
                j = round(row["lon"] / 360 * grid.columns) % grid.columns
                touched = np.zeros(grid.shape, bool)
                touched[i, j] = ashore[i, j]
                where = row["lat"], row["lon"]
            else:
                touched = ashore & (labels[row["step"]] == number)
                middle = (vectors * (touched * weight)[..., None]).sum((0, 1))
                where = tuple(float(x) for x in place(middle))
            if touched.any():
                if was_at_sea:
                    keys = ("class", "step", "time")
                    at = {"track": number} | {key: row[key] for key in keys}
                    found.append(at | {"lat": where[0], "lon": where[1]})
                break
            was_at_sea = True
    columns = ["track", "class", "step", "time", "lat", "lon"]
    return pd.DataFrame(found, columns=columns).set_index("track")
