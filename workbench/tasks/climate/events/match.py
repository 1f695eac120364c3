"""Whether systems were found: hits, misses, false alarms, errors of the middle."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from workbench.errors import BadInput
from workbench.tasks.climate.areas import cells, distance, unit
from workbench.tasks.climate.events.objects import LEAST, maps_of, number_objects
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import CLASSES, CYCLONE, RIVER

if TYPE_CHECKING:
    import pandas as pd

TROPICS = 20.0  # degrees
SHARED = 0.1  # intersection over union by area from which on one is the other


def match(
    truth: np.ndarray,
    predicted: np.ndarray,
    grid: Grid,
    least: Mapping[int, float] = LEAST,
) -> "pd.DataFrame":
    """Compare the systems of maps with the true ones, class by class.

    On each map true and predicted systems are paired one to one, so that the pairs
    share as much as they can; a pair counts whose intersection over union is a tenth or
    more.

    Args:
        truth: Class codes, (rows, columns) or (time, rows, columns), negative where
            nothing is judged: what is predicted mostly there is no false alarm.
        predicted: The same.
        grid: Of the maps.
        least: Area in km² by class below which an area is not counted.

    Returns:
        By class: ``maps``, ``true``, ``predicted``, ``hits``, ``hit_rate``,
        ``false_alarms_a_map``, ``false_alarms_a_map_tropics`` (middle within 20° of the
        equator), ``centre_error_km`` (median over hits) and ``centre_error_mean_km``.

    Raises:
        BadInput: masks that do not fit the grid or each other, or unknown codes.
    """
    import pandas as pd

    true, given = maps_of(truth, grid, "the truth"), maps_of(predicted, grid)
    if true.shape != given.shape:
        raise BadInput(f"truth of {len(true)} maps, prediction of {len(given)}")
    unknown = np.asarray(truth).reshape(true.shape) < 0
    rows: list[dict[str, Any]] = []
    for code in (CYCLONE, RIVER):
        seen = [
            _one(t, p, u, grid, code, least[code])
            for t, p, u in zip(true, given, unknown, strict=True)
        ]
        whole = [np.concatenate(parts) for parts in zip(*seen, strict=True)]
        errors, false, count, guessed = whole
        rows.append(
            {
                "class": CLASSES[code],
                "maps": len(true),
                "true": int(count.sum()),
                "predicted": int(guessed.sum()),
                "hits": len(errors),
                "hit_rate": len(errors) / count.sum() if count.any() else np.nan,
                "false_alarms_a_map": len(false) / len(true),
                "false_alarms_a_map_tropics": (np.abs(false) < TROPICS).sum()
                / len(true),
                "centre_error_km": np.median(errors) if len(errors) else np.nan,
                "centre_error_mean_km": errors.mean() if len(errors) else np.nan,
            }
        )
    return pd.DataFrame(rows).set_index("class")


def _one(
    truth: np.ndarray,
    predicted: np.ndarray,
    unknown: np.ndarray,
    grid: Grid,
    code: int,
    least: float,
) -> tuple[np.ndarray, ...]:
    """Errors of hits in km, latitudes of false alarms; numbers true and predicted."""
    ours, true = number_objects(truth, grid, code, least)
    theirs, given = number_objects(predicted, grid, code, least)
    shape = len(true) + 1, len(given) + 1
    weight = np.broadcast_to(cells(grid)[:, None], grid.shape).ravel()
    key = ours.ravel().astype(np.int64) * shape[1] + theirs.ravel()
    shared = np.bincount(key, weight, shape[0] * shape[1]).reshape(shape)
    either = shared.sum(1)[1:, None] + shared.sum(0)[None, 1:] - shared[1:, 1:]
    iou = shared[1:, 1:] / either
    first, second = linear_sum_assignment(-iou)
    hit = iou[first, second] >= SHARED
    first, second = first[hit], second[hit]
    there = unit(true["lat"].to_numpy(), true["lon"].to_numpy())[first]
    here = unit(given["lat"].to_numpy(), given["lon"].to_numpy())[second]
    outside = np.bincount(theirs[unknown], minlength=shape[1])[1:]
    false = outside <= given["points"].to_numpy() / 2
    false[second] = False
    return (
        distance(there, here),
        given["lat"].to_numpy()[false],
        np.array([len(true)]),
        np.array([len(given)]),
    )
