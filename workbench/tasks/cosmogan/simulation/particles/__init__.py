"""Convergence from boxes of particles: filaments, voids and halos as gravity has them.

A box is simulated once and kept in the cache; what was interrupted begins anew with
the box that is not whole.
"""

from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np

from workbench.paths import cache
from workbench.tasks.cosmogan.simulation.cosmology import Cosmology
from workbench.tasks.cosmogan.simulation.particles.light import Cone
from workbench.tasks.cosmogan.simulation.particles.planes import planes
from workbench.tasks.cosmogan.simulation.recipe import recipe
from workbench.tasks.cosmogan.simulation.sky import Sky
from workbench.writing import written

_one_at_a_time = Lock()  # a box takes all cores


def particles(
    sky: Sky,
    maps: int,
    seed: int,
    numbers: range,
    draws: list[np.random.Generator],
) -> np.ndarray:
    """Maps of those numbers, with the sky's margin around them, float32."""
    side = sky.field.pixels + 2 * sky.margin
    found: list[np.ndarray] = []
    for number, stream in zip(numbers, draws, strict=True):
        box = int(sky.box(maps, np.array(number)))
        one = sky.cosmology(maps, number)
        with _one_at_a_time:
            cone = _cone(one, seed, box, sky.particles, sky.source)
        found.append(cone.map(side, sky.field.arcmin, stream))
    return np.stack(found)


@lru_cache(maxsize=2)
def _cone(
    cosmology: Cosmology, seed: int, box: int, particles: int, source: float
) -> Cone:
    file = box_file(cosmology, seed, box, particles, source)
    if not file.is_file():
        made = planes(cosmology, [seed, box], particles, source)
        file.parent.mkdir(parents=True, exist_ok=True)
        with written(file) as disk:
            np.lib.format.write_array(disk, made, allow_pickle=False)
    return Cone(np.load(file), cosmology, source)


def box_file(
    cosmology: Cosmology, seed: int, box: int, particles: int, source: float
) -> Path:
    """Where the planes of a box are kept."""
    name = (
        f"om{cosmology.omega_m:g}-s8{cosmology.sigma8:g}-z{source:g}-n{particles}-"
        f"seed{seed}-{box}-{recipe()}.npy"
    )
    return cache("cosmogan") / "boxes" / name
