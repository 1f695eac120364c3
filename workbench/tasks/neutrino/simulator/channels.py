"""How a neutrino interacts: channel, energy transfer and the outgoing muon.

Energies in GeV. Simple parametrisations stand in for a full generator: a dipole axial
form factor for quasi-elastic scattering, Breit–Wigner resonances with a dipole fall in
Q², valence and sea quarks for deep-inelastic scattering, a pion cone for coherent
production. Only muons a downstream spectrometer can measure are kept.
"""

import math

import numpy as np

from workbench.tasks.neutrino.compiled import allocating_kernel, kernel
from workbench.tasks.neutrino.simulator.stream import beta, exponential, uniform

NUCLEON = 0.9389  # GeV
MUON = 0.105658
QUASI_ELASTIC, DEEP, RESONANT, COHERENT = 1, 2, 3, 4  # as in events.CHANNELS
MAX_ANGLE = math.cos(math.radians(20.0))  # muon to beam
MIN_MOMENTUM = 1.5  # GeV/c along the beam
AXIAL_MASS = 1.2  # GeV


@allocating_kernel
def cross_sections(
    energy: float, quasi_elastic: float, deep_inelastic: float
) -> np.ndarray:
    """Charged-current cross-sections per nucleon, 10⁻³⁸ cm², by channel code, (5,)."""
    result = np.zeros(5)
    result[QUASI_ELASTIC] = 0.95 * quasi_elastic
    result[RESONANT] = 0.68 * (1 - math.exp(-energy / 1.2))
    result[COHERENT] = 0.02 * math.sqrt(energy)
    result[DEEP] = max(0.68 * energy - 1.4, 0.02) * deep_inelastic
    return result


@kernel
def dipole(rng: np.ndarray, mass: float, power: float) -> float:
    """Q² (GeV²) distributed as (1 + Q²/mass²)^-power."""
    return mass * mass * ((1 - uniform(rng)) ** (1 / (1 - power)) - 1)


@kernel
def resonance(rng: np.ndarray) -> float:
    """Hadronic mass (GeV) of a resonant event: the Δ(1232) and two groups above."""
    while True:
        chance = uniform(rng)
        if chance < 0.68:
            mass, width = 1.232, 0.117
        elif chance < 0.86:
            mass, width = 1.50, 0.13
        else:
            mass, width = 1.67, 0.14
        w = mass + width / 2 * math.tan(math.pi * (uniform(rng) - 0.5))
        if 1.09 < w < 1.8:
            return w


@kernel
def quarks(rng: np.ndarray, energy: float) -> tuple[float, float]:
    """W (GeV) and Q² (GeV²) of a deep-inelastic event on valence or sea quarks."""
    while True:
        if uniform(rng) < 0.75:
            x = beta(rng, 0.75, 4.0)
            y = uniform(rng)
        else:
            x = beta(rng, 0.35, 8.0)
            y = uniform(rng)
            if uniform(rng) < 0.5 and uniform(rng) > (1 - y) ** 2:
                continue
        transfer = energy * y
        q2 = 2 * NUCLEON * transfer * x
        w2 = NUCLEON**2 + 2 * NUCLEON * transfer - q2
        if w2 < 1.35**2 or uniform(rng) > q2 / (q2 + 0.25):
            continue
        w = math.sqrt(w2)
        if w < 1.8 and uniform(rng) > (w - 1.2) / 0.6:
            continue
        return w, q2


@allocating_kernel
def interact(
    rng: np.ndarray,
    energies: np.ndarray,
    cumulative: np.ndarray,
    quasi_elastic: float,
    deep_inelastic: float,
) -> tuple[float, int, float, float, float, float]:
    """Neutrino energy, channel, W, Q², muon energy and cosine of an accepted event."""
    while True:
        i = min(np.searchsorted(cumulative, uniform(rng)), len(energies) - 1)
        energy = energies[i] + 0.1 * (uniform(rng) - 0.5)
        sigma = cross_sections(energy, quasi_elastic, deep_inelastic)
        chance = uniform(rng) * sigma.sum()
        if chance < sigma[QUASI_ELASTIC]:
            channel, w = QUASI_ELASTIC, NUCLEON
            q2 = dipole(rng, AXIAL_MASS, 4.0)
            if uniform(rng) > 1 - math.exp(-(q2 + 0.01) / 0.04):  # Pauli blocking
                continue
        elif chance < sigma[QUASI_ELASTIC] + sigma[RESONANT]:
            channel, w = RESONANT, resonance(rng)
            q2 = dipole(rng, 1.1, 3.5)
        elif chance < sigma.sum() - sigma[COHERENT]:
            channel = DEEP
            w, q2 = quarks(rng, energy)
        else:
            channel = COHERENT
            transfer = energy * (0.05 + 0.45 * uniform(rng))
            q2 = 0.08 * exponential(rng)
            w2 = NUCLEON**2 + 2 * NUCLEON * transfer - q2
            w = math.sqrt(max(w2, NUCLEON**2))
        transfer = (w * w - NUCLEON**2 + q2) / (2 * NUCLEON)
        muon = energy - transfer
        if muon < MIN_MOMENTUM:
            continue
        momentum = math.sqrt(muon * muon - MUON * MUON)
        cosine = (2 * energy * muon - MUON * MUON - q2) / (2 * energy * momentum)
        if MAX_ANGLE < cosine <= 1 and momentum * cosine > MIN_MOMENTUM:
            return energy, channel, w, q2, muon, cosine
