"""Muons and charged hadrons through the stack: loss, scattering, range and stops."""

import math

import numpy as np
from numba import njit

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
    ELECTRON,
    ELECTRON_FRACTION,
    LOG_ENERGY,
    LOG_LOWEST,
    LOG_RANGE,
    LOG_SHORTEST,
    LOSS,
    MASS,
    MUON,
    NUCLEAR_LENGTH,
    PION,
    POINTS,
    RADIATION_LENGTH,
    RANGE_STEP,
    STEP,
)
from workbench.tasks.neutrino.simulator.stack import push, rotate

LIGHT_SPEED = 299.792  # mm/ns
MAX_STEP = 30.0  # mm: longer ways through a layer are taken in pieces
DELTA_RAY = 3.0  # MeV: knock-on electrons above it are tracked
SECONDARY_ENERGY = 50.0  # MeV: hadrons above it count when they interact again


@njit(nogil=True, cache=True)
def table_at(row: np.ndarray, place: float) -> float:
    """A table's value at a fractional row, held at its ends."""
    if place <= 0:
        return row[0]
    i = int(place)
    if i >= POINTS - 1:
        return row[POINTS - 1]
    return row[i] + (place - i) * (row[i + 1] - row[i])


@njit(nogil=True, cache=True)
def energy_left(material: int, mass: float, kinetic: float, grams: float) -> float:
    """Kinetic energy (MeV) left after ``grams`` g/cm² on average; 0 if it stops."""
    place = (math.log(kinetic / mass) - LOG_LOWEST) / STEP
    loss = table_at(LOSS[material], place) * grams
    if loss < 0.03 * kinetic:
        return kinetic - loss
    left = math.exp(table_at(LOG_RANGE[material], place)) - grams / mass
    if left <= 2e-6:
        return 0.0
    place = (math.log(left) - LOG_SHORTEST) / RANGE_STEP
    return mass * math.exp(table_at(LOG_ENERGY[material], place))


@njit(nogil=True, cache=True)
def interaction_length(kind: int, material: int, kinetic: float) -> float:
    """Mean free path (g/cm²) to an inelastic interaction; short at the Δ for pions."""
    length = NUCLEAR_LENGTH[material]
    if kind == PION:
        return length * 1.2 / (1 + 0.9 * math.exp(-(((kinetic - 180.0) / 110.0) ** 2)))
    return length * (1 + 40.0 / (kinetic + 20.0) if kinetic < 100 else 1.1)


@njit(nogil=True, cache=True)
def track(
    event: Event,
    rng: np.random.Generator,
    row: np.ndarray,
    vertex: float,
    water: bool,
    attenuation: float,
) -> int:
    """Follow one charged particle to its end; 1 if it ended in an interaction.

    ``row`` (x, y, z mm; direction; kinetic energy MeV; time ns; kind) is left at the
    end point. Losses fluctuate as Moyal's approximation to Landau's distribution,
    knock-on electrons above 3 MeV are tracked, angles follow Highland.
    """
    kind = int(row[8])
    mass = MASS[kind]
    vertical = row[5]
    if row[2] < FRONT and vertical > 0:  # air up to the first plane
        way = (FRONT - row[2]) / vertical
        row[:3] += row[3:6] * way
        row[7] += way / LIGHT_SPEED
    if row[2] >= BACK and vertical < 0:
        return 0
    layer = layer_at(row[2])
    depth = rng.standard_exponential() if kind != MUON else math.inf
    while 0 <= layer < LAYERS and row[6] > 0:
        x, y, z, kinetic = row[0], row[1], row[2], row[6]
        if not in_hexagon(x, y, OUTER_APOTHEM):
            return 0
        forward = row[5] > 0
        material, edge, leaves = ahead(layer, x, y, z, forward, water)
        slant = abs(row[5])
        path = abs(edge - z) / max(slant, 1e-6)
        if path > MAX_STEP and material != AIR:
            path, leaves, edge = MAX_STEP, False, math.nan
        grams = path / 10 * DENSITY[material]
        interacts = False
        if kind != MUON and material != AIR:
            steps = grams / interaction_length(kind, material, kinetic)
            if steps > depth:
                path *= depth / steps
                grams *= depth / steps
                interacts, leaves, edge = True, False, math.nan
            depth -= steps
        gamma = 1 + kinetic / mass
        beta2 = 1 - 1 / (gamma * gamma)
        lost = 0.0
        if material != AIR and grams > 0:
            lost = kinetic - energy_left(material, mass, kinetic, grams)
            if lost >= kinetic:
                path = min(path, path * stopping_share(material, mass, kinetic, grams))
                leaves, edge, interacts = False, math.nan, False
            else:
                width = 0.1535 * ELECTRON_FRACTION[material] * grams / beta2
                most = 1.022 * gamma * gamma * beta2
                if most > DELTA_RAY:
                    rate = width * (1 / DELTA_RAY - 1 / most)
                    lost -= width * math.log(most / DELTA_RAY)
                    if rng.random() < rate:
                        knock_on(event, rng, row, most)
                normal = rng.standard_normal()
                if width < most:
                    moyal = -2 * math.log(abs(normal) + 1e-12)
                    lost += 1.12 * width * (moyal - 1.2704)
                else:
                    lost += math.sqrt(width * most * (1 - beta2 / 2)) * normal
                lost = min(max(lost, 0.2 * width), kinetic)
        half = path / 2
        row[7] += path / (LIGHT_SPEED * math.sqrt(beta2))
        plane = PLANE_OF_LAYER[layer]
        if plane >= 0 and lost > 0:
            deposit(
                event,
                plane,
                x + row[3] * half,
                y + row[4] * half,
                row[3],
                row[4],
                path,
                lost * ACTIVE[material],
                row[7],
                attenuation,
            )
            share = path * slant / (EDGE[layer + 1] - EDGE[layer])
            note_crossing(event, plane, share, vertex)
        row[0] += row[3] * path
        row[1] += row[4] * path
        row[2] = edge if edge == edge else z + row[5] * path
        row[6] -= lost
        if row[6] <= 0.01:
            return 0
        if interacts:
            if kinetic > SECONDARY_ENERGY:
                event.counts[SECONDARY] = 1
            return 1
        if material != AIR:
            scatter(rng, row, mass, grams / RADIATION_LENGTH[material])
        if leaves:
            layer += 1 if forward else -1
    return 0


@njit(nogil=True, cache=True)
def stopping_share(material: int, mass: float, kinetic: float, grams: float) -> float:
    """Which share of a step of ``grams`` g/cm² a stopping particle still goes."""
    place = (math.log(kinetic / mass) - LOG_LOWEST) / STEP
    return mass * math.exp(table_at(LOG_RANGE[material], place)) / grams


@njit(nogil=True, cache=True)
def knock_on(
    event: Event, rng: np.random.Generator, row: np.ndarray, most: float
) -> None:
    """Push a delta ray of 3 MeV to ``most`` MeV, distributed as 1/T²."""
    kinetic = DELTA_RAY / (1 - rng.random() * (1 - DELTA_RAY / most))
    angle = math.sqrt(
        max(0.0, 1 - kinetic * (most + 1.022) / (most * (kinetic + 1.022)))
    )
    i = push(event, ELECTRON, kinetic, row)
    if i >= 0:
        rotate(rng, event.stack[i], math.acos(1 - angle * angle / 2))


@njit(nogil=True, cache=True)
def scatter(
    rng: np.random.Generator, row: np.ndarray, mass: float, lengths: float
) -> None:
    """Turn a direction by multiple scattering in ``lengths`` radiation lengths."""
    if lengths < 1e-5:
        return
    kinetic = row[6]
    momentum_beta = kinetic * (kinetic + 2 * mass) / (kinetic + mass)
    angle = 13.6 / momentum_beta * math.sqrt(lengths)
    angle *= max(1 + 0.038 * math.log(lengths), 0.5)
    if angle > 1e-4:
        rotate(rng, row, min(angle, 1.0) * math.sqrt(2 * rng.standard_exponential()))
