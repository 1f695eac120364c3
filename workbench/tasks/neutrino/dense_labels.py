"""The truth that the public HDF5 layouts carry, in our units and codes."""

from collections.abc import Callable

import numpy as np

from workbench.tasks.neutrino.layouts import LABELS
from workbench.tasks.neutrino.particles import HADRONS
from workbench.tasks.neutrino.segments import NO_SEGMENT, plane_code_of
from workbench.tasks.neutrino.truth import blank_truth, channel_of, plane_codes

Column = Callable[[str], np.ndarray | None]  # a data set of N rows, or None
_UNREAL = 0xFE  # for labels that do not fit a byte
_GENERATOR = {  # data set -> field of TRUTH and its unit in ours
    "Q2": ("q2", 1e-6),
    "W": ("w", 1e-3),
    "x": ("bjorken_x", 1.0),
    "y": ("inelasticity", 1.0),
}
_CODES = {"gen_data/current": "current", "gen_data/targetZ": "nucleus"} | {
    f"hadro_data/n_{name}": field
    for field, name in [(f, n) for f, (n, _, _) in HADRONS.items()] + [("others",) * 2]
}


def label_name(layout: str, name: str) -> str:
    """Where a layout keeps a label, by its name in the layout of 2016."""
    return name if layout == "2016" else LABELS[name]


def _byte(values: np.ndarray) -> np.ndarray:
    return np.where((values < 0) | (values > 255), _UNREAL, values).astype(np.uint8)


def read_truth(
    column: Column, layout: str, events: int
) -> tuple[np.ndarray | None, int]:
    """Truth as it stands in a file, and how many plane codes its scheme has.

    Returns:
        Shape (N,) TRUTH, or ``None`` for detector data; 67 or 174.
    """
    segment = column(label_name(layout, "segments"))
    if segment is None or bool((segment == NO_SEGMENT).all()):
        return None, 174
    truth, scheme = blank_truth(events), 174
    truth["segment"] = _byte(segment)
    ids, z = (column(label_name(layout, name)) for name in ("eventids", "zs"))
    truth["event"] = np.arange(events) if ids is None else ids
    if z is not None:
        truth["z"] = z
        truth["plane_code"] = plane_code_of(truth["z"])
    codes = column(label_name(layout, "planecodes"))
    if codes is not None:
        truth["plane_code"], scheme = plane_codes(codes, truth["z"])
    for name, (field, unit) in _GENERATOR.items():
        values = column(f"gen_data/{name}")
        if values is not None:
            truth[field] = values * unit
    for name, field in _CODES.items():
        values = column(name)
        if values is not None:
            truth[field] = _byte(values)
    interaction = column("gen_data/int_type")
    if interaction is not None:
        truth["channel"] = channel_of(interaction)
    return truth, scheme
