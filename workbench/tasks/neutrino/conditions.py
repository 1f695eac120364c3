"""Named detector and beam conditions: the shifted worlds a network may meet."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from workbench.errors import BadInput


@dataclass(frozen=True)
class Detector:
    """The simulator's physical knobs; the defaults are the nominal world.

    Light yield and time resolution are the prototype's (6.5 p.e./MeV, 3.4 ns); what no
    public text states (attenuation, threshold, cross-talk) is set to common values for
    3.3 cm triangular strips read out by 64-pixel photomultipliers.
    """

    z_cap: float = 6172.29  # mm: vertices lie upstream of it (module 31)
    water: bool = False  # the published counts are of playlists with it empty
    low_energy_flux: float = 0.0  # 0 the medium-energy beam, 1 the low-energy one
    quasi_elastic: float = 1.0  # scales the quasi-elastic cross-section
    deep_inelastic: float = 1.0  # scales the deep-inelastic cross-section
    intranuclear: float = 1.0  # scales the hadrons' interactions in their own nucleus
    rock_muons: float = 0.05  # mean overlaid rock muons an event
    pile_up: float = 0.06  # mean overlaid other interactions an event
    photo_electrons: float = 6.5  # per MeV
    attenuation: float = 3500.0  # mm, in the fibre
    cross_talk: float = 0.04  # light of a pixel seen by its four neighbours together
    threshold: float = 5.0  # photo-electrons: 0.8 MeV, which also cleans cross-talk
    inefficiency: float = 0.02  # chance that a cell's hit is lost
    time_resolution: float = 3.4  # ns for a minimum-ionising hit
    muon_time_resolution: float = 3.0  # ns
    strip_gain_spread: float = 0.0  # relative, one strip to the next
    plane_gain_spread: float = 0.0  # relative, one plane to the next
    dead_planes: int = 0  # planes without any hit, the same in every event
    near_vertex_loss: float = 0.0  # chance to lose a hit near the vertex
    near_vertex_planes: int = 3  # how many planes either side count as near


Condition = Callable[[float], Detector]  # strength -> knobs; 0 is nominal


def nominal(strength: float) -> Detector:
    """The medium-energy beam and the detector as designed, whatever the strength."""
    return Detector()


def low_energy_flux(strength: float) -> Detector:
    """The flux moves towards the low-energy beam (peak near 3 instead of 6 GeV)."""
    return replace(Detector(), low_energy_flux=min(strength, 1.0))


def more_fsi(strength: float) -> Detector:
    """Hadrons interact twice as often inside the nucleus they leave."""
    return replace(Detector(), intranuclear=1 + strength)


def high_w(strength: float) -> Detector:
    """Deep-inelastic events are four times as frequent: heavier hadronic systems."""
    return replace(Detector(), deep_inelastic=1 + 3 * strength)


def cross_talk(strength: float) -> Detector:
    """Optical cross-talk grows from 4 % to 16 % of a pixel's light."""
    return replace(Detector(), cross_talk=0.04 * (1 + 3 * strength))


def dead_planes(strength: float) -> Detector:
    """One plane in twelve gives no hits, the same planes in every event."""
    return replace(Detector(), dead_planes=min(round(16 * strength), 188))


def miscalibrated(strength: float) -> Detector:
    """Gains are wrong by 15 % strip to strip and 10 % plane to plane."""
    return replace(
        Detector(), strip_gain_spread=0.15 * strength, plane_gain_spread=0.1 * strength
    )


def near_vertex_loss(strength: float) -> Detector:
    """Half of the hits within three planes of the vertex are lost."""
    return replace(Detector(), near_vertex_loss=min(0.5 * strength, 1.0))


CONDITIONS: dict[str, Condition] = {
    "nominal": nominal,
    "low-energy-flux": low_energy_flux,
    "more-fsi": more_fsi,
    "high-w": high_w,
    "cross-talk": cross_talk,
    "dead-planes": dead_planes,
    "miscalibrated": miscalibrated,
    "near-vertex-loss": near_vertex_loss,
}


def detector(condition: str, strength: float = 1.0) -> Detector:
    """The knobs of a named condition at a strength (0 nominal, 1 as named).

    Raises:
        BadInput: no such condition, or a strength that is negative or not finite.
    """
    if condition not in CONDITIONS:
        known = ", ".join(CONDITIONS)
        raise BadInput(f"no condition {condition!r}: choose one of {known}")
    if not 0 <= strength < float("inf"):
        raise BadInput(f"strength {strength} of {condition}: give 0 or more")
    return CONDITIONS[condition](strength)
