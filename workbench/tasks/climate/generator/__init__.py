"""Weather maps with their truth: every variable, every system, who drew what.

A parametric generator, no model of the atmosphere: a mean state, weather as moving
noise and lows, vapour carried by their flow, and rivers and cyclones placed in it. One
seed gives one weather on every grid. What it leaves out is on the dataset's card.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.allotted import usable_cores
from workbench.errors import BadInput
from workbench.paths import folder
from workbench.tasks.climate.sphere import Grid

if TYPE_CHECKING:
    import xarray as xr


@cache
def recipe() -> str:
    """Digest of the generator's code and numbers; with the seed it fixes the maps."""
    here = Path(__file__).parent
    sources = [*sorted(here.glob("*.py")), here.parent / "sphere.py"]
    tables = folder("datasets") / "climate"
    sources += [*sorted(tables.glob("*.json")), *sorted(tables.glob("*.npz"))]
    return sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:8]


def simulate(
    maps: int,
    seed: int,
    *,
    grid: str = "192x288",
    steps: int = 1,
    hours: float = 3.0,
    annotators: int = 1,
    workers: int | None = None,
    first: int = 0,
) -> Iterator["xr.Dataset"]:
    """Simulate ``maps`` maps, in sequences of ``steps``, one data set a sequence.

    The same seed gives the same maps whatever the workers (threads).

    Args:
        maps: How many.
        seed: Of the sample.
        grid: Rows × columns.
        steps: Maps in a sequence, in which the systems move.
        hours: Between two maps of a sequence.
        annotators: People who draw outlines beside the truth.
        workers: Threads; all cores if not given.
        first: The sequence to begin with.

    Raises:
        BadInput: an unknown grid, or a number out of range.
    """
    for name, value, least in (
        ("maps", maps, 0),
        ("seed", seed, 0),
        ("steps", steps, 1),
        ("annotators", annotators, 0),
        ("first", first, 0),
        ("workers", 1 if workers is None else workers, 1),
    ):
        if value < least:
            raise BadInput(f"{name} {value}: give {least} or more")
    if not 0 < hours < float("inf"):
        raise BadInput(f"hours {hours}: give more than 0")
    size = Grid.named(grid)
    workers = workers or usable_cores()
    return _sequences(maps, seed, size, steps, hours, annotators, workers, first)


def steps_of(sequence: "xr.Dataset") -> int:
    """How many maps a sequence has."""
    return sequence.sizes["time"]


def _sequences(
    maps: int,
    seed: int,
    grid: Grid,
    steps: int,
    hours: float,
    annotators: int,
    workers: int,
    first: int,
) -> Iterator["xr.Dataset"]:
    """Keep the threads busy and the sequences in order, holding a few at a time."""
    from workbench.tasks.climate.generator.sequence import sequence  # compiles

    waiting: deque[Future[xr.Dataset]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for number in range(first, -(-maps // steps)):
            count = min(steps, maps - number * steps)
            waiting.append(
                pool.submit(sequence, seed, number, grid, count, hours, annotators)
            )
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
