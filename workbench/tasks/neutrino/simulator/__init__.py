"""Neutrino events as a plane-stacked scintillator detector sees them.

A fast simulation without Geant4: neutrinos from a beam's spectrum interact in planes
and passive targets, their particles lose energy, scatter, interact again and shower,
and their light is read out as hits. What it leaves out is in the dataset's card.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from workbench.allotted import usable_cores
from workbench.errors import BadInput
from workbench.paths import folder
from workbench.tasks.neutrino.conditions import Detector
from workbench.tasks.neutrino.conditions import detector as named_detector
from workbench.tasks.neutrino.events import Events

SHARED = ("compiled.py", "conditions.py", "geometry.py", "particles.py", "segments.py")
CHUNK = 1000  # events made together, from generators of their own


def recipe() -> str:
    """Digest of the simulator's code and numbers; with the seed it fixes the events."""
    here = Path(__file__).parent
    sources = [*sorted(here.glob("*.py")), *(here.parent / name for name in SHARED)]
    sources += sorted((folder("datasets") / "neutrino").glob("*.json"))
    return sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:8]


def simulate(
    events: int,
    seed: int,
    *,
    condition: str | Detector = "nominal",
    strength: float = 1.0,
    water: bool = False,
    ideal: bool = False,
    workers: int | None = None,
    first_chunk: int = 0,
) -> Iterator[Events]:
    """Simulate a sample of ``events`` events, in batches of ``CHUNK``, in order.

    The same seed gives the same events whatever the workers (threads; the kernels
    release the interpreter). ``first_chunk`` skips the batches an interrupted run has
    already made. ``condition`` is a name with a ``strength``, or the knobs themselves.
    ``water`` fills the water target, which the published counts have empty.
    ``ideal`` gives the same interactions without overlay and detector effects: hits
    are the neutrino's own true deposits.

    Raises:
        BadInput: an unknown condition, or a number out of range.
    """
    for name, value, least in (
        ("events", events, 0),
        ("seed", seed, 0),
        ("first_chunk", first_chunk, 0),
        ("workers", 1 if workers is None else workers, 1),
    ):
        if value < least:
            raise BadInput(f"{name} {value}: give {least} or more")
    if isinstance(condition, str):
        condition = named_detector(condition, strength)
    if water:
        condition = replace(condition, water=True)
    workers = workers or usable_cores()
    return _batches(events, seed, condition, ideal, workers, first_chunk)


def _batches(
    events: int, seed: int, detector: Detector, ideal: bool, workers: int, first: int
) -> Iterator[Events]:
    """Keep the threads busy and the batches in order, holding a few at a time."""
    from workbench.tasks.neutrino.simulator.chunk import Chunks  # compiles

    chunks = Chunks(seed, detector, ideal)
    waiting: deque[Future[Events]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for chunk in range(first, -(-events // CHUNK)):
            size = min(CHUNK, events - chunk * CHUNK)
            waiting.append(pool.submit(chunks.make, chunk, size))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
