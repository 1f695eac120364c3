"""Particles that wait to be tracked: push them, turn them, break hadrons up."""

import math

import numpy as np

from workbench.tasks.neutrino.compiled import kernel
from workbench.tasks.neutrino.simulator.deposits import SPARE, STACKED, Event
from workbench.tasks.neutrino.simulator.materials import (
    NEUTRON,
    PHOTON,
    PION,
    PROTON,
)
from workbench.tasks.neutrino.simulator.stream import uniform

PION_MASS = 134.977  # MeV, neutral


@kernel
def push(event: Event, kind: int, kinetic: float, row: np.ndarray) -> int:
    """Stack a particle where ``row`` is and goes; its place, or -1 if there is none."""
    stack, counts = event.stack, event.counts
    i = counts[STACKED]
    place = -1
    if i < stack.shape[0] - SPARE:
        for k in range(9):
            stack[i, k] = row[k]
        stack[i, 6] = kinetic
        stack[i, 8] = kind
        counts[STACKED] = i + 1
        place = i
    return place


@kernel
def rotate(rng: np.ndarray, row: np.ndarray, angle: float) -> None:
    """Turn a row's direction by a polar angle (radian), at any azimuth."""
    phi = 2 * math.pi * uniform(rng)
    a, b, c = row[3], row[4], row[5]
    sine = math.sin(angle)
    u, v, w = sine * math.cos(phi), sine * math.sin(phi), math.cos(angle)
    across = math.sqrt(a * a + b * b)
    if across < 1e-9:
        row[3], row[4], row[5] = u, v, math.copysign(w, c * w)
        return
    row[3] = (u * a * c - v * b) / across + w * a
    row[4] = (u * b * c + v * a) / across + w * b
    row[5] = -u * across + w * c


@kernel
def spray(rng: np.ndarray, row: np.ndarray, forward: float) -> None:
    """Turn a row's direction: isotropic, pulled ``forward`` times along its own."""
    cosine = 2 * uniform(rng) - 1
    sine = math.sqrt(1 - cosine * cosine)
    rotate(rng, row, math.atan2(sine, cosine + forward))


@kernel
def neutral_pion(
    event: Event, rng: np.ndarray, kinetic: float, row: np.ndarray
) -> None:
    """Push the two photons of a neutral pion's decay."""
    energy = kinetic + PION_MASS
    speed = math.sqrt(1 - (PION_MASS / energy) ** 2)
    cosine = 2 * uniform(rng) - 1
    first = push(event, PHOTON, energy / 2 * (1 + speed * cosine), row)
    second = push(event, PHOTON, energy / 2 * (1 - speed * cosine), row)
    if second < 0:
        return
    sine = math.sqrt(1 - cosine * cosine) * PION_MASS / energy
    one = math.atan2(sine, cosine + speed)
    other = math.atan2(sine, speed - cosine)
    rotate(rng, event.stack[first], one)
    # the photons and the pion lie in one plane
    a, b = event.stack[second], event.stack[first]
    if one > 1e-9:
        turn = math.sin(one + other) / math.sin(one)
        lean = math.sin(other) / math.sin(one)
        for k in range(3, 6):
            a[k] = a[k] * turn - b[k] * lean
        size = math.sqrt(a[3] ** 2 + a[4] ** 2 + a[5] ** 2)
        for k in range(3, 6):
            a[k] /= size


@kernel
def nucleons(event: Event, rng: np.ndarray, energy: float, row: np.ndarray) -> None:
    """Share ``energy`` MeV among nucleons knocked out of a nucleus."""
    while energy > 12.0:
        kinetic = min(energy, 8.0 + 0.6 * energy * uniform(rng))
        i = push(event, PROTON if uniform(rng) < 0.5 else NEUTRON, kinetic, row)
        if i < 0:
            return
        spray(rng, event.stack[i], 0.8)
        energy -= kinetic + 8.0


@kernel
def break_up(event: Event, rng: np.ndarray, row: np.ndarray) -> None:
    """What comes out where a hadron (``row``, at its end) strikes a nucleus.

    Pions may be absorbed, exchange their charge or scatter; fast hadrons make pions;
    the rest of the energy, less binding, goes to nucleons.
    """
    kind, kinetic = int(row[8]), row[6]
    chance = uniform(rng)
    rest = kinetic - 20.0
    if kind == PION and kinetic < 700 and chance < 0.3:
        nucleons(event, rng, rest + 100.0, row)
        return
    share = 0.25 + 0.7 * uniform(rng)
    if kind == PION and chance < 0.42:
        neutral_pion(event, rng, share * kinetic, row)
    else:
        if kind in (PROTON, NEUTRON) and uniform(rng) < 0.3:
            leader = NEUTRON if kind == PROTON else PROTON
        else:
            leader = kind
        i = push(event, leader, share * kinetic, row)
        if i >= 0:
            spray(rng, event.stack[i], 1.0 + 3.0 * share + kinetic / 1000)
    rest -= share * kinetic
    while rest > 250.0:
        made = 40.0 + (rest - 180.0) * uniform(rng)
        if uniform(rng) < 0.33:
            neutral_pion(event, rng, made, row)
        else:
            i = push(event, PION, made, row)
            if i >= 0:
                spray(rng, event.stack[i], 1.0 + made / 300)
        rest -= made + 140.0
    nucleons(event, rng, rest, row)
