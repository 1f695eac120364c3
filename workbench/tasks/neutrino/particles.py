"""Counting the final state as the public files do: hadrons above 50 MeV, leptons."""

import numpy as np

from workbench.tasks.neutrino.events import Events
from workbench.tasks.neutrino.truth import KINETIC_CUT, NOT_RECORDED

MASS = {  # GeV, Particle Data Group
    2212: 0.93827209,
    2112: 0.93956542,
    211: 0.13957039,
    111: 0.1349768,
    321: 0.493677,
    130: 0.497611,
    11: 0.00051099895,
    13: 0.1056583755,
    15: 1.77693,
}
HADRONS = {  # field of TRUTH -> name in the files, |PDG code|, sign matters
    "protons": ("protons", 2212, True),
    "neutrons": ("neutrons", 2112, True),
    "charged_pions": ("chgdpions", 211, False),
    "neutral_pions": ("neutpions", 111, False),
    "charged_kaons": ("chgdkaons", 321, False),
}
MEASURED = ("protons", "charged_pions", "charged_kaons")
_LEPTONS = {"electrons": 11, "muons": 13, "taus": 15}
_NEUTRINOS = (12, 14, 16)


def kinetic_energy(particles: np.ndarray) -> np.ndarray:
    """Kinetic energy in GeV, shape (P,); massless where the mass is not listed."""
    p2 = sum(particles[axis].astype(np.float64) ** 2 for axis in ("px", "py", "pz"))
    mass = np.zeros(len(particles))
    for code, value in MASS.items():
        mass[np.abs(particles["pdg"]) == code] = value
    return np.sqrt(p2 + mass**2) - mass


def _sums(events: Events, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number and kinetic energy in MeV of the chosen particles of each event."""
    particles, start = events.particles, events.particle_start
    assert particles is not None and start is not None
    event = np.repeat(np.arange(len(events)), np.diff(start))[chosen]
    energy = 1e3 * kinetic_energy(particles[chosen])
    number = np.bincount(event, minlength=len(events)).astype(np.uint32)
    return number, np.bincount(event, energy, len(events)).astype(np.float32)


def counts(events: Events) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Hadrons by field of TRUTH, all above the cut: number, kinetic energy in MeV."""
    particles = events.particles
    assert particles is not None
    pdg, fast = particles["pdg"], kinetic_energy(particles) > KINETIC_CUT
    rest = fast & ~np.isin(np.abs(pdg), (*_NEUTRINOS, *_LEPTONS.values()))
    found: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for field, (_, code, signed) in HADRONS.items():
        chosen = ((pdg if signed else np.abs(pdg)) == code) & fast
        found[field] = _sums(events, np.flatnonzero(chosen))
        rest &= ~chosen
    found["others"] = _sums(events, np.flatnonzero(rest))
    return found


def hadron_data(events: Events) -> dict[str, np.ndarray]:
    """The 2017 layout's ``hadro_data``; energy sums are NaN without particles."""
    truth = events.truth
    assert truth is not None
    if (truth["protons"] == NOT_RECORDED).any():
        return {}
    unknown = np.full(len(events), np.nan, np.float32)
    sums = counts(events) if events.particles is not None else {}
    found: dict[str, np.ndarray] = {}
    for field, name in [(f, n) for f, (n, _, _) in HADRONS.items()] + [("others",) * 2]:
        found[f"n_{name}"] = truth[field].astype(np.uint32)
        found[f"esum_{name}"] = sums[field][1] if sums else unknown
    names = [HADRONS[field][0] for field in MEASURED]
    number = np.sum([found[f"n_{name}"] for name in names], axis=0)
    energy = np.sum([found[f"esum_{name}"] for name in names], axis=0)
    found["n_hadmultmeas"] = number.astype(np.uint32)
    found["esum_hadmultmeas"] = energy.astype(np.float32)
    return found


def lepton_data(events: Events) -> dict[str, np.ndarray]:
    """The 2017 layout's ``lepto_data``; nothing without particles."""
    if events.particles is None:
        return {}
    found: dict[str, np.ndarray] = {}
    for name, code in _LEPTONS.items():
        chosen = np.flatnonzero(np.abs(events.particles["pdg"]) == code)
        found[f"n_{name}"], found[f"esum_{name}"] = _sums(events, chosen)
    return found
