"""From light to hits: photo-electrons, cross-talk, threshold, lost hits, clocks."""

import math
from typing import NamedTuple

import numpy as np

from workbench.tasks.neutrino.compiled import kernel
from workbench.tasks.neutrino.conditions import Detector
from workbench.tasks.neutrino.geometry import PLANES, STRIPS
from workbench.tasks.neutrino.simulator.deposits import (
    ENERGY,
    LIGHT,
    TIME,
    TOUCHED,
    Event,
)
from workbench.tasks.neutrino.simulator.stream import normal, poisson, uniform

# Fibres are woven so that neighbouring strips sit on distant pixels of a 64-pixel
# photomultiplier; its four neighbouring pixels are then these strips further.
PIXELS = 64
NEIGHBOURS = np.array([19, 45, 24, 40])
SMALLEST = 1e-3  # MeV
CALIBRATION_SEED = 20061122  # the detector's faults are the same in every event


class Readout(NamedTuple):
    """The detector's state as the kernels need it."""

    photo_electrons: float
    cross_talk: float
    threshold: float
    inefficiency: float
    time_resolution: float
    near_vertex_loss: float
    near_vertex_planes: int
    gain: np.ndarray  # (PLANES · STRIPS,) 0 where dead


def readout(detector: Detector) -> Readout:
    """Work out the gain of every strip, dead planes included."""
    rng = np.random.default_rng(CALIBRATION_SEED)
    strips = rng.standard_normal((PLANES, STRIPS)) * detector.strip_gain_spread
    planes = rng.standard_normal((PLANES, 1)) * detector.plane_gain_spread
    gain = np.maximum((1 + strips) * (1 + planes), 0.1)
    gain[rng.permutation(PLANES)[: detector.dead_planes]] = 0.0
    return Readout(
        detector.photo_electrons,
        detector.cross_talk,
        detector.threshold,
        detector.inefficiency,
        detector.time_resolution,
        detector.near_vertex_loss,
        detector.near_vertex_planes,
        gain.ravel(),
    )


@kernel
def read_truth(
    event: Event, clock: float, cells: np.ndarray, energy: np.ndarray, time: np.ndarray
) -> int:
    """List the true deposits (MeV) and their times (ns); their number."""
    n = 0
    for i in range(event.counts[TOUCHED]):
        cell = event.touched[i]
        if event.cells[cell, ENERGY] > SMALLEST:
            cells[n] = cell
            energy[n] = event.cells[cell, ENERGY]
            time[n] = event.cells[cell, TIME] / event.cells[cell, LIGHT] - clock
            n += 1
    return n


@kernel
def read(
    event: Event,
    rng: np.ndarray,
    talk: np.ndarray,
    faults: np.ndarray,
    state: Readout,
    clock: float,
    vertex_plane: int,
    cells: np.ndarray,
    energy: np.ndarray,
    time: np.ndarray,
) -> int:
    """List the hits above threshold (MeV, ns after the muon's time); their number.

    A cell is hit once: its energies add up and its time is their light's mean. Light,
    cross-talk and lost hits each have a generator, so that changing one fault leaves
    the others' draws alone. LIGHT becomes photo-electrons.
    """
    first = event.counts[TOUCHED]
    for i in range(first):
        cell = event.touched[i]
        light = event.cells[cell, LIGHT]
        event.cells[cell, TIME] /= max(light, 1e-9)
        event.cells[cell, LIGHT] = poisson(rng, light * state.photo_electrons)
    for i in range(first):
        cell = event.touched[i]
        for _ in range(poisson(talk, state.cross_talk * event.cells[cell, LIGHT])):
            other = neighbour(cell, NEIGHBOURS[int(4 * uniform(talk))])
            if other < 0:
                continue
            if event.cells[other, ENERGY] == 0.0:
                event.touched[event.counts[TOUCHED]] = other
                event.counts[TOUCHED] += 1
                event.cells[other, ENERGY] = SMALLEST / 2
                event.cells[other, TIME] = event.cells[cell, TIME]
            event.cells[other, LIGHT] += 1
    n = 0
    for i in range(event.counts[TOUCHED]):
        cell = event.touched[i]
        quanta = event.cells[cell, LIGHT]
        source = rng if i < first else talk
        spread, jitter = normal(source), normal(source)
        chance = uniform(faults if i < first else talk)
        if quanta < state.threshold:
            continue
        smeared = quanta + 0.4 * math.sqrt(quanta) * spread
        lost = state.inefficiency
        if abs(cell // STRIPS - vertex_plane) <= state.near_vertex_planes:
            lost = max(lost, state.near_vertex_loss)
        if chance < lost or state.gain[cell] == 0.0 or smeared <= 0.5:
            continue
        cells[n] = cell
        energy[n] = smeared / state.photo_electrons * state.gain[cell]
        width = state.time_resolution * math.sqrt(min(20.0 / quanta, 4.0))
        time[n] = event.cells[cell, TIME] - clock + width * jitter
        n += 1
    return n


@kernel
def neighbour(cell: int, distance: int) -> int:
    """The cell some pixels away on the same photomultiplier; -1 if none is there."""
    plane, strip = divmod(cell, STRIPS)
    tube, pixel = divmod(strip, PIXELS)
    other = tube * PIXELS + (pixel + distance) % PIXELS
    return plane * STRIPS + other if other < STRIPS else -1
