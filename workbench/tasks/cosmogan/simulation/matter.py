"""How clumpy matter is, scale by scale, and how that bends light: power spectra."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.interpolate import RectBivariateSpline, make_interp_spline

from workbench.errors import BadInput
from workbench.paths import folder
from workbench.tasks.cosmogan.simulation.cosmology import HUBBLE_LENGTH, Cosmology

Spectrum = Callable[[Any], np.ndarray]
SOURCES = (0.5, 2.5)  # redshifts of sources that the tables reach
_NODES = 200  # along the line of sight


@cache
def tables() -> dict[str, np.ndarray]:
    """What ``simulation.tables`` wrote."""
    with np.load(folder("datasets") / "cosmogan" / "matter.npz") as file:
        return dict(file)


def _at(nodes: np.ndarray, values: np.ndarray, place: float) -> np.ndarray:
    return make_interp_spline(np.log(nodes), values)(np.log(place))


@cache
def linear(cosmology: Cosmology) -> Spectrum:
    """Linear power spectrum of matter today, P(k) in (Mpc/h)³ with k in h/Mpc."""
    table = tables()
    log = _at(table["omega_m"], np.log(table["linear"]), cosmology.omega_m)
    return _power_law_outside(table["k"], log + 2 * np.log(cosmology.sigma8))


def _power_law_outside(k: np.ndarray, log: np.ndarray) -> Spectrum:
    """Through the points, and straight on in logarithms beyond them."""
    x = np.log(k)
    spline = make_interp_spline(x, log)
    slope = spline.derivative()

    def spectrum(at: Any) -> np.ndarray:
        wanted = np.log(at)
        inside = np.clip(wanted, x[0], x[-1])
        return np.exp(spline(inside) + slope(inside) * (wanted - inside))

    return spectrum


@cache
def nonlinear(cosmology: Cosmology) -> Callable[[Any, Any], np.ndarray]:
    """Non-linear power spectrum of matter, P(k, z) in (Mpc/h)³ with k in h/Mpc.

    The halo fit of Takahashi et al. 2012 (ApJ 761, 152), interpolated.
    """
    table = tables()
    ratio = _at(table["omega_m"], table["log_nonlinear"], cosmology.omega_m)
    ratio = _at(table["sigma8"], ratio, cosmology.sigma8)
    x = np.log(table["k_nonlinear"])
    surface = RectBivariateSpline(table["z"], x, ratio)
    before = linear(cosmology)

    def spectrum(k: Any, z: Any) -> np.ndarray:
        wanted = np.log(k)
        inside = np.clip(wanted, x[0], x[-1])
        beyond = surface(z, inside, dy=1, grid=False) * np.maximum(wanted - inside, 0)
        log = surface(z, inside, grid=False) + beyond
        return before(k) * cosmology.growth(1 / (1 + z)) ** 2 * np.exp(log)

    return spectrum


@cache
def convergence(cosmology: Cosmology, source: float) -> Spectrum:
    """Power spectrum C(l) of the convergence of sources at one redshift, in sr.

    Limber's approximation at l + 1/2 (LoVerde & Afshordi 2008, Phys. Rev. D 78,
    123506), light on straight lines.

    Raises:
        BadInput: the source is beyond the tables.
    """
    low, high = SOURCES
    if not low <= source <= high:
        raise BadInput(f"source {source:g}: give a redshift of {low:g} to {high:g}")
    node, weight = np.polynomial.legendre.leggauss(_NODES)
    far = float(cosmology.distance(source))
    chi = far * (node + 1) / 2
    z = cosmology.redshift(chi)
    kernel = 1.5 * cosmology.omega_m / HUBBLE_LENGTH**2 * (1 - chi / far) * (1 + z)
    ell = np.geomspace(1, 1e6, 200)
    k = (ell[:, None] + 0.5) / chi
    power = nonlinear(cosmology)(k, np.broadcast_to(z, k.shape))
    return _power_law_outside(ell, np.log(power @ (kernel**2 * weight * far / 2)))
