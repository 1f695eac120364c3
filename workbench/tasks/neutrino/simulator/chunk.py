"""One chunk of events, from the seed to hits and truth."""

import numpy as np

from workbench.tasks.neutrino.compiled import allocating_kernel, kernel
from workbench.tasks.neutrino.conditions import Detector
from workbench.tasks.neutrino.events import HIT, PARTICLE, TRUTH, Events, starts
from workbench.tasks.neutrino.geometry import STRIPS
from workbench.tasks.neutrino.particles import counts as hadron_counts
from workbench.tasks.neutrino.segments import plane_code_of, segment_of
from workbench.tasks.neutrino.simulator.channels import NUCLEON
from workbench.tasks.neutrino.simulator.deposits import (
    BACKWARD,
    CELLS,
    SECONDARY,
    Event,
    clear,
    empty_event,
)
from workbench.tasks.neutrino.simulator.flux import ENERGY, cumulative
from workbench.tasks.neutrino.simulator.interaction import (
    Interactions,
    empty,
    generate,
)
from workbench.tasks.neutrino.simulator.layers import PLANE_OF_LAYER, layer_at
from workbench.tasks.neutrino.simulator.materials import NUCLEUS
from workbench.tasks.neutrino.simulator.overlay import overlay
from workbench.tasks.neutrino.simulator.particles import load, run
from workbench.tasks.neutrino.simulator.readout import (
    Readout,
    read,
    read_truth,
    readout,
)
from workbench.tasks.neutrino.simulator.stream import stream
from workbench.tasks.neutrino.simulator.vertex import Vertices, place

VERTEX, INTERACTION, TRANSPORT, CLOCK, OVERLAY, LIGHT, TALK, FAULTS = range(8)
CLOCK_SHIFT = 5.0  # ns: the slice's offset, even in ± this, whatever the vertex


class Chunks:
    """Makes chunks of one seed under one detector, each a function of its number."""

    def __init__(self, seed: int, detector: Detector, ideal: bool) -> None:
        """Work out what all chunks share."""
        self.seed, self.detector, self.ideal = seed, detector, ideal
        self.readout = readout(detector)
        self.cumulative = cumulative(
            detector.low_energy_flux, detector.quasi_elastic, detector.deep_inelastic
        )

    def streams(self, chunk: int) -> np.ndarray:
        """One stream for each purpose, (8, 4), so that none disturbs another."""
        return np.stack([stream(self.seed, chunk, purpose) for purpose in range(8)])

    def make(self, chunk: int, n: int) -> Events:
        """The first ``n`` events of chunk number ``chunk``."""
        rng = self.streams(chunk)
        knobs = self.detector
        vertices = place(rng[VERTEX], n, knobs.z_cap, knobs.water)
        made = empty(n)
        generate(
            rng[INTERACTION],
            made,
            NUCLEUS[vertices.material],
            ENERGY,
            self.cumulative,
            knobs.quasi_elastic,
            knobs.deep_inelastic,
            knobs.intranuclear,
        )
        clock = np.random.default_rng(rng[CLOCK])
        clocks = clock.normal(0, knobs.muon_time_resolution, n)
        clocks += clock.uniform(-CLOCK_SHIFT, CLOCK_SHIFT, n)
        flags = np.zeros((n, 3), np.uint8)
        counts = np.zeros(n, np.int64)
        cells, energy, time = _detect(
            made,
            vertices.position,
            clocks,
            rng,
            self.readout,
            knobs.rock_muons,
            knobs.pile_up,
            knobs.water,
            self.ideal,
            empty_event(knobs.attenuation),
            counts,
            flags,
        )
        hits = np.empty(len(cells), HIT)
        hits["plane"], hits["strip"] = np.divmod(cells, STRIPS)
        hits["energy"], hits["time"] = energy, time
        particles = np.empty(made.number.sum(), PARTICLE)
        here = np.arange(made.pdg.shape[1]) < made.number[:, None]
        particles["pdg"] = made.pdg[here]
        for i, axis in enumerate(("px", "py", "pz")):
            particles[axis] = made.momentum[here][:, i]
        truth = _truth(made, vertices, flags)
        truth["event"] = self.names(chunk, n)
        events = Events(hits, starts(counts), truth, particles, starts(made.number))
        for field, (number, _) in hadron_counts(events).items():
            truth[field] = number
        return events

    def names(self, chunk: int, n: int) -> np.ndarray:
        """Event numbers: run, subrun (4 digits), gate (4) and slice (2)."""
        run = np.uint64(100000 + self.seed % 900000)
        number = np.uint64(chunk) * np.uint64(1000) + np.arange(n, dtype=np.uint64)
        return (run * np.uint64(10**8) + number) * np.uint64(100) + np.uint64(1)


@allocating_kernel
def _detect(
    made: Interactions,
    position: np.ndarray,
    clocks: np.ndarray,
    rngs: np.ndarray,
    state: Readout,
    rock_muons: float,
    pile_up: float,
    water: bool,
    ideal: bool,
    event: Event,
    counts: np.ndarray,
    flags: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hits of all events: cells, energies (MeV), times (ns); fills counts and flags."""
    transport, other = rngs[TRANSPORT], rngs[OVERLAY]
    light, talk, faults = rngs[LIGHT], rngs[TALK], rngs[FAULTS]
    room = 600 * len(clocks) + CELLS
    cells = np.empty(room, np.int32)
    energy = np.empty(room, np.float32)
    time = np.empty(room, np.float32)
    used = 0
    for i in range(len(clocks)):
        clear(event)
        if used + CELLS > room:
            room *= 2
            cells = np.append(cells, np.empty(room - len(cells), np.int32))
            energy = np.append(energy, np.empty(room - len(energy), np.float32))
            time = np.append(time, np.empty(room - len(time), np.float32))
        n = made.number[i]
        z = position[i, 2]
        load(event, transport, made.pdg[i, :n], made.momentum[i, :n], position[i], 0.0)
        run(event, transport, z, water)
        out = (cells[used:], energy[used:], time[used:])
        if ideal:
            counts[i] = read_truth(event, clocks[i], out[0], out[1], out[2])
        flags[i, 0] = event.counts[BACKWARD]
        flags[i, 1] = event.counts[SECONDARY]
        flags[i, 2] = overlay(event, other, rock_muons, pile_up, water)
        if not ideal:
            counts[i] = read(
                event,
                light,
                talk,
                faults,
                state,
                clocks[i],
                plane_near(z),
                out[0],
                out[1],
                out[2],
            )
        used += counts[i]
    return cells[:used], energy[:used], time[:used]


@kernel
def plane_near(z: float) -> int:
    """The plane that holds ``z`` mm, or the next one downstream."""
    layer = max(layer_at(z), 0)
    if PLANE_OF_LAYER[layer] < 0:
        layer += 1
    return PLANE_OF_LAYER[layer]


def _truth(made: Interactions, vertices: Vertices, flags: np.ndarray) -> np.ndarray:
    """The truth record of a chunk, all but event numbers and multiplicities."""
    truth = np.zeros(len(flags), TRUTH)
    for i, axis in enumerate("xyz"):
        truth[axis] = vertices.position[:, i]
    truth["segment"] = segment_of(truth["z"])
    truth["plane_code"] = plane_code_of(truth["z"])
    transfer = (made.w**2 - NUCLEON**2 + made.q2) / (2 * NUCLEON)
    truth["energy"], truth["q2"], truth["w"] = made.energy, made.q2, made.w
    truth["bjorken_x"] = made.q2 / (2 * NUCLEON * transfer)
    truth["inelasticity"] = transfer / made.energy
    truth["current"] = 1
    truth["channel"], truth["nucleus"] = made.channel, made.nucleus
    truth["material"] = vertices.material
    for i, name in enumerate(("backward", "secondary", "overlay")):
        truth[name] = flags[:, i]
    return truth
