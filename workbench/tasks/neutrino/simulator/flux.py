"""The neutrinos that come: NuMI's spectrum in the low- and medium-energy beams."""

import json

import numpy as np

from workbench.paths import folder
from workbench.tasks.neutrino.simulator.channels import cross_sections

ENERGY = np.linspace(1.7, 50.0, 484)  # GeV: 0.1 GeV apart


def rate(low_energy: float) -> np.ndarray:
    """Flux at ``ENERGY``, per GeV, summing to 1; mixes the two beams' shapes."""
    table = json.loads((folder("datasets") / "neutrino" / "flux.json").read_text())
    beams = [
        np.interp(ENERGY, table["energy_gev"], table[k]) for k in ("medium", "low")
    ]
    medium, low = (beam / beam.sum() for beam in beams)
    return (1 - low_energy) * medium + low_energy * low


def cumulative(
    low_energy: float, quasi_elastic: float, deep_inelastic: float
) -> np.ndarray:
    """Chance of an interaction below each ``ENERGY``: flux × cross-section.

    Low-energy quasi-elastic and resonant cross-sections are flat, the deep-inelastic
    one rises linearly, so that their sum over energy is nearly constant above 2 GeV.
    """
    total = np.array(
        [cross_sections(e, quasi_elastic, deep_inelastic).sum() for e in ENERGY]
    )
    weights = np.cumsum(rate(low_energy) * total)
    return weights / weights[-1]
