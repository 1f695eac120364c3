"""A flat universe of matter and a cosmological constant: distances and growth."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import hyp2f1

from workbench.errors import BadInput

# Of the IGS1 simulations (Kratochvil et al. 2012, Phys. Rev. D 85, 103513), which the
# baryons' share completes: what is not varied.
HUBBLE = 0.72  # in 100 km/s/Mpc
BARYONS = 0.044
TILT = 0.96  # spectral index of the initial fluctuations
HUBBLE_LENGTH = 2997.92458  # c/H0 in Mpc/h
RANGES = {"omega_m": (0.1, 0.5), "sigma8": (0.5, 1.1)}  # of the tables
_FARTHEST = 3.0  # redshift to which distances are inverted


@dataclass(frozen=True)
class Cosmology:
    """How much matter there is and how clumpy it has become.

    Attributes:
        omega_m: Matter, in units of the critical density.
        sigma8: Linear rms fluctuation today in spheres of 8 Mpc/h.

    Raises:
        BadInput: outside the tables.
    """

    omega_m: float = 0.26
    sigma8: float = 0.798

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise BadInput(f"{name} {value:g}: give {low:g} to {high:g}")

    def expansion(self, a: Any) -> Any:
        """H/H0 at the scale factor a."""
        return np.sqrt(self.omega_m / a**3 + 1 - self.omega_m)

    def distance(self, z: Any) -> np.ndarray:
        """Comoving distance to the redshift z in Mpc/h."""
        node, weight = np.polynomial.legendre.leggauss(48)
        z = np.asarray(z, float)[..., None]
        at = z * (node + 1) / 2
        rate = 1 / self.expansion(1 / (1 + at))
        return HUBBLE_LENGTH * (z[..., 0] / 2) * (rate @ weight)

    def redshift(self, distance: Any) -> np.ndarray:
        """Redshift at a comoving distance in Mpc/h, up to that of z = 3."""
        z = np.linspace(0, _FARTHEST, 2001)
        return np.interp(distance, self.distance(z), z)

    def growth(self, a: Any) -> Any:
        """Linear growth factor D, 1 today (Heath 1977, MNRAS 179, 351)."""
        return a * self._shape(a) / self._shape(1.0)

    def momentum(self, a: Any) -> Any:
        """Growth of linear momenta, a³ (H/H0) dD/da."""
        x = self._ratio(a)
        slope = self._shape(a) + 6 / 11 * x * hyp2f1(4 / 3, 2, 17 / 6, x)
        return a**3 * self.expansion(a) * slope / self._shape(1.0)

    def _ratio(self, a: Any) -> Any:
        return -(1 - self.omega_m) / self.omega_m * a**3

    def _shape(self, a: Any) -> Any:
        return hyp2f1(1 / 3, 1, 11 / 6, self._ratio(a))


FIDUCIAL = Cosmology()
