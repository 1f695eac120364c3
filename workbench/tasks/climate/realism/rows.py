"""The lines of the table: ours beside the published, what is allowed, and the real."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from workbench.realism import Comparison
from workbench.tasks.climate.realism import published
from workbench.tasks.climate.realism.observed import Observed, slope
from workbench.tasks.climate.realism.real import LATITUDES, Real
from workbench.tasks.climate.variables import CYCLONE, NAMES, RIVER, VARIABLES

CENTRE, WIDTH = 0.15, 0.15  # of the published spread: what mean and spread may miss
SHOWN = (
    "TMQ",
    "U850",
    "V850",
    "T200",
    "T500",
    "Z200",
    "PSL",
    "TREFHT",
)  # of the zonal means
BANDS = ((-60, -30), (-30, 30), (30, 60))


@dataclass(frozen=True)
class Row(Comparison):
    """One line of the table, with a real field's number where there is one."""

    real: float | None = None

    def text(self) -> str:
        """The line as people read it."""
        allowed = verdict = ""
        if self.low is not None and self.high is not None:
            allowed = f"{self.low:.5g} – {self.high:.5g}"
            verdict = "  ok" if self.ok else "  NOT MET"
        cells = [_number(self.published), f"{allowed:>25}{verdict:10}"]
        line = f"{self.name:38}{_number(self.ours)}{''.join(cells)}{_number(self.real)}"
        return line.rstrip()


def _number(value: float | None) -> str:
    return f"{'' if value is None or np.isnan(value) else format(value, '.5g'):>11}"


def rows_of(seen: Observed, real: Real | None) -> Iterator[Row]:
    """Compare what was seen with what is published, line by line."""
    yield from _channels(seen, real)
    yield from _classes(seen)
    yield from _zonal(seen, real)
    for (one, other), value in published.COUPLINGS.items():
        ours = seen.correlation[one, other]
        yield Row(f"correlation of {one} and {other}", ours, value)
    for share, ours, value in zip(
        published.WITHIN, seen.humidity, published.HUMIDITY, strict=True
    ):
        yield Row(f"relative humidity {share} %", float(ours), value)
    yield Row("TMQ for each QREFHT, kg/m2", seen.vapour, published.VAPOUR)
    for name, value in published.SLOPES.items():
        low, high = (float(x) for x in name[:-1].split("–"))
        ours = slope(seen.spectrum, seen.lat, low, high)
        beside = real.slopes.get(name) if real else None
        yield Row(f"− slope of TMQ's spectrum, {name}", ours, value, real=beside)
    yield from _occurrence(seen)


def _channels(seen: Observed, real: Real | None) -> Iterator[Row]:
    units = {variable.name: variable.unit for variable in VARIABLES}
    for name in NAMES:
        mean, spread, *quantiles = published.CHANNELS[name]
        beside = real.moments.get(name, (None, None)) if real else (None, None)
        miss, unit = CENTRE * spread, units[name]
        yield Row(
            f"{name} mean, {unit}",
            seen.mean[name],
            mean,
            mean - miss,
            mean + miss,
            beside[0],
        )
        bars = ((1 - WIDTH) * spread, (1 + WIDTH) * spread)
        low, high = (None, None) if name in published.EXTREMES else bars
        ours = seen.spread[name]
        yield Row(f"{name} spread, {unit}", ours, spread, low, high, beside[1])
        for q, ours, value in zip(
            published.QUANTILES, seen.quantiles[name], quantiles, strict=True
        ):
            yield Row(f"{name} {q} %, {unit}", float(ours), value)


def _classes(seen: Observed) -> Iterator[Row]:
    names = ("background", "cyclone", "river")
    for k, name in enumerate(names):
        ours, value = float(seen.drawn_share[k]) * 100, published.SHARES[k]
        yield Row(f"drawn as {name}, % of points", ours, value)
        yield Row(f"true {name}, % of points", float(seen.truth_share[k]) * 100)
    for name, ours, value in zip(
        names[1:], seen.agreement, published.AGREEMENT, strict=True
    ):
        yield Row(f"IoU of two annotators, {name}", ours, value)
    for code, table in (
        (CYCLONE, published.CYCLONE),
        (RIVER, published.RIVER),
        (0, published.BACKGROUND),
    ):
        for name, values in table.items():
            shown = f"|{name}|" if name[0] == "V" else name
            for k, value in enumerate(values):
                ours = float(seen.within[code, name][k])
                share = published.WITHIN[k]
                yield Row(
                    f"{shown} in {names[code]}, 40 S–40 N, {share} %", ours, value
                )


def _zonal(seen: Observed, real: Real | None) -> Iterator[Row]:
    for name in SHOWN:
        for lat in LATITUDES[1::2]:
            ours = float(np.interp(lat, seen.lat, seen.zonal[name]))
            beside = None
            if real and name in real.zonal:
                beside = float(real.zonal[name][LATITUDES.index(lat)])
            yield Row(
                f"{name} at {abs(lat)} {'S' if lat < 0 else 'N'}", ours, real=beside
            )


def _occurrence(seen: Observed) -> Iterator[Row]:
    for low, high in BANDS:
        rows = (seen.lat >= low) & (seen.lat < high)
        for code, name in ((CYCLONE, "cyclone"), (RIVER, "river")):
            share = float(seen.where[rows, code].mean()) * 100
            yield Row(f"{name} between {low} and {high}°, % of points", share)
    for month, (maps, _, cyclone, river) in enumerate(seen.by_month):
        if maps:
            total = seen.by_month[month, 1:].sum()
            name = f"month {month + 1:2} ({maps:.0f} maps)"
            yield Row(f"{name}, cyclone, % of points", cyclone / total * 100)
            yield Row(f"{name}, river, % of points", river / total * 100)
