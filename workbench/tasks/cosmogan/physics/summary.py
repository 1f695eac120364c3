"""All statistics of a map in one vector, measured alike for every set of maps."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor

from workbench.errors import BadInput
from workbench.progress import with_progress
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.physics.bispectrum import Rings, bispectrum
from workbench.tasks.cosmogan.physics.histogram import histogram
from workbench.tasks.cosmogan.physics.minkowski import functionals
from workbench.tasks.cosmogan.physics.moments import MOMENTS, moments
from workbench.tasks.cosmogan.physics.peaks import is_peak, peak_counts
from workbench.tasks.cosmogan.physics.smoothing import margin, smooth
from workbench.tasks.cosmogan.physics.spectrum import Bands, power_spectrum

BEAMS = (0.0, 1.0, 2.0, 4.0)  # pixels
PEAK_BEAMS = 3  # of them, for peaks and minima
LEAST = 16  # pixels a side that a beam must leave
HEIGHTS = (0.1, 0.3, 0.5, 0.7, 0.9, 0.97)  # quantiles of the reference's peaks
PIXELS = 30  # bins of the histogram between quantiles 0.001 and 0.999
LOW, HIGH, STEP = -2.0, 4.0, 0.25  # Minkowski bins, standard deviations
FUNCTIONALS = ("Minkowski V0", "Minkowski V1", "Minkowski V2")
POWER = "power spectrum"
CHUNK = 64  # maps at once: they stay in the processor's cache
SEEN = 1024  # maps of the reference that settle the bins


@dataclass(frozen=True)
class Column:
    """One number of the vector: what it is, and of which kind."""

    group: str
    name: str


@dataclass(frozen=True)
class Summary:
    """Bins, thresholds and beams, fixed by a reference set: plain numbers.

    Attributes:
        field: Patch of sky of a map.
        beams: σ of Gaussian smoothing, pixels.
        mean: Of κ in the reference.
        sigma: Standard deviation of κ in the reference.
        pixels: Edges between the histogram's bins, κ.
        peaks: Edges between heights of peaks for each of the first beams, κ.
        minima: The same for peaks of −κ.
    """

    field: Field
    beams: tuple[float, ...]
    mean: float
    sigma: float
    pixels: tuple[float, ...]
    peaks: tuple[tuple[float, ...], ...]
    minima: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, reference: np.ndarray, field: Field) -> "Summary":
        """Fix everything by maps (N, S, S), of which the first thousand are enough."""
        maps = torch.as_tensor(reference[:SEEN], dtype=torch.float32)
        beams = tuple(b for b in BEAMS if field.pixels - 2 * margin(b) >= LEAST)
        low, high = _quantiles(maps.flatten(), (0.001, 0.999))
        seen = [smooth(maps, beam) for beam in beams[:PEAK_BEAMS]]
        return cls(
            field,
            beams,
            float(maps.double().mean()),
            float(maps.double().std()),
            tuple(np.linspace(low, high, PIXELS + 1).tolist()),
            tuple(_heights(one) for one in seen),
            tuple(_heights(-one) for one in seen),
        )

    @cached_property
    def bands(self) -> Bands:
        """Of the power spectrum."""
        return Bands.of(self.field)

    @cached_property
    def rings(self) -> Rings:
        """Of the bispectrum."""
        return Rings.of(self.field)

    @property
    def thresholds(self) -> np.ndarray:
        """Of the Minkowski functionals, in σ of the reference from its mean."""
        return np.arange(LOW + STEP / 2, HIGH, STEP)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """What each number of the vector is."""
        return tuple(self._columns())

    def columns_of(self, *groups: str) -> np.ndarray:
        """Where in the vector the numbers of some groups stand."""
        return np.flatnonzero([column.group in groups for column in self.columns])

    def __call__(self, maps: Tensor) -> Tensor:
        """Vectors (N, D) of maps (N, S, S); of spectra the decimal logarithm."""
        tiny = torch.finfo(maps.dtype).tiny
        edges = torch.arange(LOW, HIGH + STEP / 2, STEP) * self.sigma + self.mean
        parts = [
            power_spectrum(maps, self.bands).clamp_min(tiny).log10(),
            bispectrum(maps, self.rings),
            histogram(maps, torch.tensor(self.pixels)),
            functionals(maps, edges).flatten(1),
        ]
        for k, beam in enumerate(self.beams):
            seen = smooth(maps, beam)
            parts.append(moments(seen))
            if k < len(self.peaks):
                parts.append(peak_counts(seen, torch.tensor(self.peaks[k])))
                parts.append(peak_counts(-seen, torch.tensor(self.minima[k])))
        return torch.cat(parts, 1)

    def vectors(self, maps: Any, what: str | None = None) -> np.ndarray:
        """Vectors (N, D) of as many maps as there are, with a bar that says ``what``.

        Args:
            maps: (N, S, S), an array or a tensor.
            what: Is being done; no bar if not given.

        Raises:
            BadInput: values that are not finite.
        """
        maps = torch.as_tensor(maps, dtype=torch.float32)
        if not maps.isfinite().all():
            raise BadInput("maps hold values that are no numbers: leave such maps out")
        parts = maps.split(CHUNK)
        shown = (
            with_progress(parts, len, len(maps), "maps", what=what) if what else parts
        )
        with torch.inference_mode():
            return torch.cat([self(part).double().cpu() for part in shown]).numpy()

    def _columns(self) -> "list[Column]":
        made = [Column(POWER, f"C_l at l = {ell:.0f}") for ell in self.bands.ell]
        at = [f"l = {ell:.0f}" for ell in self.rings.ell]
        made += [Column("equilateral bispectrum", name) for name in at]
        made += [Column("squeezed bispectrum", f"{at[0]}, {name}") for name in at[1:]]
        made += [Column("histogram", f"κ {name}") for name in _between(self.pixels)]
        for group in FUNCTIONALS:
            made += [Column(group, f"at {nu:+.3f} σ") for nu in self.thresholds]
        for k, beam in enumerate(self.beams):
            seen = f"smoothed {beam * self.field.arcmin:.2g}′" if beam else "unsmoothed"
            made += [Column(name, seen) for name in MOMENTS]
            if k < len(self.peaks):
                peaks, minima = self.peaks[k], [-x for x in self.minima[k][::-1]]
                made += [Column("peaks", f"{seen}, κ {x}") for x in _between(peaks)]
                names = _between(minima)[::-1]
                made += [Column("minima", f"{seen}, κ {x}") for x in names]
        return made


def _quantiles(values: Tensor, shares: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(np.quantile(values.numpy(), shares).tolist())


def _heights(maps: Tensor) -> tuple[float, ...]:
    return _quantiles(maps[:, 1:-1, 1:-1][is_peak(maps)], HEIGHTS)


def _between(edges: "tuple[float, ...] | list[float]") -> list[str]:
    """Names of the bins between edges, the outer ones open."""
    inner = [f"{a:.3g} to {b:.3g}" for a, b in pairwise(edges)]
    return [f"below {edges[0]:.3g}", *inner, f"above {edges[-1]:.3g}"]
