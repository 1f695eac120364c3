"""One chunk of neutrino interactions: kinematics, final states and their truth."""

import math
from typing import NamedTuple

import numpy as np

from workbench.tasks.neutrino.compiled import allocating_kernel
from workbench.tasks.neutrino.simulator.channels import (
    COHERENT,
    NUCLEON,
    QUASI_ELASTIC,
    RESONANT,
    interact,
)
from workbench.tasks.neutrino.simulator.hadrons import (
    FERMI,
    MOST,
    SIZE,
    boost,
    isotropic,
    leave_nucleus,
    names,
    share_mass,
)
from workbench.tasks.neutrino.simulator.stream import uniform

BEAM_ANGLE = -0.05887  # radian, the beam's slope in y


class Interactions(NamedTuple):
    """What a chunk of N neutrinos did; momenta in GeV/c."""

    energy: np.ndarray  # (N,) GeV
    channel: np.ndarray  # (N,) index into events.CHANNELS
    w: np.ndarray  # (N,) GeV
    q2: np.ndarray  # (N,) GeV²
    nucleus: np.ndarray  # (N,) Z
    number: np.ndarray  # (N,) particles of each event
    pdg: np.ndarray  # (N, MOST + 1) the muon first
    momentum: np.ndarray  # (N, MOST + 1, 3)


def empty(n: int) -> Interactions:
    """Room for ``n`` events."""
    return Interactions(
        np.zeros(n),
        np.zeros(n, np.int64),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
        np.zeros((n, MOST + 1), np.int64),
        np.zeros((n, MOST + 1, 3)),
    )


@allocating_kernel
def generate(
    rng: np.ndarray,
    out: Interactions,
    material_nucleus: np.ndarray,
    energies: np.ndarray,
    cumulative: np.ndarray,
    quasi_elastic: float,
    deep_inelastic: float,
    intranuclear: float,
) -> None:
    """Fill ``out`` with one interaction on each of the given nuclei (Z)."""
    pdg = np.zeros(MOST, np.int64)
    p = np.zeros((MOST, 3))
    total = np.zeros(3)
    for event in range(len(out.energy)):
        energy, channel, w, q2, muon, cosine = interact(
            rng, energies, cumulative, quasi_elastic, deep_inelastic
        )
        z = material_nucleus[event]
        hydrogen_share = 0.075 if z == 6 else 0.11 if z == 8 else 0.0
        if channel in (QUASI_ELASTIC, COHERENT):
            hydrogen_share = 0.0
        if uniform(rng) < hydrogen_share:
            z = 1
        on_proton = z == 1 or uniform(rng) < (0.7 if channel == RESONANT else 0.36)
        out.energy[event], out.channel[event] = energy, channel
        out.w[event], out.q2[event], out.nucleus[event] = w, q2, z

        momentum = math.sqrt(muon * muon - 0.105658**2)
        phi = 2 * math.pi * uniform(rng)
        sine = math.sqrt(max(0.0, 1 - cosine * cosine))
        out.pdg[event, 0] = 13
        lepton = out.momentum[event, 0]
        lepton[0] = momentum * sine * math.cos(phi)
        lepton[1] = momentum * sine * math.sin(phi)
        lepton[2] = momentum * cosine
        total[0], total[1], total[2] = -lepton[0], -lepton[1], energy - lepton[2]

        n = names(rng, channel, w, on_proton, pdg)
        p[:] = 0.0
        if channel == COHERENT:
            size = math.sqrt((total**2).sum())
            pion = max(energy - muon, 0.2)
            p[0] = total / size * math.sqrt(pion * pion - 0.139**2)
        else:
            if z > 1:
                fermi = isotropic(rng, FERMI * uniform(rng) ** (1 / 3))
                for k in range(3):
                    total[k] += fermi[k]
            share_mass(rng, max(w, NUCLEON), pdg, p, n)
            if n == 1:
                p[0] = total
            else:
                boost(p, pdg, n, total, w, n > 2)
            n = leave_nucleus(rng, SIZE[z], intranuclear, pdg, p, n)
        kept = 1
        for i in range(n):
            if pdg[i] != 0:
                out.pdg[event, kept] = pdg[i]
                out.momentum[event, kept] = p[i]
                kept += 1
        out.number[event] = kept
        c, s = math.cos(BEAM_ANGLE), math.sin(BEAM_ANGLE)
        for i in range(kept):
            y, along = out.momentum[event, i, 1], out.momentum[event, i, 2]
            out.momentum[event, i, 1] = y * c + along * s
            out.momentum[event, i, 2] = along * c - y * s
