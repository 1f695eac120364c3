"""What charged particles lose in scintillator, iron, lead, carbon and water.

Bethe's formula with an asymptotic density correction (PDG review, "Passage of particles
through matter"), tabulated against kinetic energy over mass, so that one table serves
muons, pions, kaons and protons. Energies in MeV, areal densities in g/cm².
"""

from statistics import NormalDist

import numpy as np

SCINTILLATOR, IRON, LEAD, CARBON, WATER, ECAL, AIR = range(7)

# Z/A, density (g/cm³), excitation energy (eV), radiation length (g/cm²) and nuclear
# interaction length (g/cm²); PDG atomic and nuclear properties. A tracker plane's
# 1.9872 g/cm² is spread over its 22.595 mm pitch; an ECAL plane adds 2 mm of lead.
_PLANE = 1.9872 / 2.2595
_ECAL = _PLANE + 0.2 * 11.35 / 2.2595
_TABLE = np.array(
    [
        [0.538, _PLANE, 68.7, 43.8, 81.7],
        [0.4656, 7.834, 286.0, 13.84, 132.1],
        [0.3957, 11.29, 823.0, 6.37, 199.6],
        [0.4996, 1.739, 78.0, 42.7, 85.8],
        [0.5551, 0.7813, 79.7, 36.08, 83.3],
        [0.462, _ECAL, 200.0, 10.5, 122.0],
    ]
)
DENSITY = np.append(_TABLE[:, 1], 0.0)
RADIATION_LENGTH = np.append(_TABLE[:, 3], np.inf)
NUCLEAR_LENGTH = np.append(_TABLE[:, 4], np.inf)
ELECTRON_FRACTION = np.append(_TABLE[:, 0], 0.0)
NUCLEUS = np.array([6, 26, 82, 6, 8])  # Z, by material
# share of a step's loss that is in active scintillator: 16.4 mm of 1.043 g/cm³
ACTIVE = np.array([0.861, 0.0, 0.0, 0.0, 0.0, 0.53, 0.0])

# kinds of tracked particle
MUON, PION, KAON, PROTON, ELECTRON, PHOTON, NEUTRON = range(7)
MASS = np.array([105.658, 139.570, 493.677, 938.272, 0.511, 0.0, 939.565])

DELTA_RAY = 5.0  # MeV: knock-on electrons above it are tracked, not in the loss
LOG_LOWEST = -9.2  # ln(T/m) of the tables' first row
POINTS = 640
STEP = 0.032


def _bethe() -> tuple[np.ndarray, np.ndarray]:
    """Mean loss (MeV cm²/g) and range over mass (g/cm²/MeV), each (6, POINTS).

    The loss leaves out the knock-on electrons that are tracked.
    """
    reduced = np.exp(LOG_LOWEST + STEP * np.arange(POINTS))
    gamma = 1 + reduced
    beta_gamma = np.sqrt(gamma**2 - 1)
    beta2 = 1 - 1 / gamma**2
    z_over_a, density, excitation = (_TABLE[:, i, None] for i in range(3))
    density = np.array([1.043, 7.834, 11.29, 1.739, 1.0, 5.0])[:, None]
    plasma = 28.816 * np.sqrt(density * z_over_a)  # eV
    correction = np.maximum(np.log(plasma / excitation * beta_gamma) - 0.5, 0.0)
    bracket = np.log(1.022e6 * beta_gamma**2 / excitation) - beta2 - correction
    loss = 0.307075 * z_over_a / beta2 * np.maximum(bracket, 1.0)
    hardest = np.maximum(1.022 * beta_gamma**2 / DELTA_RAY, 1.0)
    loss -= 0.153537 * z_over_a / beta2 * np.log(hardest)
    rows = np.diff(reduced, prepend=0.0) / loss
    return loss, np.cumsum(rows, axis=1)


LOSS, RANGE = _bethe()
LOG_SHORTEST = -14.0  # ln(range/m) of the inverse table's first row
RANGE_STEP = 0.04


def _inverse() -> np.ndarray:
    """ln(T/m) against ln(range/m), shape (6, POINTS)."""
    wanted = LOG_SHORTEST + RANGE_STEP * np.arange(POINTS)
    log_t = LOG_LOWEST + STEP * np.arange(POINTS)
    return np.stack([np.interp(wanted, np.log(row), log_t) for row in RANGE])


LOG_RANGE = np.log(RANGE)
LOG_ENERGY = _inverse()

# Highland's 13.6 MeV with its logarithm at one layer's thickness, by material
_LAYER = np.array([2.0, 20.0, 20.0, 13.0, 17.0, 4.2])  # g/cm²
HIGHLAND = np.append(13.6 * (1 + 0.038 * np.log(_LAYER / _TABLE[:, 3])), 0.0)

# Moyal's distribution less its mean, as quantiles: -ln of a χ² with one degree
_QUANTILES = [NormalDist().inv_cdf(0.5 + (i + 0.5) / 8192) for i in range(4096)]
MOYAL = -np.log(np.square(_QUANTILES)) + np.log(np.square(_QUANTILES)).mean()
