"""How pure and how complete a sample of events on one target or material is."""

from dataclasses import dataclass

import numpy as np

from workbench.rates import Rate, rate
from workbench.tasks.neutrino.events import MATERIALS
from workbench.tasks.neutrino.segments import CLASS_NAMES

TARGETS = tuple(range(1, 6))  # segment codes of the passive targets


@dataclass(frozen=True)
class Selection:
    """Events chosen by the reconstruction, judged against the events truly wanted.

    ``purity`` is the share of the chosen that were wanted, ``efficiency`` the share
    of the wanted that were chosen.
    """

    name: str
    purity: Rate
    efficiency: Rate


def selection(name: str, wanted: np.ndarray, chosen: np.ndarray) -> Selection:
    """Purity and efficiency from two (N,) bool arrays."""
    return Selection(name, rate(wanted[chosen]), rate(chosen[wanted]))


def by_target(truth: np.ndarray, predicted: np.ndarray) -> list[Selection]:
    """The five passive-target segments.

    Args:
        truth: (N,) TRUTH.
        predicted: (N,) segment codes.
    """
    return [
        selection(CLASS_NAMES[code], truth["segment"] == code, predicted == code)
        for code in TARGETS
    ]


def by_material(
    truth: np.ndarray, predicted: np.ndarray, behind: np.ndarray
) -> list[Selection]:
    """Iron, lead and carbon of the passive targets.

    An event is chosen for a material when its predicted segment is a passive target
    that is made of it at the transverse place of the vertex; it is wanted when the
    neutrino struck that material. Scintillator in a target's segment counts against
    the purity, as it does in an analysis before its background is subtracted.

    Args:
        truth: (N,) TRUTH.
        predicted: (N,) segment codes.
        behind: (N, 5) index into MATERIALS of what each target is made of at the
            event's transverse place.
    """
    at_target = np.isin(predicted, TARGETS)
    column = np.where(at_target, predicted.astype(np.int64) - 1, 0)
    material = behind[np.arange(len(predicted)), column]
    return [
        selection(
            name,
            truth["material"] == MATERIALS.index(name),
            at_target & (material == MATERIALS.index(name)),
        )
        for name in ("iron", "lead", "carbon")
    ]
