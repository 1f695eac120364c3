"""What is known of an event beside the segment of its vertex."""

import numpy as np

from workbench.task import Fact
from workbench.tasks.neutrino.data import VertexData
from workbench.tasks.neutrino.evaluation.breakdown import multiplicity
from workbench.tasks.neutrino.evaluation.recorded import HADRONS, recorded
from workbench.tasks.neutrino.events import CHANNELS, MATERIALS
from workbench.tasks.neutrino.truth import NOT_RECORDED

NUMBERS = {"energy": "neutrino energy [GeV]", "q2": "Q² [GeV²]", "w": "W [GeV]"}
PROCESSES = ("other", *CHANNELS[1:])


def facts(data: VertexData, rows: np.ndarray) -> list[Fact]:
    """Energy, momentum transfer, hadrons, process and material, where recorded.

    Args:
        data: Set up.
        rows: Of its events.
    """
    if data.source.truth is None:
        return []
    truth = data.source.truth[rows]
    found = [Fact(name, truth[key].astype(float)) for key, name in NUMBERS.items()]
    if recorded(truth, HADRONS):
        found.append(Fact("charged hadrons", multiplicity(truth).astype(float)))
    found += [
        Fact("process", _known(truth["channel"], PROCESSES), PROCESSES),
        Fact("material", _known(truth["material"], MATERIALS), MATERIALS),
    ]
    return [one for one in found if np.isfinite(one.values).any()]


def _known(codes: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """Codes as numbers, not a number where none is recorded."""
    there = (codes != NOT_RECORDED) & (codes < len(names))
    return np.where(there, codes, np.nan)
