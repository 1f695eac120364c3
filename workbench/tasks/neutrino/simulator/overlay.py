"""What else the detector sees in the same slice: rock muons and other interactions."""

import math

import numpy as np

from workbench.tasks.neutrino.compiled import kernel
from workbench.tasks.neutrino.simulator.deposits import (
    BACKWARD,
    ENERGY,
    SECONDARY,
    SPARE,
    TOUCHED,
    Event,
)
from workbench.tasks.neutrino.simulator.layers import BACK, FRONT, OUTER_APOTHEM
from workbench.tasks.neutrino.simulator.materials import MUON, NEUTRON, PION, PROTON
from workbench.tasks.neutrino.simulator.particles import run
from workbench.tasks.neutrino.simulator.stack import neutral_pion, push, spray
from workbench.tasks.neutrino.simulator.stream import exponential, poisson, uniform
from workbench.tasks.neutrino.simulator.vertex import across

WINDOW = 60.0  # ns either side of the neutrino
# normals of the detector's three pairs of sides
FACES = ((1.0, 0.0), (0.5, math.sqrt(0.75)), (0.5, -math.sqrt(0.75)))


@kernel
def rock_muon(event: Event, rng: np.ndarray, row: np.ndarray) -> None:
    """Push a muon from the rock, through the front or a side, along the beam."""
    row[0], row[1] = across(rng, OUTER_APOTHEM - 5)
    row[2] = FRONT
    row[3], row[4], row[5] = 0.0, -0.059, 0.998
    if uniform(rng) < 0.3:
        row[2] += uniform(rng) * (BACK - FRONT)
        spray(rng, row, 2.5)
        back_to_entry(row)
    else:
        spray(rng, row, 8.0)
    push(event, MUON, 300.0 + 4000.0 * exponential(rng), row)


@kernel
def back_to_entry(row: np.ndarray) -> None:
    """Slide a track back to the face of the detector through which it came."""
    way = math.inf
    if row[5] > 0:
        way = (row[2] - FRONT) / row[5]
    elif row[5] < 0:
        way = (row[2] - BACK) / row[5]
    for x, y in FACES:
        along = row[3] * x + row[4] * y
        if along != 0.0:
            behind = -math.copysign(OUTER_APOTHEM - 1e-3, along)
            way = min(way, (row[0] * x + row[1] * y - behind) / along)
    for k in range(3):
        row[k] -= way * row[3 + k]


@kernel
def interaction(event: Event, rng: np.ndarray, row: np.ndarray) -> None:
    """Push another interaction of the detector: a few hadrons, often a muon."""
    row[0], row[1] = across(rng, OUTER_APOTHEM - 5)
    row[2] = FRONT + uniform(rng) * (BACK - FRONT)
    row[3], row[4], row[5] = 0.0, -0.059, 0.998
    if uniform(rng) < 0.6:
        i = push(event, MUON, 300.0 + 2500.0 * exponential(rng), row)
        spray(rng, event.stack[i], 4.0)
    for _ in range(1 + poisson(rng, 1.5)):
        chance = uniform(rng)
        kinetic = 20.0 + 350.0 * exponential(rng)
        if chance < 0.2:
            forward = row[3], row[4], row[5]
            spray(rng, row, 1.0)
            neutral_pion(event, rng, kinetic, row)
            row[3], row[4], row[5] = forward
            continue
        kind = PION if chance < 0.5 else PROTON if chance < 0.8 else NEUTRON
        i = push(event, kind, kinetic, row)
        spray(rng, event.stack[i], 1.0)


@kernel
def overlay(
    event: Event,
    rng: np.ndarray,
    rock_muons: float,
    pile_up: float,
    water: bool,
) -> bool:
    """Add a slice's other activity to the event; whether it left any energy.

    ``rock_muons`` and ``pile_up`` are mean numbers an event. The event's own flags
    stay as they are.
    """
    row = event.stack[len(event.stack) - SPARE]
    backward, secondary = event.counts[BACKWARD], event.counts[SECONDARY]
    before = energy_of(event)
    for source in range(2):
        for _ in range(poisson(rng, pile_up if source else rock_muons)):
            row[7] = WINDOW * (2 * uniform(rng) - 1)
            if source:
                interaction(event, rng, row)
            else:
                rock_muon(event, rng, row)
            run(event, rng, -math.inf, water)
    event.counts[BACKWARD], event.counts[SECONDARY] = backward, secondary
    return energy_of(event) > before + 1.0


@kernel
def energy_of(event: Event) -> float:
    """All energy in the strips, MeV."""
    total = 0.0
    for i in range(event.counts[TOUCHED]):
        total += event.cells[event.touched[i], ENERGY]
    return total
