"""From an interaction to its deposits: every particle and what it makes, tracked."""

import math

import numpy as np

from workbench.tasks.neutrino.compiled import kernel
from workbench.tasks.neutrino.simulator.deposits import SPARE, STACKED, Event
from workbench.tasks.neutrino.simulator.hadrons import (
    K_PLUS,
    PI_PLUS,
    PI_ZERO,
    PROTON,
)
from workbench.tasks.neutrino.simulator.materials import (
    ELECTRON,
    KAON,
    MASS,
    MUON,
    PHOTON,
    PION,
)
from workbench.tasks.neutrino.simulator.materials import NEUTRON as NEUTRAL
from workbench.tasks.neutrino.simulator.materials import PROTON as CHARGED
from workbench.tasks.neutrino.simulator.showers import electron, neutron, photon
from workbench.tasks.neutrino.simulator.stack import break_up, neutral_pion, push
from workbench.tasks.neutrino.simulator.transport import track

SLOWEST = 1.0  # MeV: slower hadrons never leave the nucleus's neighbourhood


@kernel
def kind_of(pdg: int) -> int:
    """The tracked kind of a particle; long-lived neutrals go as neutrons."""
    code = abs(pdg)
    if code == 13:
        return MUON
    if code == PI_PLUS:
        return PION
    if code == K_PLUS:
        return KAON
    if code == PROTON:
        return CHARGED
    return NEUTRAL


@kernel
def load(
    event: Event,
    rng: np.ndarray,
    pdg: np.ndarray,
    momentum: np.ndarray,
    vertex: np.ndarray,
    time: float,
) -> None:
    """Stack a final state (GeV/c) at its vertex (mm) and time (ns)."""
    row = event.stack[len(event.stack) - SPARE]
    for i in range(len(pdg)):
        size2 = momentum[i, 0] ** 2 + momentum[i, 1] ** 2 + momentum[i, 2] ** 2
        size = math.sqrt(size2) * 1000
        if size < 1e-3:
            continue
        for k in range(3):
            row[k] = vertex[k]
            row[3 + k] = momentum[i, k] * 1000 / size
        row[7] = time
        if pdg[i] == PI_ZERO:
            energy = math.sqrt(size * size + 134.977**2)
            neutral_pion(event, rng, energy - 134.977, row)
            continue
        kind = kind_of(pdg[i])
        kinetic = math.sqrt(size * size + MASS[kind] ** 2) - MASS[kind]
        if kinetic > SLOWEST:
            push(event, kind, kinetic, row)


@kernel
def run(
    event: Event,
    rng: np.ndarray,
    vertex_z: float,
    water: bool,
) -> None:
    """Track what is stacked, and what that makes, until nothing moves."""
    row = event.stack[len(event.stack) - 1]
    while event.counts[STACKED] > 0:
        event.counts[STACKED] -= 1
        for k in range(9):
            row[k] = event.stack[event.counts[STACKED], k]
        kind = int(row[8])
        if kind == PHOTON:
            photon(event, rng, row, water)
        elif kind == NEUTRAL:
            neutron(event, rng, row, water)
        elif kind == ELECTRON:
            electron(event, rng, row, vertex_z, water)
        elif track(event, rng, row, vertex_z, water):
            break_up(event, rng, row)
