"""A batch of detector events as sparse hits, with the truth where it is known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

CHANNELS = ("", "quasi-elastic", "deep-inelastic", "resonant", "coherent")
MATERIALS = ("scintillator", "iron", "lead", "carbon", "water")

HIT = np.dtype(
    [
        ("plane", "u1"),  # 0–187 along z
        ("strip", "u1"),  # 0–126 across the view
        ("energy", "f2"),  # MeV
        ("time", "f2"),  # ns after the reconstructed muon time
    ]
)
TRUTH = np.dtype(
    [
        ("event", "u8"),  # run, subrun, gate and slice as decimal digits
        ("segment", "u1"),
        ("plane_code", "u2"),
        ("x", "f4"),  # vertex, mm
        ("y", "f4"),
        ("z", "f4"),
        ("energy", "f4"),  # neutrino energy, GeV
        ("q2", "f4"),  # GeV²
        ("w", "f4"),  # hadronic mass, GeV
        ("bjorken_x", "f4"),
        ("inelasticity", "f4"),
        ("current", "u1"),  # 1 charged, 2 neutral
        ("channel", "u1"),  # index into CHANNELS
        ("nucleus", "u1"),  # Z of the struck nucleus
        ("material", "u1"),  # index into MATERIALS
        ("protons", "u1"),  # multiplicities of hadrons above 50 MeV kinetic energy
        ("neutrons", "u1"),
        ("charged_pions", "u1"),
        ("neutral_pions", "u1"),
        ("charged_kaons", "u1"),
        ("others", "u1"),
        (
            "backward",
            "u1",
        ),  # 1: a charged particle crosses planes upstream of the vertex
        ("secondary", "u1"),  # 1: a hadron interacted again inside the detector
        ("overlay", "u1"),  # 1: a rock muon or pile-up overlaps
    ]
)
PARTICLE = np.dtype(  # final state leaving the nucleus; momentum in GeV
    [("pdg", "i4"), ("px", "f4"), ("py", "f4"), ("pz", "f4")]
)


@dataclass(frozen=True)
class Events:
    """N events; the hits of event i are ``hits[hit_start[i]:hit_start[i + 1]]``.

    ``truth`` is ``None`` for detector data. ``particles`` follow the same rule as
    hits, and are absent in files that do not carry them.
    """

    hits: np.ndarray  # (H,) HIT
    hit_start: np.ndarray  # (N + 1,) int64
    truth: np.ndarray | None = None  # (N,) TRUTH
    particles: np.ndarray | None = None  # (P,) PARTICLE
    particle_start: np.ndarray | None = None  # (N + 1,) int64

    def __len__(self) -> int:
        """Number of events."""
        return len(self.hit_start) - 1

    def hits_of(self, event: int) -> np.ndarray:
        """The hits of one event."""
        return self.hits[self.hit_start[event] : self.hit_start[event + 1]]


def starts(counts: np.ndarray) -> np.ndarray:
    """Where each event's rows begin, from how many rows each event has."""
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])


def take_rows(start: np.ndarray, index: np.ndarray) -> np.ndarray:
    """Row numbers of the events ``index``, one after the other."""
    counts = start[index + 1] - start[index]
    first = np.repeat(start[index] - starts(counts)[:-1], counts)
    return first + np.arange(counts.sum())


def concatenate(parts: Sequence[Events]) -> Events:
    """Several batches as one."""

    def joined(name: str) -> np.ndarray | None:
        values = [getattr(part, name) for part in parts]
        return None if any(v is None for v in values) else np.concatenate(values)

    def joined_starts(name: str) -> np.ndarray | None:
        values = [getattr(part, name) for part in parts]
        if any(v is None for v in values):
            return None
        return starts(np.concatenate([np.diff(v) for v in values]))

    hits, hit_start = joined("hits"), joined_starts("hit_start")
    assert hits is not None and hit_start is not None
    return Events(
        hits,
        hit_start,
        joined("truth"),
        joined("particles"),
        joined_starts("particle_start"),
    )
