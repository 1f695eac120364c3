"""The lines of the table: ours beside theory, what is allowed, and full simulations.

The bars stood before the maps were measured. Skewness 1 to 1.7 is what simulations show
for sources at z = 1 in maps seen at 1′ to 2′; smoothed by 1′, one map of κTNG has 1.67
and one of MassiveNuS 1.69, for galaxies some of which are farther.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from workbench.realism import Comparison
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.realism.observed import (
    SHARES,
    Observed,
    map_power,
    observe,
    smoothed,
)
from workbench.tasks.cosmogan.simulation.cosmology import FIDUCIAL
from workbench.tasks.cosmogan.simulation.lognormal import vacuum
from workbench.tasks.cosmogan.simulation.matter import convergence
from workbench.tasks.cosmogan.simulation.patch import (
    correlation,
    crop_power,
    pixel_power,
    ring_power,
)
from workbench.tasks.cosmogan.simulation.sky import Sky

SPECTRUM = {"lognormal": (0.02, 0.06), "particles": (0.1, 0.25)}  # mean and worst |Δ|
SPREAD = {"lognormal": 0.02, "particles": 0.05}  # relative
SKEWNESS = (1.0, 1.7)
SMOOTHED_SKEWNESS = (1.2, 2.2)
QUANTILES = 0.25  # standard deviations, from the mean of the full simulations


@dataclass(frozen=True)
class Row(Comparison):
    """One line, with real simulations' numbers by name where there are any."""

    real: Mapping[str, float] = field(default_factory=dict[str, float])

    def text(self) -> str:
        """The line as people read it, full simulations' numbers in their order."""
        allowed = verdict = ""
        if self.low is not None and self.high is not None:
            allowed = f"{self.low:.4g} – {self.high:.4g}"
            verdict = "ok" if self.ok else "NOT MET"
        cells = [_number(self.ours), _number(self.published), f"{allowed:>20}"]
        cells += [f"  {verdict:9}", *map(_number, self.real.values())]
        return f"{self.name:42}{''.join(cells)}".rstrip()


def _number(value: float | None) -> str:
    return f"{'' if value is None else format(value, '.4g'):>11}"


def expected_correlation(field: Field) -> np.ndarray:
    """Correlation by lag of the field's pixels, on a patch twice as wide."""
    spectrum = convergence(FIDUCIAL, Sky(field).source)
    wide = 2 * field.pixels
    return correlation(pixel_power(spectrum, wide, field.arcmin), field.arcmin)


def expected_rings(field: Field) -> np.ndarray:
    """Power of crops by ring as theory has it, edges and pixels included."""
    lags = expected_correlation(field)
    return ring_power(crop_power(lags, field.pixels, field.arcmin), field)


def own_rows(kind: str, maps: np.ndarray, field: Field) -> Iterator[Row]:
    """Our maps against theory.

    Args:
        kind: Of the simulation.
        maps: (N, S, S).
        field: Their patch of sky.
    """
    theory, seen = expected_rings(field), ring_power(map_power(maps, field), field)
    last = int(0.7 * field.pixels / 2)
    off = np.abs(seen[1 : last + 1] / theory[1 : last + 1] - 1)
    mean, worst = SPECTRUM[kind]
    yield Row(f"{kind}: mean |ΔP/P| to 0.7 Nyquist", float(off.mean()), 0, 0, mean)
    yield Row(f"{kind}: worst ring", float(off.max()), 0, 0, worst)
    for ell in (500, 1000, 2000, 3000):
        ring = round(ell / field.fundamental)
        ratio = float(seen[ring] / theory[ring])
        yield Row(
            f"{kind}: P over theory, l = {ring * field.fundamental:.0f}", ratio, 1
        )
    found = observe(maps)
    spread = float(np.sqrt(expected_correlation(field)[0, 0]))
    miss = SPREAD[kind] * spread
    yield Row(f"{kind}: σ of κ", found.spread, spread, spread - miss, spread + miss)
    yield Row(f"{kind}: skewness", found.skewness, None, *SKEWNESS)
    yield Row(f"{kind}: kurtosis", found.kurtosis)
    least = -vacuum(FIDUCIAL, Sky(field).source)
    yield Row(f"{kind}: least κ, none below a vacuum", found.least, least, least, 0)


def beside_rows(
    kind: str, maps: np.ndarray, field: Field, real: Mapping[str, Observed]
) -> Iterator[Row]:
    """Our maps against full simulations, both smoothed by 1′.

    Args:
        kind: Of the simulation.
        maps: (N, S, S), of pixels as fine as those of the full simulations.
        field: Their patch of sky.
        real: What full simulations have.
    """
    found = observe(smoothed(maps, field.arcmin))

    def row(name: str, value: str, low: float | None, high: float | None) -> Row:
        others = {who: float(getattr(seen, value)) for who, seen in real.items()}
        ours = float(getattr(found, value))
        return Row(f"{kind}, 1′: {name}", ours, None, low, high, others)

    yield row("σ of κ", "spread", None, None)
    yield row("skewness", "skewness", *SMOOTHED_SKEWNESS)
    yield row("kurtosis", "kurtosis", None, None)
    yield row("least κ", "least", None, None)
    for place, share in enumerate(SHARES):
        others = {who: float(seen.quantiles[place]) for who, seen in real.items()}
        middle = float(np.mean(list(others.values()))) if others else None
        bar = (
            (None, None) if middle is None else (middle - QUANTILES, middle + QUANTILES)
        )
        ours = float(found.quantiles[place])
        yield Row(f"{kind}, 1′: {share} % of pixels, σ", ours, None, *bar, others)
