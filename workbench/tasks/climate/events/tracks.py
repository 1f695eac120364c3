"""Following cyclones and rivers from map to map by the area that they share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.climate.areas import cells, distance, unit
from workbench.tasks.climate.events.objects import LEAST, maps_of, number_objects
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import CYCLONE, RIVER

if TYPE_CHECKING:
    import pandas as pd

GENESIS, FIRST, SPLIT = "genesis", "in sight at the start", "split off"
TERMINATION, LAST, MERGED = "termination", "in sight at the end", "merged"


@dataclass
class _Track:
    """An object as followed so far."""

    number: int  # of the track
    began: str
    ended: str
    step: int  # when it was last seen


def track(
    masks: np.ndarray,
    times: Any,
    grid: Grid,
    least: Mapping[int, float] = LEAST,
    missing: int = 1,
) -> tuple[np.ndarray, "pd.DataFrame"]:
    """Follow every cyclone and river through time.

    Two objects of a class are one system at two times if they share area; where several
    do, those that share most. Of systems that merge one goes on, of one that splits
    too.

    Args:
        masks: Class codes, (time, rows, columns).
        times: Of the maps, increasing; where more than ``missing`` steps lie between
            two, systems end and others begin.
        grid: Of the maps.
        least: Area in km² by class below which an area is not counted.
        missing: Steps for which a system may be out of sight, or a map be missing.

    Returns:
        Numbers of tracks from 1, (time, rows, columns) int32, 0 outside; and a row for
        each track and time: ``track``, ``class``, ``step``, ``time``, ``lat``, ``lon``,
        ``area_km2``, ``length_km``, ``points``, ``moved_km`` and ``speed_km_h`` since
        it was seen before (not a number at first), ``began`` and ``ended``.

    Raises:
        BadInput: masks that do not fit the grid, unknown codes, times that do not fit
            the masks or do not increase.
    """
    import pandas as pd

    codes = maps_of(masks, grid, "the masks")
    when = _times(times, len(codes))
    labels = np.zeros(codes.shape, np.int32)
    tables: list[pd.DataFrame] = []
    count = 0
    for code in (CYCLONE, RIVER):
        found = [number_objects(one, grid, code, least[code]) for one in codes]
        tracks, owners = _link([f[0] for f in found], when, grid, missing, count)
        for step, (numbers, table) in enumerate(found):
            mine = np.array([0, *owners[step]], np.int32)
            labels[step] += mine[numbers]
            known = [tracks[k] for k in owners[step]]
            tables.append(
                table.assign(
                    track=owners[step],
                    step=step,
                    time=when[step],
                    began=[t.began for t in known],
                    ended=[t.ended for t in known],
                )
            )
        count += len(tracks)
    whole = pd.concat(tables).sort_values(["track", "step"], ignore_index=True)
    return labels, _motion(whole)


def _times(times: Any, count: int) -> np.ndarray:
    when = np.asarray(times, "datetime64[ns]").ravel()
    if len(when) != count:
        raise BadInput(f"{len(when)} times for {count} maps: give one each")
    if (np.diff(when) <= np.timedelta64(0)).any():
        raise BadInput("times that do not increase: sort the maps, one sequence a call")
    return when


def _link(
    numbers: list[np.ndarray],
    when: np.ndarray,
    grid: Grid,
    missing: int,
    first: int,
) -> tuple[dict[int, _Track], list[list[int]]]:
    """The tracks of one class by number, and each map's objects' tracks in order."""
    usual = np.median(np.diff(when)) if len(when) > 1 else np.timedelta64(1, "ns")
    longest = usual * (missing + 1) * 1.01
    tracks: dict[int, _Track] = {}
    owners: list[list[int]] = []
    for step, here in enumerate(numbers):
        owner = [0] * int(here.max(initial=0))
        shared = [False] * len(owner)  # a track that was there too
        for back in range(1, missing + 2):
            before = step - back
            if before < 0 or when[step] - when[before] > longest:
                break
            seen = [tracks[number] for number in owners[before]]
            for there, now in _pairs(numbers[before], here, grid):
                candidate = seen[there - 1]
                free = candidate.step == before  # not yet found on a later map
                if free and not owner[now - 1]:
                    owner[now - 1] = candidate.number
                    candidate.step, candidate.ended = step, TERMINATION
                elif back == 1:
                    shared[now - 1] = True
                    if free:
                        candidate.ended = MERGED
        for k, number in enumerate(owner):
            if not number:
                number = owner[k] = first + len(tracks) + 1
                start = SPLIT if shared[k] else GENESIS if step else FIRST
                tracks[number] = _Track(number, start, TERMINATION, step)
        owners.append(owner)
    for one in tracks.values():
        if one.step == len(numbers) - 1:
            one.ended = LAST
    return tracks, owners


def _pairs(before: np.ndarray, here: np.ndarray, grid: Grid) -> list[tuple[int, int]]:
    """Objects of two maps that share area, those that share most first."""
    row, column = np.nonzero((before > 0) & (here > 0))
    count = int(here.max(initial=0)) + 1
    key = before[row, column].astype(np.int64) * count + here[row, column]
    pairs, place = np.unique(key, return_inverse=True)
    area = np.bincount(place, cells(grid)[row], len(pairs))
    return [divmod(int(pair), count) for pair in pairs[np.argsort(-area)]]


def _motion(table: "pd.DataFrame") -> "pd.DataFrame":
    vectors = unit(table["lat"].to_numpy(), table["lon"].to_numpy())
    moved = np.full(len(table), np.nan)
    hours = np.full(len(table), np.nan)
    if len(table) > 1:
        moved[1:] = distance(vectors[1:], vectors[:-1])
        hours[1:] = np.diff(table["time"].to_numpy()) / np.timedelta64(1, "h")
    moved[~table["track"].duplicated().to_numpy()] = np.nan
    order = ["track", "class", "step", "time", "lat", "lon"]
    order += ["area_km2", "length_km", "points", "moved_km", "speed_km_h"]
    table = table.assign(moved_km=moved, speed_km_h=moved / hours)
    return table.reindex(columns=[*order, "began", "ended"])
