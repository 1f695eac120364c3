"""What a hit and a label may be; anything else is refused before it trains."""

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.neutrino.events import Events
from workbench.tasks.neutrino.geometry import PLANES, STRIPS
from workbench.tasks.neutrino.segments import CLASS_NAMES

LARGEST = float(np.finfo(np.float16).max)  # what a stored energy or time can be
_NOT_A_NUMBER = 0x7C00  # float16 bits from here on: infinite, NaN or negative


def refuse_bad_hits(events: Events, place: str, rows: np.ndarray) -> None:
    """Refuse energies that are negative or not finite, times that are not finite.

    Args:
        events: N events.
        place: The file, for the message.
        rows: Row of each event in the file, shape (N,).

    Raises:
        BadInput: names the file, the event and the hit.
    """
    hits = events.hits
    if not len(hits):
        return
    energy = hits["energy"].view(np.uint16)
    time = hits["time"].view(np.uint16) & 0x7FFF
    if (
        energy.max() < _NOT_A_NUMBER
        and time.max() < _NOT_A_NUMBER
        and hits["plane"].max() < PLANES
        and hits["strip"].max() < STRIPS
    ):
        return
    bad = (energy >= _NOT_A_NUMBER) | (time >= _NOT_A_NUMBER)
    bad |= (hits["plane"] >= PLANES) | (hits["strip"] >= STRIPS)
    first = int(np.argmax(bad))
    event = int(np.searchsorted(events.hit_start, first, side="right")) - 1
    plane, strip, mev, ns = hits[first].tolist()
    raise BadInput(
        f"{place}: event {rows[event]}: a hit in plane {plane}, strip {strip} has "
        f"energy {mev:g} MeV and time {ns:g} ns; wanted: plane < {PLANES}, strip < "
        f"{STRIPS}, energy ≥ 0, both finite: leave the event out"
    )


def refuse_bad_labels(segment: np.ndarray, place: str, rows: np.ndarray) -> None:
    """Refuse segment codes outside 0–10.

    Args:
        segment: Shape (N,).
        place: The file, for the message.
        rows: Row of each event in the file, shape (N,).

    Raises:
        BadInput: names the file and the first such event.
    """
    bad = segment >= len(CLASS_NAMES)
    if bad.any():
        first = int(np.argmax(bad))
        raise BadInput(
            f"{place}: event {rows[first]}: segment {segment[first]} is not one of "
            f"0–10 ({bad.sum()} such events): leave them out or mend the labels"
        )
