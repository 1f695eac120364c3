"""Muons and charged hadrons through the stack: loss, scattering, range and stops."""

import math

import numpy as np

from workbench.tasks.neutrino.compiled import kernel
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
    DELTA_RAY,
    DENSITY,
    ELECTRON,
    ELECTRON_FRACTION,
    HIGHLAND,
    LOG_ENERGY,
    LOG_LOWEST,
    LOG_RANGE,
    LOG_SHORTEST,
    LOSS,
    MASS,
    MOYAL,
    MUON,
    NUCLEAR_LENGTH,
    PION,
    POINTS,
    RADIATION_LENGTH,
    RANGE_STEP,
    STEP,
)
from workbench.tasks.neutrino.simulator.stack import push, rotate
from workbench.tasks.neutrino.simulator.stream import exponential, normal, uniform

LIGHT_SPEED = 299.792  # mm/ns
MAX_STEP = 30.0  # mm: longer ways through a layer are taken in pieces
SECONDARY_ENERGY = 50.0  # MeV: hadrons above it count when they interact again


@kernel
def table_at(row: np.ndarray, place: float) -> float:
    """A table's value at a fractional row, held at its ends."""
    if place <= 0:
        return row[0]
    i = int(place)
    if i >= POINTS - 1:
        return row[POINTS - 1]
    return row[i] + (place - i) * (row[i + 1] - row[i])


@kernel
def energy_left(
    material: int, mass: float, kinetic: float, place: float, grams: float
) -> float:
    """Kinetic energy (MeV) left after ``grams`` g/cm² on average; 0 if it stops.

    ``place`` is the energy's row in the tables of ``materials``.
    """
    loss = table_at(LOSS[material], place) * grams
    if loss < 0.03 * kinetic:
        return kinetic - loss
    left = math.exp(table_at(LOG_RANGE[material], place)) - grams / mass
    if left <= 2e-6:
        return 0.0
    place = (math.log(left) - LOG_SHORTEST) / RANGE_STEP
    return mass * math.exp(table_at(LOG_ENERGY[material], place))


@kernel
def interaction_length(kind: int, material: int, kinetic: float) -> float:
    """Mean free path (g/cm²) to an inelastic interaction; short at the Δ for pions."""
    length = NUCLEAR_LENGTH[material]
    if kind == PION:
        return length * 1.2 / (1 + 0.9 * math.exp(-(((kinetic - 180.0) / 110.0) ** 2)))
    return length * (1 + 40.0 / (kinetic + 20.0) if kinetic < 100 else 1.1)


@kernel
def track(
    event: Event, rng: np.ndarray, row: np.ndarray, vertex: float, water: bool
) -> bool:
    """Follow one charged particle to its end; whether it ended in an interaction.

    ``row`` (x, y, z mm; direction; kinetic energy MeV; time ns; kind) is left at the
    end point. Losses fluctuate as Moyal's approximation to Landau's distribution,
    knock-on electrons above 5 MeV are tracked, angles follow Highland.
    """
    kind = int(row[8])
    mass = MASS[kind]
    if row[2] < FRONT and row[5] > 0:  # air up to the first plane
        advance(row, (FRONT - row[2]) / row[5], LIGHT_SPEED)
        row[2] = FRONT
    if row[2] >= BACK and row[5] < 0:
        return False
    layer = layer_at(row[2])
    place = place_of(row[6], mass)
    depth = exponential(rng) if kind != MUON else math.inf
    while 0 <= layer < LAYERS:
        kinetic = row[6]
        if not in_hexagon(row[0], row[1], OUTER_APOTHEM):
            return False
        forward = row[5] > 0
        material, edge, leaves = ahead(layer, row[0], row[1], row[2], forward, water)
        slant = max(abs(row[5]), 1e-6)
        path = abs(edge - row[2]) / slant
        gamma = 1 + kinetic / mass
        beta2 = 1 - 1 / (gamma * gamma)
        speed = LIGHT_SPEED * math.sqrt(beta2)
        if material == AIR:
            advance(row, path, speed)
            row[2] = edge
            if leaves:
                layer += 1 if forward else -1
            continue
        reaches = path <= MAX_STEP
        path = min(path, MAX_STEP)
        grams = path / 10 * DENSITY[material]
        interacts = False
        if kind != MUON:
            steps = grams / interaction_length(kind, material, kinetic)
            if steps > depth:
                path *= depth / steps
                grams *= depth / steps
                interacts, reaches = True, False
            depth -= steps
        left = energy_left(material, mass, kinetic, place, grams)
        lost = kinetic - left
        if left <= 0.0:
            path *= min(stopping_share(material, mass, place, grams), 1.0)
            reaches, interacts = False, False
        else:
            width = 0.1535 * ELECTRON_FRACTION[material] * grams / beta2
            most = 1.022 * gamma * gamma * beta2
            if most > DELTA_RAY:
                if uniform(rng) < width * (1 / DELTA_RAY - 1 / most):
                    knock_on(event, rng, row, most)
            lost = fluctuate(rng, lost, width, most, beta2, kinetic)
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
        advance(row, path, speed)
        row[6] = kinetic - lost
        if reaches:
            row[2] = edge
        if row[6] <= 0.01:
            return False
        if lost < 0.01 * kinetic:  # the logarithm, to first order
            place -= lost / (kinetic - lost / 2) / STEP
        else:
            place = place_of(row[6], mass)
        if interacts:
            if kinetic > SECONDARY_ENERGY:
                event.counts[SECONDARY] = 1
            return True
        scatter(rng, row, mass, material, grams)
        if reaches and leaves:
            layer += 1 if forward else -1
    return False


@kernel
def advance(row: np.ndarray, path: float, speed: float) -> None:
    """Move a row ``path`` mm along its direction at ``speed`` mm/ns."""
    row[0] += row[3] * path
    row[1] += row[4] * path
    row[2] += row[5] * path
    row[7] += path / speed


@kernel
def fluctuate(
    rng: np.ndarray,
    mean: float,
    width: float,
    most: float,
    beta2: float,
    kinetic: float,
) -> float:
    """A step's loss (MeV) around its mean: Moyal where thin, Gaussian where thick.

    ``width`` is Landau's ξ, ``most`` the largest transfer to an electron.
    """
    if width < most:
        lost = mean + 1.12 * width * MOYAL[int(uniform(rng) * len(MOYAL))]
    else:
        spread = math.sqrt(width * most * (1 - beta2 / 2))
        lost = mean + spread * normal(rng)
    return min(max(lost, 0.2 * mean), kinetic)


@kernel
def place_of(kinetic: float, mass: float) -> float:
    """The row of ``materials``' tables that stands for a kinetic energy."""
    return (math.log(kinetic / mass) - LOG_LOWEST) / STEP


@kernel
def stopping_share(material: int, mass: float, place: float, grams: float) -> float:
    """Which share of a step of ``grams`` g/cm² a stopping particle still goes."""
    return mass * math.exp(table_at(LOG_RANGE[material], place)) / grams


@kernel
def knock_on(event: Event, rng: np.ndarray, row: np.ndarray, most: float) -> None:
    """Push a delta ray of 5 MeV to ``most`` MeV, distributed as 1/T²."""
    kinetic = DELTA_RAY / (1 - uniform(rng) * (1 - DELTA_RAY / most))
    cosine = math.sqrt(kinetic * (most + 1.022) / (most * (kinetic + 1.022)))
    i = push(event, ELECTRON, kinetic, row)
    if i >= 0:
        rotate(rng, event.stack[i], math.acos(min(cosine, 1.0)))


@kernel
def scatter(
    rng: np.ndarray, row: np.ndarray, mass: float, material: int, grams: float
) -> None:
    """Turn a direction by multiple scattering in ``grams`` g/cm² (Highland)."""
    kinetic = row[6]
    momentum_beta = kinetic * (kinetic + 2 * mass) / (kinetic + mass)
    lengths = grams / RADIATION_LENGTH[material]
    angle = min(HIGHLAND[material] / momentum_beta * math.sqrt(lengths), 1.0)
    u, v = angle * normal(rng), angle * normal(rng)
    a, b, c = row[3], row[4], row[5]
    across = max(math.sqrt(a * a + b * b), 1e-9)
    if across < 1e-8:  # along z: any pair of axes will do
        a, across = 1e-9, 1e-9
    norm = 1 / math.sqrt(1 + u * u + v * v)
    row[3] = ((u * a * c - v * b) / across + a) * norm
    row[4] = ((u * b * c + v * a) / across + b) * norm
    row[5] = (c - u * across) * norm
