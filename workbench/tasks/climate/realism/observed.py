"""A sample's statistics, gathered map by map."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import xarray as xr

from workbench.tasks.climate.generator.channels import saturation
from workbench.tasks.climate.realism.published import COUPLINGS, QUANTILES, WITHIN
from workbench.tasks.climate.variables import CYCLONE, NAMES, RIVER

KEPT = 12_000  # grid points of a map whose values are kept for quantiles
EDGE = 40.0  # degrees: labels are compared between 40° S and 40° N


@dataclass
class Observed:
    """What was seen in a sample; all sums weigh grid points alike, as published."""

    maps: int = 0
    mean: dict[str, float] = field(default_factory=dict[str, float])
    spread: dict[str, float] = field(default_factory=dict[str, float])
    quantiles: dict[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    zonal: dict[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    lat: np.ndarray = field(default_factory=lambda: np.zeros(0))
    truth_share: np.ndarray = field(default_factory=lambda: np.zeros(3))
    drawn_share: np.ndarray = field(default_factory=lambda: np.zeros(3))
    where: np.ndarray = field(default_factory=lambda: np.zeros((0, 3)))  # (rows, class)
    by_month: np.ndarray = field(default_factory=lambda: np.zeros((12, 4)))
    agreement: tuple[float, float] = (np.nan, np.nan)
    within: dict[tuple[int, str], np.ndarray] = field(
        default_factory=dict[tuple[int, str], np.ndarray]
    )
    humidity: np.ndarray = field(default_factory=lambda: np.zeros(3))  # relative
    vapour: float = np.nan  # of TMQ for each unit of QREFHT
    correlation: dict[tuple[str, str], float] = field(
        default_factory=dict[tuple[str, str], float]
    )
    spectrum: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))  # of TMQ


def observe(maps: Iterable[xr.Dataset]) -> Observed:
    """Take a sample's measure, keeping only what is needed."""
    draw = np.random.default_rng(0)
    seen = Observed()
    sums, squares = np.zeros(len(NAMES)), np.zeros(len(NAMES))
    kept: list[np.ndarray] = []
    inside: dict[int, list[np.ndarray]] = {0: [], CYCLONE: [], RIVER: []}
    common, either = np.zeros(3), np.zeros(3)
    for data in maps:
        lat = data.lat.to_numpy()
        for step in range(data.sizes["time"]):
            one = data.isel(time=step)
            field_ = np.stack([one[name].to_numpy() for name in NAMES])
            sums += field_.mean((1, 2), dtype=np.float64)
            squares += (field_.astype(np.float64) ** 2).mean((1, 2))
            truth, drawn = one.TRUTH.to_numpy(), one.LABELS.to_numpy()
            flat = field_.reshape(len(NAMES), -1)
            some = draw.integers(flat.shape[1], size=min(KEPT, flat.shape[1]))
            kept.append(flat[:, some])
            low = (np.abs(lat) < EDGE)[:, None]
            label = drawn[0] if len(drawn) else truth
            for code, parts in inside.items():
                mine = field_[:, (label == code) & low]
                every = 1 if code == CYCLONE else 20
                parts.append(mine[:, ::every])
            power = np.abs(np.fft.rfft(field_[0])) ** 2
            rows = np.stack([(truth == code).mean(1) for code in range(3)], 1)
            if not seen.maps:
                seen.lat, seen.where = lat, rows * 0
                seen.spectrum = power * 0
                seen.zonal = {name: np.zeros(len(lat)) for name in NAMES}
            for name, values in zip(NAMES, field_, strict=True):
                seen.zonal[name] += values.mean(1)
            seen.where += rows
            seen.spectrum += power
            seen.truth_share += np.bincount(truth.ravel(), minlength=3) / truth.size
            seen.drawn_share += np.bincount(label.ravel(), minlength=3) / truth.size
            month = int(one.time.dt.month) - 1
            seen.by_month[month] += [1, *np.bincount(truth.ravel(), minlength=3)]
            for a, b in combinations(drawn, 2):
                for code in (CYCLONE, RIVER):
                    common[code] += ((a == code) & (b == code)).sum()
                    either[code] += ((a == code) | (b == code)).sum()
            seen.maps += 1
    _finish(seen, sums, squares, np.concatenate(kept, axis=1), inside)
    shares = common[1:] / np.maximum(either[1:], 1)
    if either.sum():
        seen.agreement = (float(shares[0]), float(shares[1]))
    return seen


def _finish(
    seen: Observed,
    sums: np.ndarray,
    squares: np.ndarray,
    kept: np.ndarray,
    inside: dict[int, list[np.ndarray]],
) -> None:
    """Turn sums into means, and kept values into quantiles."""
    mean = sums / seen.maps
    spread = np.sqrt(squares / seen.maps - mean**2)
    for k, name in enumerate(NAMES):
        seen.mean[name], seen.spread[name] = float(mean[k]), float(spread[k])
        seen.quantiles[name] = np.percentile(kept[k], QUANTILES)
        seen.zonal[name] /= seen.maps
    for code, parts in inside.items():
        values = np.abs(np.concatenate(parts, axis=1))
        for k, name in enumerate(NAMES):
            none = np.full(len(WITHIN), np.nan)
            found = np.percentile(values[k], WITHIN) if values.shape[1] else none
            seen.within[code, name] = found
    for one, other in COUPLINGS:
        pair = kept[NAMES.index(one)], kept[NAMES.index(other)]
        seen.correlation[one, other] = float(np.corrcoef(*pair)[0, 1])
    column = dict(zip(NAMES, kept, strict=True))
    full = saturation(column["TREFHT"], column["PS"])
    seen.humidity = np.percentile(column["QREFHT"] / full, WITHIN)
    seen.vapour = float(np.polyfit(column["QREFHT"], column["TMQ"], 1)[0])
    for total in (seen.truth_share, seen.drawn_share, seen.where, seen.spectrum):
        total /= seen.maps


def slope(spectrum: np.ndarray, lat: np.ndarray, low: float, high: float) -> float:
    """Negative slope of the variance along parallels, wavenumbers 6 to 60.

    Args:
        spectrum: (rows, wavenumbers).
        lat: Degrees, (rows,).
        low: Least distance from the equator, degrees.
        high: Largest.
    """
    rows = (np.abs(lat) >= low) & (np.abs(lat) <= high)
    last = min(60, spectrum.shape[1] * 2 // 3)
    waves = np.arange(6, last + 1)
    mean = np.log(spectrum[rows][:, waves]).mean(0)
    return float(-np.polyfit(np.log(waves), mean, 1)[0])
