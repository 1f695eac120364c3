"""Simulated convergence maps: lognormal ones, and others from boxes of particles.

Map ``i`` of a seed is always the same, whatever the workers and wherever one begins.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np

from workbench.allotted import usable_cores
from workbench.errors import BadInput
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.simulation.lognormal import lognormal
from workbench.tasks.cosmogan.simulation.observing import observed
from workbench.tasks.cosmogan.simulation.recipe import recipe
from workbench.tasks.cosmogan.simulation.sky import Sky

__all__ = ["recipe", "simulate", "simulate_sky"]

_CHUNK = 32  # maps that a worker makes at a time


def simulate(
    maps: int,
    seed: int,
    field: Field,
    *,
    workers: int | None = None,
    first: int = 0,
    **settings: Any,
) -> Iterator[np.ndarray]:
    """Simulate convergence maps, a chunk (n, pixels, pixels) float32 at a time.

    Args:
        maps: How many there are in all.
        seed: Of the sample.
        field: The patch of sky.
        workers: Threads; all cores if not given.
        first: The map to begin with.
        settings: As :class:`Sky` has them: kind, cosmologies, noise, smoothing, …

    Raises:
        BadInput: a number out of range, or what cannot be simulated.
    """
    return simulate_sky(Sky(field, **settings), maps, seed, workers, first)


def simulate_sky(
    sky: Sky, maps: int, seed: int, workers: int | None = None, first: int = 0
) -> Iterator[np.ndarray]:
    """The same of a sky whose settings are put together."""
    for name, value, least in (
        ("maps", maps, 0),
        ("seed", seed, 0),
        ("first", first, 0),
        ("workers", 1 if workers is None else workers, 1),
    ):
        if value < least:
            raise BadInput(f"{name} {value}: give {least} or more")
    workers = workers or usable_cores()
    return _chunks(sky, maps, seed, workers, first)


def _chunks(
    sky: Sky, maps: int, seed: int, workers: int, first: int
) -> Iterator[np.ndarray]:
    """Keep the threads busy and the maps in order, holding a few chunks at a time."""
    waiting: deque[Future[np.ndarray]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for start in range(first, maps, _CHUNK):
                numbers = range(start, min(start + _CHUNK, maps))
                waiting.append(pool.submit(_chunk, sky, maps, seed, numbers))
                if len(waiting) > 2 * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:  # who stops early does not wait for what nobody asks for
            pool.shutdown(cancel_futures=True)


def _chunk(sky: Sky, maps: int, seed: int, numbers: range) -> np.ndarray:
    draws = [np.random.default_rng([seed, number]) for number in numbers]
    if sky.kind == "particles":
        from workbench.tasks.cosmogan.simulation.particles import particles

        return observed(particles(sky, maps, seed, numbers, draws), sky, draws)
    field, parts = sky.field, []
    for number, stream in zip(numbers, draws, strict=True):
        one = sky.cosmology(maps, number)
        model = lognormal(one, sky.source, 2 * field.pixels, field.arcmin)
        parts.append(observed(model.draw([stream]), sky, [stream]))
    return np.concatenate(parts)
