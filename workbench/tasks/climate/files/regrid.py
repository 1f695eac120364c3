"""Maps on another grid: area means where it is coarser, straight lines where finer."""

import numpy as np
import xarray as xr

from workbench.tasks.climate.files.normal import maps
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import NAMES


def regridded(data: xr.Dataset, grid: Grid) -> xr.Dataset:
    """Maps in the one form on another grid; codes are those of the nearest point."""
    lat, lon = data.lat.to_numpy(), data.lon.to_numpy()
    rows, columns = _meridian(lat, grid.lat), _parallel(lon, grid.lon)
    fields = {
        name: (rows @ data[name].to_numpy() @ columns.T).astype(np.float32)
        for name in NAMES
        if name in data
    }
    near_row = np.abs(lat[None] - grid.lat[:, None]).argmin(1)
    apart = np.abs(lon[None] - grid.lon[:, None])
    near_column = np.minimum(apart, 360 - apart).argmin(1)
    codes = {
        name: data[name].to_numpy()[..., near_row[:, None], near_column]
        for name in ("TRUTH", "IGNORE", "LABELS")
        if name in data
    }
    return maps(
        fields,
        lat=grid.lat,
        lon=grid.lon,
        time=data.time.to_numpy(),
        sequence=data.sequence.to_numpy(),
        attrs=dict(data.attrs),
        **codes,
    )


def _meridian(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Weights (target, source) along a meridian, each row summing to 1."""
    if len(target) > len(source):
        return _lines(source, target)

    def edges(lat: np.ndarray) -> np.ndarray:
        inner = (lat[1:] + lat[:-1]) / 2
        return np.sin(np.radians(np.concatenate([[-90], inner, [90]])))

    return _shared(edges(source), edges(target))


def _parallel(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Weights (target, source) along a parallel, which closes on itself."""
    if len(target) > len(source):
        around = np.concatenate([source[-1:] - 360, source, source[:1] + 360])
        weights = _lines(around, target)
        weights[:, 1] += weights[:, -1]
        weights[:, -2] += weights[:, 0]
        return weights[:, 1:-1]

    def edges(lon: np.ndarray) -> np.ndarray:
        ends = np.append(lon, lon[0] + 360)
        inner = (ends[1:] + ends[:-1]) / 2
        return np.concatenate([[inner[-1] - 360], inner])

    wide = np.concatenate([edges(source)[:-1] + turn for turn in (-360, 0)])
    wide = np.concatenate([wide, edges(source) + 360])
    weights = _shared(wide, edges(target))
    return weights.reshape(len(target), 3, len(source)).sum(1)


def _lines(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    unit = np.eye(len(source))
    return np.stack([np.interp(target, source, one) for one in unit], axis=1)


def _shared(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Which part of each target cell each source cell covers, from their edges."""
    high = np.minimum(source[None, 1:], target[1:, None])
    low = np.maximum(source[None, :-1], target[:-1, None])
    shared = np.maximum(high - low, 0)
    return shared / shared.sum(1, keepdims=True)
