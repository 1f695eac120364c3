"""Slabs of matter along the line of sight, projected, with what the mesh has lost."""

from collections.abc import Iterator

import numpy as np
import torch

from workbench.progress import with_progress
from workbench.tasks.cosmogan.simulation.cosmology import HUBBLE_LENGTH, Cosmology
from workbench.tasks.cosmogan.simulation.matter import nonlinear
from workbench.tasks.cosmogan.simulation.particles.evolution import evolve, initial
from workbench.tasks.cosmogan.simulation.particles.mesh import contrast
from workbench.tasks.cosmogan.simulation.sky import BOX

CLIP = 2.0  # by how much a wave's amplitude is changed at most
_LARGE = 0.3  # h/Mpc; larger waves are too few to tell loss from chance
_BINS_A_DECADE = 10


def slabs(cosmology: Cosmology, source: float) -> tuple[np.ndarray, np.ndarray]:
    """Distances in Mpc/h of the slabs' middles, and their weights in κ.

    Each is a box deep; κ is the sum of weight × mean contrast along the slab (Born's
    approximation; Bartelmann & Schneider 2001, Phys. Rep. 340, 291).
    """
    far = float(cosmology.distance(source))
    edges = np.arange(0, far + BOX, BOX)
    chi = np.linspace(edges[:-1], edges[1:], 65)
    kernel = chi * np.maximum(1 - chi / far, 0) * (1 + cosmology.redshift(chi))
    depth = np.asarray(np.trapezoid(kernel, chi, axis=0)) / HUBBLE_LENGTH**2
    return (edges[:-1] + edges[1:]) / 2, 1.5 * cosmology.omega_m * depth


def planes(
    cosmology: Cosmology, seed: list[int], particles: int, source: float
) -> np.ndarray:
    """Mean contrast through a box, seen along its three axes when light crosses it.

    The mesh has two cells a particle along each side, a plane twice as many pixels.
    What the mesh loses of short waves is given back up to the non-linear spectrum, but
    no amplitude is changed by more than ``CLIP``. A GPU adds the particles in no fixed
    order, so that its boxes differ from the processor's in the last digits.

    Returns:
        (slabs, 3, pixels, pixels) float32, the nearest slab first.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    start = initial(cosmology, seed, particles, BOX).to(device)
    middles, _ = slabs(cosmology, source)
    redshifts = cosmology.redshift(middles)
    stops = 1 / (1 + redshifts[::-1])
    found: list[np.ndarray] = []
    evolved = evolve(cosmology, start, 2 * particles, stops)
    slab_by_slab = with_progress(
        zip(evolved, redshifts[::-1], strict=True),
        lambda _: 1,
        len(stops),
        "slabs",
        what=f"box of {particles}³ particles",
    )
    for (x, _), z in slab_by_slab:
        seen = np.stack([one.cpu().numpy() for one in projections(x, 2)])
        found.append(restored(seen, cosmology, float(z)))
    return np.stack(found[::-1])


def projections(x: torch.Tensor, finer: int) -> Iterator[torch.Tensor]:
    """Mean contrast along each axis, on pixels that much finer than cells."""
    cells = 2 * round(len(x) ** (1 / 3))
    for axis in range(3):
        across = [other for other in range(3) if other != axis]
        yield contrast(x[:, across] * finer, cells * finer)


def restored(seen: np.ndarray, cosmology: Cosmology, z: float) -> np.ndarray:
    """Planes of one box whose short waves have the power of the theory.

    One factor for all waves of a length, from all planes together.

    Args:
        seen: (planes, pixels, pixels).
        cosmology: Gives the non-linear spectrum.
        z: Redshift.
    """
    pixels = seen.shape[-1]
    waves = np.fft.rfft2(seen)
    rows = 2 * np.pi * np.fft.fftfreq(pixels, BOX / pixels)
    k = np.hypot(rows[:, None], rows[: pixels // 2 + 1])
    power = (np.abs(waves) ** 2).mean(0) * BOX**3 / pixels**4
    short = k >= _LARGE
    number = (np.log10(k[short] / _LARGE) * _BINS_A_DECADE).astype(int)
    count = np.bincount(number)
    wanted = np.bincount(number, nonlinear(cosmology)(k[short], z)) / count
    there = np.bincount(number, power[short]) / count
    factor = np.clip(np.sqrt(wanted / there), 1 / CLIP, CLIP)
    middle = _LARGE * 10 ** ((np.arange(len(count)) + 0.5) / _BINS_A_DECADE)
    gain = np.interp(k, middle, factor, left=1.0)
    return np.fft.irfft2(waves * gain, s=seen.shape[1:]).astype(np.float32)
