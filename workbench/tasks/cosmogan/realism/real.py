"""Real simulations to hold beside ours, where this machine has them.

Convergence for the galaxies of the COSMOS field from κTNG (Osato, Liu & Haiman 2021,
MNRAS 502, 5593) and MassiveNuS (Liu et al. 2018, JCAP 03, 049), as the repository
CosmoStat/jax-lensing holds one map of each: redshifts of many galaxies, not one.
"""

from pathlib import Path

import numpy as np

from workbench.errors import BadInput
from workbench.paths import PACKAGE
from workbench.tasks.cosmogan.field import Field

DEFAULT = PACKAGE.parents[1] / "shared" / "data" / "cosmo" / "jax-lensing"
KTNG, MASSIVENUS = "κTNG", "MassiveNuS"
# file, pixels along a side and arcminutes a pixel; the second is inferred
FILES = {
    KTNG: ("ktng_cosmos_kappa360.fits", 360, 0.29),
    MASSIVENUS: ("Mnu_cosmos_kappa.fits", 320, 0.4),
}


def read_real(folder: Path | None) -> dict[str, tuple[Field, np.ndarray]]:
    """Field and map (1, S, S) by the simulation's name; none where no file is.

    Raises:
        BadInput: the folder was named and is not there.
    """
    from workbench.tasks.cosmogan.files.opening import open_maps

    if folder is not None and not folder.is_dir():
        raise BadInput(
            f"{folder}: no such folder of full simulations: leave out --real"
        )
    found: dict[str, tuple[Field, np.ndarray]] = {}
    for name, (file, pixels, arcmin) in FILES.items():
        path = (folder or DEFAULT) / file
        if path.is_file():
            field = Field(pixels, pixels * arcmin / 60)
            found[name] = field, open_maps(path, field).read(slice(0, 1))
    return found
