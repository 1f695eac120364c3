"""The truth that MINERvA's ROOT tuples carry, in our units and codes."""

from collections.abc import Callable

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.neutrino.events import Events
from workbench.tasks.neutrino.particles import counts
from workbench.tasks.neutrino.segments import plane_code_of, segment_of
from workbench.tasks.neutrino.truth import blank_truth, channel_of

FINAL = ("mc_FSPartPDG", "mc_FSPartPx", "mc_FSPartPy", "mc_FSPartPz")
_IDS = (
    ("mc_run", "mc_subrun", "mc_nthEvtInFile", "slice_numbers"),
    ("ev_run", "ev_subrun", "ev_gate", "physEvtNum"),
)
_NUMBERS = {  # branch -> field of TRUTH and its unit in ours
    "mc_incomingE": ("energy", 1e-3),
    "mc_Q2": ("q2", 1e-6),
    "mc_w": ("w", 1e-3),
    "mc_Bjorkenx": ("bjorken_x", 1.0),
    "mc_Bjorkeny": ("inelasticity", 1.0),
}
_CODES = {"mc_current": "current", "mc_targetZ": "nucleus"}

Column = Callable[[str], np.ndarray | None]  # a branch of all events, or None


def read_ids(column: Column, events: int) -> np.ndarray:
    """Event numbers run·subrun·gate·slice, or row numbers, shape (N,) uint64."""
    for names in _IDS:
        parts = [column(name) for name in names]
        found = [part.astype(np.uint64) for part in parts if part is not None]
        if len(found) == len(names):
            run, subrun, gate, slice_number = found
            top = run * np.uint64(10**10) + subrun * np.uint64(10**6)
            return top + gate * np.uint64(100) + slice_number
    return np.arange(events, dtype=np.uint64)


def read_truth(
    column: Column, ids: np.ndarray, final_state: Callable[[], Events | None]
) -> np.ndarray | None:
    """Truth from the mc_* branches, shape (N,) TRUTH; ``None`` for detector data.

    Raises:
        BadInput: vertices without x, y and z.
    """
    vertex = column("mc_vtx")
    if vertex is not None and (vertex.ndim != 2 or vertex.shape[1] < 3):
        raise BadInput(
            f"branch mc_vtx has shape {vertex.shape}, not ({len(ids)}, 4): take a "
            "tuple whose vertices have x, y and z"
        )
    if vertex is None or not (vertex[:, 2] > 0).any():
        return None
    truth = blank_truth(len(ids))
    truth["event"] = ids
    for axis, name in enumerate("xyz"):
        truth[name] = vertex[:, axis]
    truth["segment"] = segment_of(truth["z"])
    truth["plane_code"] = plane_code_of(truth["z"])
    for name, (field, unit) in _NUMBERS.items():
        values = column(name)
        if values is not None:
            truth[field] = values * unit
    for name, field in _CODES.items():
        values = column(name)
        if values is not None:
            truth[field] = np.clip(values, 0, 255)
    interaction = column("mc_intType")
    if interaction is not None:
        truth["channel"] = channel_of(interaction)
    particles = final_state()
    if particles is not None:
        for field, (number, _) in counts(particles).items():
            truth[field] = np.minimum(number, 254)
    return truth
