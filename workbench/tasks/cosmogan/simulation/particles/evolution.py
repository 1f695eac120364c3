"""How a box of matter collapses: from a smooth start, step by step, under gravity."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from workbench.tasks.cosmogan.simulation.cosmology import Cosmology
from workbench.tasks.cosmogan.simulation.matter import linear
from workbench.tasks.cosmogan.simulation.particles.mesh import (
    at,
    contrast,
    displacement,
    pull,
)

Growth = Callable[[Any], Any]
START = 0.05  # scale factor
_STEP = 0.05  # longest, in scale factor


def initial(
    cosmology: Cosmology, seed: list[int], particles: int, box: float
) -> torch.Tensor:
    """Linear displacements today of particles on a lattice, in its spacings.

    Args:
        cosmology: Gives the power spectrum.
        seed: Of the random waves.
        particles: Along a side.
        box: Its length in Mpc/h.

    Returns:
        (particles, particles, particles, 3) float32.
    """
    draw = np.random.default_rng(seed)
    white = draw.standard_normal((particles,) * 3, np.float32)
    waves = torch.fft.rfftn(torch.from_numpy(white))
    spacing = box / particles
    full = 2 * np.pi * np.fft.fftfreq(particles, spacing)
    half = 2 * np.pi * np.fft.rfftfreq(particles, spacing)
    k = np.sqrt(full[:, None, None] ** 2 + full[:, None] ** 2 + half**2)
    k[0, 0, 0] = np.inf
    rms = np.sqrt(linear(cosmology)(k) / spacing**3)
    waves *= torch.from_numpy(rms.astype(np.float32))
    return displacement(torch.fft.irfftn(waves, s=white.shape))


def evolve(
    cosmology: Cosmology, start: torch.Tensor, cells: int, stops: np.ndarray
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Positions and momenta at each stop, in cells.

    Zel'dovich's (1970, A&A 5, 84) start, then leap-frog steps whose lengths keep
    linear growth exact (FastPM: Feng et al. 2016, MNRAS 463, 2273).

    Args:
        cosmology: Of the expansion.
        start: Displacements of :func:`initial`, on the device to compute on.
        cells: Of the mesh along a side.
        stops: Rising scale factors.

    Yields:
        Both (particles³, 3); they change as one goes on. Momentum is a² dx/dt in
        units of H0.
    """
    particles = len(start)
    unit = cells / particles
    line = torch.arange(particles, device=start.device, dtype=start.dtype)
    lattice = torch.stack(torch.meshgrid(line, line, line, indexing="ij"), -1)
    psi = start.view(-1, 3) * unit
    growth, momentum = cosmology.growth, cosmology.momentum
    x = (lattice.view(-1, 3) + 0.5) * unit + float(growth(START)) * psi
    p = float(momentum(START)) * psi
    force = at(x, pull(contrast(x, cells)))
    now = START
    for stop in stops:
        for then in np.linspace(now, stop, int(np.ceil((stop - now) / _STEP)) + 1)[1:]:
            middle = (now + then) / 2
            p.add_(force, alpha=_share(momentum, growth, now, middle, now))
            x.add_(p, alpha=_share(growth, momentum, now, then, middle))
            x.remainder_(cells)
            force = at(x, pull(contrast(x, cells)))
            p.add_(force, alpha=_share(momentum, growth, middle, then, then))
            now = then
        yield x, p


def _share(of: Growth, per: Growth, first: float, last: float, here: float) -> float:
    """By how much one thing grows in a step, for each unit of another."""
    return float((of(last) - of(first)) / per(here))
