"""The hadrons: how the struck system breaks up and what the nucleus lets out.

Momenta in GeV/c. A deep-inelastic system of mass W makes charged hadrons with the mean
of bubble-chamber data, a + b ln W² (Zieminska et al. 1983, as used in GENIE's AGKY
model), limited in transverse momentum; intranuclear interactions follow one effective
path through the nucleus, growing as A^(1/3) (the idea of GENIE's hA model).
"""

import math

import numpy as np

from workbench.tasks.neutrino.compiled import allocating_kernel, kernel
from workbench.tasks.neutrino.simulator.channels import (
    COHERENT,
    DEEP,
    NUCLEON,
    QUASI_ELASTIC,
)
from workbench.tasks.neutrino.simulator.stream import exponential, poisson, uniform

MOST = 40  # particles of one event
PROTON, NEUTRON, PI_PLUS, PI_ZERO, K_PLUS, K_LONG = 2212, 2112, 211, 111, 321, 130
PION = 0.1390
KAON = 0.4937
MASS_NUMBER = {1: 1, 6: 12, 8: 16, 26: 56, 82: 207}
FERMI = 0.221  # GeV/c
SIZE = np.zeros(100)  # A^(1/3) by Z
for _z, _a in MASS_NUMBER.items():
    SIZE[_z] = 0.0 if _z == 1 else _a ** (1 / 3)


@kernel
def mass_of(pdg: int) -> float:
    """Mass in GeV."""
    kind = abs(pdg)
    if kind == PROTON or kind == NEUTRON:
        return NUCLEON
    if kind == PI_PLUS or kind == PI_ZERO:
        return PION
    if kind == 13:
        return 0.105658
    return KAON


@kernel
def isotropic(rng: np.ndarray, size: float) -> tuple[float, float, float]:
    """A vector of length ``size`` in any direction."""
    cosine = 2 * uniform(rng) - 1
    sine = math.sqrt(1 - cosine * cosine)
    phi = 2 * math.pi * uniform(rng)
    return size * sine * math.cos(phi), size * sine * math.sin(phi), size * cosine


@kernel
def names(
    rng: np.ndarray, channel: int, w: float, on_proton: bool, pdg: np.ndarray
) -> int:
    """Fill in which hadrons come out before the nucleus acts; their number."""
    charge = 2 if on_proton else 1
    if channel == QUASI_ELASTIC:
        pdg[0] = PROTON
        return 1
    if channel == COHERENT:
        pdg[0] = PI_PLUS
        return 1
    pions = 1
    if channel == DEEP or w > 1.45:
        mean = (0.40 if on_proton else -0.20) + 1.42 * math.log(w * w)
        pions = max(1, poisson(rng, max(0.92 * (mean - 0.7), 0.15)))
        pions = min(pions, int((w - NUCLEON - 0.05) / (PION + 0.06)), MOST // 2)
        pions = max(pions, 1)
    pdg[0] = PROTON if uniform(rng) < (0.75 if on_proton else 0.6) else NEUTRON
    if pions == 1 and on_proton:  # charge leaves no choice
        pdg[0] = PROTON
    left = charge - (1 if pdg[0] == PROTON else 0)
    n = 1
    while n <= pions:
        if left > 0:
            pdg[n] = PI_PLUS
            left -= 1
        elif n + 1 <= pions and uniform(rng) < 0.62:
            pdg[n], pdg[n + 1] = PI_PLUS, -PI_PLUS
            n += 1
        else:
            pdg[n] = PI_ZERO
        n += 1
    if w > 2.0 and n > 2 and uniform(rng) < 0.09:
        make_strange(rng, w, pdg, n)
    return n


@kernel
def make_strange(rng: np.ndarray, w: float, pdg: np.ndarray, n: int) -> None:
    """Turn the first two pions into kaons of the same charge, if W (GeV) allows."""
    mass = 0.0
    for i in range(n):
        mass += mass_of(pdg[i])
    if mass + 2 * (KAON - PION) > w - 0.05:
        return
    charge = charge_of(pdg[1]) + charge_of(pdg[2])
    if charge == 0:
        charged = uniform(rng) < 0.5
        pdg[1], pdg[2] = (K_PLUS, -K_PLUS) if charged else (K_LONG, K_LONG)
    elif abs(charge) == 1:
        pdg[1], pdg[2] = charge * K_PLUS, K_LONG


@kernel
def charge_of(pdg: int) -> int:
    """Electric charge of a hadron made here."""
    if pdg == PROTON or pdg == PI_PLUS or pdg == K_PLUS:
        return 1
    return -1 if pdg < 0 else 0


@allocating_kernel
def share_mass(
    rng: np.ndarray, w: float, pdg: np.ndarray, p: np.ndarray, n: int
) -> None:
    """Give ``n`` hadrons momenta in their rest frame (z along the transfer), sum W."""
    if n == 2:
        m1, m2 = mass_of(pdg[0]), mass_of(pdg[1])
        s = w * w
        size2 = (s - (m1 + m2) ** 2) * (s - (m1 - m2) ** 2) / (4 * s)
        p[0] = isotropic(rng, math.sqrt(max(size2, 1e-6)))
        p[1] = -p[0]
        return
    reach = math.log(w / 0.4)
    for i in range(n):
        across = 0.32 * math.sqrt(exponential(rng))
        phi = 2 * math.pi * uniform(rng)
        rapidity = reach * (2 * uniform(rng) - 1)
        if i == 0:
            rapidity = -reach * uniform(rng)
        transverse_mass = math.sqrt(mass_of(pdg[i]) ** 2 + across * across)
        p[i, 0] = across * math.cos(phi)
        p[i, 1] = across * math.sin(phi)
        p[i, 2] = transverse_mass * math.sinh(rapidity)
    for k in range(3):
        p[:n, k] -= p[:n, k].mean()
    low, high = 0.0, 8.0
    for _ in range(24):
        scale = (low + high) / 2
        energy = 0.0
        for i in range(n):
            size2 = p[i, 0] ** 2 + p[i, 1] ** 2 + p[i, 2] ** 2
            energy += math.sqrt(mass_of(pdg[i]) ** 2 + scale * scale * size2)
        if energy > w:
            high = scale
        else:
            low = scale
    p[:n] *= low


@kernel
def boost(
    p: np.ndarray, pdg: np.ndarray, n: int, total: np.ndarray, w: float, turn: bool
) -> None:
    """Take ``n`` hadrons from their rest frame to where their momentum is ``total``."""
    size = math.sqrt(total[0] ** 2 + total[1] ** 2 + total[2] ** 2)
    energy = math.sqrt(w * w + size * size)
    if size < 1e-6:
        return
    ex, ey, ez = total[0] / size, total[1] / size, total[2] / size
    gamma, push = energy / w, size / w
    across = math.sqrt(ex * ex + ey * ey)
    for i in range(n):
        if turn and across > 1e-6:  # z axis to the direction of total
            a, b, c = p[i, 0], p[i, 1], p[i, 2]
            p[i, 0] = (a * ex * ez - b * ey) / across + c * ex
            p[i, 1] = (a * ey * ez + b * ex) / across + c * ey
            p[i, 2] = -a * across + c * ez
        own = mass_of(pdg[i])
        e = math.sqrt(own * own + p[i, 0] ** 2 + p[i, 1] ** 2 + p[i, 2] ** 2)
        along = p[i, 0] * ex + p[i, 1] * ey + p[i, 2] * ez
        shift = (gamma - 1) * along + push * e
        p[i, 0] += shift * ex
        p[i, 1] += shift * ey
        p[i, 2] += shift * ez


@allocating_kernel
def knock_out(
    rng: np.ndarray,
    energy: float,
    forward: np.ndarray,
    pdg: np.ndarray,
    p: np.ndarray,
    n: int,
) -> int:
    """Share ``energy`` GeV among nucleons thrown roughly forward; the new number.

    Each costs 8 MeV of binding; their energies fall exponentially.
    """
    size = math.sqrt((forward**2).sum()) + 1e-9
    while energy > 0.012 and n < MOST:
        kinetic = min(energy, 0.004 + 0.05 * exponential(rng))
        x, y, z = isotropic(rng, 1.0)
        x += 0.7 * forward[0] / size
        y += 0.7 * forward[1] / size
        z += 0.7 * forward[2] / size
        scale = math.sqrt(kinetic * (kinetic + 2 * NUCLEON))
        scale /= math.sqrt(x * x + y * y + z * z) + 1e-9
        pdg[n] = PROTON if uniform(rng) < 0.5 else NEUTRON
        p[n, 0], p[n, 1], p[n, 2] = x * scale, y * scale, z * scale
        energy -= kinetic + 0.008
        n += 1
    return n


@allocating_kernel
def leave_nucleus(
    rng: np.ndarray,
    size: float,
    strength: float,
    pdg: np.ndarray,
    p: np.ndarray,
    n: int,
) -> int:
    """Let the hadrons interact on their way out; the number that leave.

    ``size`` is A^(1/3), ``strength`` scales the chance to interact.
    """
    made = n
    touched = False
    for i in range(n):
        mass = mass_of(pdg[i])
        size2 = p[i, 0] ** 2 + p[i, 1] ** 2 + p[i, 2] ** 2
        kinetic = math.sqrt(mass * mass + size2) - mass
        pion = abs(pdg[i]) == PI_PLUS or pdg[i] == PI_ZERO
        path = (0.33 if pion else 0.24) * size * strength
        path /= 1 + kinetic / 2.5  # fast hadrons form outside
        if uniform(rng) < math.exp(-path):
            continue
        touched = True
        chance = uniform(rng)
        if pion and kinetic < 0.8 and chance < 0.35:  # absorbed by a pair
            energy = kinetic + PION - 0.03
            direction = p[i].copy()
            pdg[i] = 0
            made = knock_out(rng, energy, direction, pdg, p, made)
            continue
        if pion and chance < 0.5:  # exchanges charge
            pdg[i] = PI_ZERO if pdg[i] != PI_ZERO else PI_PLUS
        if mass == NUCLEON and chance < 0.4:
            pdg[i] = NEUTRON if pdg[i] == PROTON else PROTON
        kept = 0.35 + 0.6 * uniform(rng)
        left = kinetic * kept
        scale = math.sqrt(left * (left + 2 * mass) / (size2 + 1e-12))
        wobble = np.array(isotropic(rng, 0.5 * math.sqrt(size2) * (1 - kept)))
        p[i] = (p[i] + wobble) * scale
        made = knock_out(rng, min(kinetic - left, 0.5), p[i], pdg, p, made)
    if touched:
        slow = 0.006 * size * exponential(rng)  # evaporation
        made = knock_out(rng, slow, np.zeros(3), pdg, p, made)
    return made
