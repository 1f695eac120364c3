"""Make the tables of matter's power spectrum anew, with CAMB.

``python -m workbench.tasks.cosmogan.simulation.tables`` writes
``datasets/cosmogan/matter.npz``; it wants ``pip install "science-workbench[camb]"``.
Spectra are linear and by the halo fit of Takahashi et al. 2012 (ApJ 761, 152), as CAMB
(Lewis, Challinor & Lasenby 2000, ApJ 538, 473) has it, without neutrino mass.
"""

from typing import Any

import numpy as np

from workbench.paths import folder
from workbench.tasks.cosmogan.simulation.cosmology import BARYONS, HUBBLE, TILT

OMEGA_M = (0.1, 0.14, 0.2, 0.26, 0.33, 0.41, 0.5)
SIGMA8 = (0.5, 0.6, 0.7, 0.798, 0.9, 1.0, 1.1)
REDSHIFTS = np.arange(0, 2.75, 0.25)
WAVENUMBERS = np.geomspace(1e-4, 100, 241)  # h/Mpc
COARSE = slice(96, None, 3)  # of these, where the non-linear spectrum is kept
HELD_OUT = ((0.12, 0.55), (0.17, 1.05), (0.23, 0.75), (0.295, 0.85), (0.45, 0.95))
_AMPLITUDE = 2e-9  # of the initial fluctuations, before they are scaled to sigma8


def spectra(omega_m: float, sigma8s: tuple[float, ...]) -> tuple[Any, Any]:
    """Linear spectrum today for sigma8 = 1, and non-linear over linear spectra.

    Returns:
        (k,) in (Mpc/h)³ and (sigma8, z, k), at ``WAVENUMBERS`` and ``REDSHIFTS``.
    """
    import camb  # pyright: ignore[reportMissingImports]
    from camb import model  # pyright: ignore[reportMissingImports]

    given = camb.CAMBparams(WantCls=False)
    given.set_cosmology(
        H0=100 * HUBBLE,
        ombh2=BARYONS * HUBBLE**2,
        omch2=(omega_m - BARYONS) * HUBBLE**2,
        mnu=0,
        omk=0,
    )
    given.set_matter_power(redshifts=list(REDSHIFTS[::-1]), kmax=150 * HUBBLE)
    given.NonLinear = model.NonLinear_both
    given.NonLinearModel.set_params(halofit_version="takahashi")
    given.InitPower.set_params(As=_AMPLITUDE, ns=TILT)
    found = camb.get_transfer_functions(given)
    found.power_spectra_from_transfer(given.InitPower)
    unit = float(found.get_sigma8_0())
    at = {"hubble_units": True, "k_hunit": True}
    k, _, linear = found.get_linear_matter_power_spectrum(**at)
    ratios: list[np.ndarray] = []
    for sigma8 in sigma8s:
        scaled = _AMPLITUDE * (sigma8 / unit) ** 2
        given.InitPower.set_params(As=scaled, ns=TILT)
        found.power_spectra_from_transfer(given.InitPower)
        _, _, before = found.get_linear_matter_power_spectrum(**at)
        _, _, after = found.get_nonlinear_matter_power_spectrum(**at)
        ratios.append(_resampled(k, after / before))
    return _resampled(k, linear[:1])[0] / unit**2, np.stack(ratios)


def _resampled(k: np.ndarray, values: np.ndarray) -> np.ndarray:
    from scipy.interpolate import make_interp_spline

    spline = make_interp_spline(np.log(k), np.log(values), axis=1)
    return np.exp(spline(np.log(WAVENUMBERS)))


def main() -> None:
    """Write the tables."""
    parts = [spectra(omega_m, SIGMA8) for omega_m in OMEGA_M]
    held = [spectra(omega_m, (sigma8,)) for omega_m, sigma8 in HELD_OUT]
    fine, coarse = WAVENUMBERS, WAVENUMBERS[COARSE]
    file = folder("datasets") / "cosmogan" / "matter.npz"
    tables: dict[str, np.ndarray] = {
        "omega_m": np.array(OMEGA_M),
        "sigma8": np.array(SIGMA8),
        "z": REDSHIFTS,
        "k": fine,
        "k_nonlinear": coarse,
        "linear": np.stack([linear for linear, _ in parts]).astype(np.float32),
        "log_nonlinear": np.log([ratio[..., COARSE] for _, ratio in parts]),
        "held_out": np.array(HELD_OUT),
        "held_linear": np.stack([linear for linear, _ in held]),
        "held_log_nonlinear": np.log([ratio[0][..., COARSE] for _, ratio in held]),
    }
    for name in ("log_nonlinear", "held_linear", "held_log_nonlinear"):
        tables[name] = tables[name].astype(np.float32)
    np.savez_compressed(file, allow_pickle=False, **tables)
    print(f"{file}: {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
