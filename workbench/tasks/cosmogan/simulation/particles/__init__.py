"""Convergence from boxes of particles: filaments, voids and halos as gravity has them.

A box is simulated once and kept in the cache; what was interrupted begins anew with
the box that is not whole.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock

import numpy as np

from workbench.lock import take_lock, waiting
from workbench.paths import kept
from workbench.tasks.cosmogan.simulation.cosmology import Cosmology
from workbench.tasks.cosmogan.simulation.particles.light import Cone
from workbench.tasks.cosmogan.simulation.particles.planes import planes
from workbench.tasks.cosmogan.simulation.recipe import recipe
from workbench.tasks.cosmogan.simulation.sky import Sky
from workbench.writing import explained, written

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
    made = partial(planes, cosmology, [seed, box], particles, source)
    waiting(partial(_make, file, made))
    return Cone(np.load(file), cosmology, source)


def _make(file: Path, planes: Callable[[], np.ndarray]) -> None:
    """Have a box in its file; samples of several trainings may share it."""
    if file.is_file():
        return
    lock = file.with_suffix(".lock")
    with explained(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        take_lock(lock, file)
    try:
        with written(file) as disk:
            np.lib.format.write_array(disk, planes(), allow_pickle=False)
    finally:
        lock.unlink(missing_ok=True)


def box_file(
    cosmology: Cosmology, seed: int, box: int, particles: int, source: float
) -> Path:
    """Where the planes of a box are kept."""
    name = (
        f"om{cosmology.omega_m:g}-s8{cosmology.sigma8:g}-z{source:g}-n{particles}-"
        f"seed{seed}-{box}-{recipe()}.npy"
    )
    return kept("cosmogan/boxes", name)
