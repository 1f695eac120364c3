"""Photons, electrons and neutrons: the cascades of π0s and the blobs off the tracks.

Electrons radiate with the thin-target bremsstrahlung spectrum, photons convert or
Compton-scatter, neutrons knock protons out. Cross-sections are rounded from the PDG
review; energies in MeV, areal densities in g/cm².
"""

import math

import numpy as np

from workbench.tasks.neutrino.compiled import kernel
from workbench.tasks.neutrino.geometry import Z_LO
from workbench.tasks.neutrino.simulator.deposits import (
    SECONDARY,
    Event,
    deposit,
    note_crossing,
)
from workbench.tasks.neutrino.simulator.layers import (
    BACK,
    EDGE,
    FRONT,
    LAYERS,
    OUTER_APOTHEM,
    PLANE_OF_LAYER,
    ahead,
    in_hexagon,
    layer_at,
)
from workbench.tasks.neutrino.simulator.materials import (
    ACTIVE,
    AIR,
    DENSITY,
    ECAL,
    ELECTRON,
    ELECTRON_FRACTION,
    MASS,
    NUCLEAR_LENGTH,
    PHOTON,
    PROTON,
    RADIATION_LENGTH,
    SCINTILLATOR,
    WATER,
)
from workbench.tasks.neutrino.simulator.stack import break_up, push, rotate, spray
from workbench.tasks.neutrino.simulator.stream import exponential, uniform
from workbench.tasks.neutrino.simulator.transport import (
    LIGHT_SPEED,
    MAX_STEP,
    SECONDARY_ENERGY,
    advance,
    fluctuate,
    scatter,
)

ELECTRON_MASS = 0.511
SOFT = 8.0  # MeV: softer radiation stays where it is made
LAST = 4.0  # MeV: an electron below it cannot cross a plane and stops
FAR = Z_LO[100]  # mm: beyond the planes of the 50/25/25-column layout,
FAR_LAST = 30.0  # MeV: softer electrons and photons stay where they are made
_IONISATION = np.array([1.95, 1.5, 1.2, 1.8, 2.0, 1.5, 0.0])  # MeV cm²/g


@kernel
def electron(
    event: Event, rng: np.ndarray, row: np.ndarray, vertex: float, water: bool
) -> None:
    """Follow an electron or positron until it stops or leaves."""
    layer = layer_at(row[2])
    while 0 <= layer < LAYERS:
        kinetic = row[6]
        if not in_hexagon(row[0], row[1], OUTER_APOTHEM):
            return
        forward = row[5] > 0
        material, edge, leaves = ahead(layer, row[0], row[1], row[2], forward, water)
        slant = max(abs(row[5]), 1e-6)
        path = abs(edge - row[2]) / slant
        if material == AIR:
            advance(row, path, LIGHT_SPEED)
            row[2] = edge
            if leaves:
                layer += 1 if forward else -1
            continue
        loss = _IONISATION[material] * DENSITY[material] / 10  # MeV/mm
        limit = 4.0 * RADIATION_LENGTH[material] / DENSITY[material]
        limit = min(limit, MAX_STEP, kinetic / loss)
        reaches = path <= limit
        path = min(path, limit)
        grams = path / 10 * DENSITY[material]
        width = 0.1535 * ELECTRON_FRACTION[material] * grams
        lost = fluctuate(rng, loss * path, width, math.inf, 1.0, kinetic)
        lengths = grams / RADIATION_LENGTH[material]
        hard = kinetic - lost
        if hard > SOFT:
            logarithm = math.log(hard / SOFT)
            if uniform(rng) < 1.333 * lengths * logarithm:
                kinetic -= radiate(event, rng, row, hard, logarithm)
        if kinetic - lost < (LAST if row[2] < FAR else FAR_LAST):
            lost = kinetic
        plane = PLANE_OF_LAYER[layer]
        if plane >= 0:
            deposit(
                event,
                plane,
                row[0] + row[3] * path / 2,
                row[1] + row[4] * path / 2,
                row[3],
                row[4],
                path,
                lost * ACTIVE[material],
                row[7],
            )
            if row[2] < vertex:
                share = path * slant / (EDGE[layer + 1] - EDGE[layer])
                note_crossing(event, plane, share, vertex)
        advance(row, path, LIGHT_SPEED)
        row[6] = kinetic - lost
        if reaches:
            row[2] = edge
        if row[6] <= 0:
            return
        scatter(rng, row, ELECTRON_MASS, material, grams)
        if reaches and leaves:
            layer += 1 if forward else -1


@kernel
def radiate(
    event: Event,
    rng: np.ndarray,
    row: np.ndarray,
    kinetic: float,
    logarithm: float,
) -> float:
    """Push the photon an electron may radiate in a step; the energy (MeV) it took.

    ``logarithm`` is that of the electron's energy over the softest photon's.
    """
    taken = SOFT * math.exp(logarithm * uniform(rng))
    v = taken / kinetic
    if uniform(rng) > 1 - v + 0.75 * v * v:
        return 0.0
    push(event, PHOTON, taken, row)
    return taken


@kernel
def conversion(energy: float) -> float:
    """A photon's chance to make a pair, as a share of its high-energy value."""
    return min(max(math.log(energy / 2) / 5.3, 0.0), 1.0)


@kernel
def compton(energy: float) -> float:
    """A photon's Compton scatterings per g/cm² and Z/A (Klein–Nishina at E ≫ m)."""
    epsilon = max(energy / ELECTRON_MASS, 0.6)
    return 0.15 / epsilon * (math.log(1 + 2 * epsilon) + 0.5)


@kernel
def neutron_length(energy: float) -> float:
    """A neutron's mean free path in scintillator, g/cm²."""
    return min(max(75.0 * math.sqrt(energy / 100), 18.0), 85.0)


@kernel
def neutral(event: Event, rng: np.ndarray, row: np.ndarray, water: bool) -> bool:
    """Take a photon or neutron to its next interaction; False if it leaves."""
    kind, energy = int(row[8]), row[6]
    depth = exponential(rng)
    if row[2] < FRONT and row[5] > 0:
        advance(row, (FRONT - row[2]) / row[5], LIGHT_SPEED)
        row[2] = FRONT
    if row[2] >= BACK and row[5] < 0:
        return False
    layer = layer_at(row[2])
    speed = LIGHT_SPEED
    if kind != PHOTON:
        gamma = 1 + energy / MASS[kind]
        speed *= math.sqrt(1 - 1 / (gamma * gamma))
    if kind == PHOTON:
        pairs, scatters = conversion(energy) * 7 / 9, compton(energy)
    else:
        pairs = NUCLEAR_LENGTH[SCINTILLATOR] / neutron_length(energy)
        scatters = 0.0
    while 0 <= layer < LAYERS:
        if not in_hexagon(row[0], row[1], OUTER_APOTHEM):
            return False
        forward = row[5] > 0
        material, edge, leaves = ahead(layer, row[0], row[1], row[2], forward, water)
        path = abs(edge - row[2]) / max(abs(row[5]), 1e-6)
        if path > 200.0:
            path, leaves, edge = 200.0, False, math.nan
        length = RADIATION_LENGTH if kind == PHOTON else NUCLEAR_LENGTH
        opacity = pairs / length[material] + scatters * ELECTRON_FRACTION[material]
        steps = path / 10 * DENSITY[material] * opacity
        here = steps > depth
        if here:
            path *= depth / steps
        depth -= steps
        advance(row, path, speed)
        if edge == edge and not here:
            row[2] = edge
        if here:
            return True
        if leaves:
            layer += 1 if forward else -1
    return False


@kernel
def photon(event: Event, rng: np.ndarray, row: np.ndarray, water: bool) -> None:
    """Let a photon convert to a pair or give its energy to an electron."""
    if row[2] > FAR and row[6] < FAR_LAST:
        push(event, ELECTRON, row[6], row)
        return
    if row[6] < 0.3 or not neutral(event, rng, row, water):
        return
    energy = row[6]
    layer = min(layer_at(row[2]), LAYERS - 1)
    material = ahead(layer, row[0], row[1], row[2], True, water)[0]
    if material == AIR:  # rounded out of what it interacted in
        material = SCINTILLATOR
    pairs = conversion(energy) * 7 / 9 / RADIATION_LENGTH[material]
    scatters = compton(energy) * ELECTRON_FRACTION[material]
    epsilon = energy / ELECTRON_MASS
    if uniform(rng) * (pairs + scatters) < pairs:
        share = uniform(rng) * (energy - 1.022)
        for kinetic in (share, energy - 1.022 - share):
            i = push(event, ELECTRON, kinetic, row)
            if i >= 0:
                rotate(rng, event.stack[i], ELECTRON_MASS / energy * 2)
        return
    kept = 1 / (1 + 2 * epsilon * uniform(rng))
    push(event, ELECTRON, energy * (1 - kept), row)
    i = push(event, PHOTON, energy * kept, row)
    if i >= 0:
        cosine = 1 - (1 / kept - 1) / epsilon
        rotate(rng, event.stack[i], math.acos(min(max(cosine, -1.0), 1.0)))


@kernel
def neutron(event: Event, rng: np.ndarray, row: np.ndarray, water: bool) -> None:
    """Let a neutron knock out a proton, or break a nucleus, and go on."""
    if row[6] < 3.0 or not neutral(event, rng, row, water):
        return
    energy = row[6]
    layer = layer_at(row[2])
    plane = PLANE_OF_LAYER[layer]
    hydrogen = plane >= 0 or ahead(layer, row[0], row[1], row[2], True, water)[0] in (
        SCINTILLATOR,
        WATER,
        ECAL,
    )
    if hydrogen and uniform(rng) < 0.3 + 0.4 * math.exp(-energy / 50):
        share = uniform(rng)
        i = push(event, PROTON, energy * share, row)
        if i >= 0:
            rotate(rng, event.stack[i], math.acos(math.sqrt(share)))
        row[6] = energy * (1 - share)
        rotate(rng, row, math.acos(math.sqrt(1 - share)))
        push(event, int(row[8]), row[6], row)
        return
    if energy > SECONDARY_ENERGY:
        event.counts[SECONDARY] = 1
    if energy > 40:
        break_up(event, rng, row)
    else:
        i = push(event, int(row[8]), energy * 0.7 * uniform(rng), row)
        if i >= 0:
            spray(rng, event.stack[i], 0.0)
