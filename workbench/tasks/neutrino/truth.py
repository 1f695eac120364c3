"""What a file's own numbers mean as truth: units, codes, and what it does not carry."""

import numpy as np

from workbench.tasks.neutrino.events import TRUTH
from workbench.tasks.neutrino.segments import (
    NO_PLANE_CODE,
    NO_SEGMENT,
    SLOT_NAMES,
    plane_code_of,
)

NOT_RECORDED = 0xFF  # in truth codes and counts that a file does not carry
NO_Z = -1e6  # what data without truth carry for z, mm
# The tuples' mc_intType: 1 quasi-elastic, 2 resonant, 3 deep-inelastic, 4 coherent;
# HDF5 files copy it (gnperdue/ANNMINERvA root2hdf5, oaltinok/HEP_Tools CCProtonPi0).
_CHANNEL_OF_TYPE = np.array([0, 1, 3, 2, 4], np.uint8)
_TYPE_OF_CHANNEL = np.argsort(_CHANNEL_OF_TYPE).astype(np.uint32)
WATER = SLOT_NAMES.index("Water")
CAPPED = 66  # the last plane code of the files made for 67 outputs
KINETIC_CUT = 0.05  # GeV; hadrons below are not counted (ANNMINERvA root2hdf5)


def blank_truth(events: int) -> np.ndarray:
    """Truth of which nothing is known yet, shape (events,) TRUTH.

    Unknown lengths and energies are NaN, unknown codes and counts ``NOT_RECORDED``,
    an unknown current or channel 0.
    """
    truth = np.zeros(events, TRUTH)
    for name in TRUTH.names or ():
        kind = TRUTH[name].kind
        truth[name] = np.nan if kind == "f" else 0
        if TRUTH[name] == np.uint8 and name not in ("current", "channel"):
            truth[name] = NOT_RECORDED
    truth["segment"], truth["plane_code"] = NO_SEGMENT, NO_PLANE_CODE
    return truth


def channel_of(interaction: np.ndarray) -> np.ndarray:
    """Index into ``CHANNELS`` from the tuples' mc_intType; 0 for any other process."""
    known = np.where((interaction >= 0) & (interaction <= 4), interaction, 0)
    return _CHANNEL_OF_TYPE[known.astype(np.int64)]


def interaction_of(channel: np.ndarray) -> np.ndarray:
    """The tuples' mc_intType from an index into ``CHANNELS``, uint32."""
    return _TYPE_OF_CHANNEL[np.minimum(channel, 4)]


def plane_codes(codes: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, int]:
    """A file's plane codes in the scheme that counts the water target.

    Files without the water target count one less downstream of it (173 codes), and
    files for 67 outputs stop at 66; which one a file uses shows in its vertices.

    Args:
        codes: Plane codes as in the file, shape (N,).
        z: Vertices in mm, shape (N,).

    Returns:
        The codes, shape (N,) uint16, and how many codes the scheme has: 67 or 174.
    """
    codes = codes.astype(np.uint16)
    known = codes != NO_PLANE_CODE
    capped = not known.any() or int(codes[known].max()) <= CAPPED
    expected = plane_code_of(z).astype(np.int64)
    beyond = known & (expected > WATER + 1) & (codes < CAPPED)
    if beyond.any() and np.median(expected[beyond] - codes[beyond]) == 1:
        codes = np.where(known & (codes >= WATER), codes + 1, codes).astype(np.uint16)
        if capped:
            codes = np.where(known, np.minimum(codes, CAPPED), codes)
    return codes, CAPPED + 1 if capped else 174
