"""Where neutrinos interact: z by the published counts, (x, y) by the mass there.

A plane's rate is its published plane-code count (ME1B simulation), which holds the
upstream veto and the muon spectrometer's acceptance; a target's is the count of its
slot, spread over its materials by areal density. The few events upstream of the first
plane are the difference between segment 0's count and its planes'. No vertex lies in
the air between planes, through which the segments' bounds run.
"""

import math
from dataclasses import dataclass

import numpy as np

from workbench.tasks.neutrino.compiled import kernel
from workbench.tasks.neutrino.geometry import table
from workbench.tasks.neutrino.segments import SLOT_NAMES, SLOT_START
from workbench.tasks.neutrino.simulator.layers import (
    APOTHEM,
    EDGE,
    FRONT,
    PART,
    PART_HI,
    PART_LO,
    PART_MASS,
    TARGET_OF_LAYER,
    WATER_TARGET,
    in_hexagon,
    part_at,
)
from workbench.tasks.neutrino.simulator.materials import IRON, SCINTILLATOR
from workbench.tasks.neutrino.simulator.stream import exponential, uniform

UPSTREAM_COUNT = 2656  # segment 0's 13391 less its planes' 10735
UPSTREAM_DEPTH = 60.0  # mm, of the exponential fall upstream of the first plane
PLANE_MASS = 1.9872  # g/cm²
AIR_GAP = 2.5  # mm; stated between modules, taken between all planes
HEAVIEST = PART_MASS.max(axis=1)  # g/cm², of each target's parts


def rates(z_cap: float, water: bool) -> np.ndarray:
    """Published events in front of and in each layer, (195,), up to ``z_cap``.

    Beyond the published planes the last planes' mean goes on. A layer that ``z_cap``
    (mm) cuts counts by the part before it.
    """
    published = table()["published"]["plane_code_counts_0_69"]
    without_water = [n for n in SLOT_NAMES if n != "Water"]  # the counts' own scheme
    count = dict(zip(without_water, published, strict=False))
    mean = float(np.mean(published[60:]))
    result = np.array([count.get(name, mean) for name in SLOT_NAMES], float)
    result[0] = UPSTREAM_COUNT
    where = SLOT_NAMES.index("Water")
    around = (result[where - 1] + result[where + 1]) / 2
    mass = PART_MASS[WATER_TARGET, 0]
    result[where] = around * mass / PLANE_MASS if water else 0.0
    share = np.clip((z_cap - SLOT_START) / np.diff(EDGE), 0, 1)
    result[1:] *= share
    return result


@dataclass(frozen=True)
class Vertices:
    """N interaction points."""

    position: np.ndarray  # (N, 3) mm
    material: np.ndarray  # (N,) index into events.MATERIALS


@kernel
def across(rng: np.ndarray, apothem: float) -> tuple[float, float]:
    """A point (mm) spread evenly over a hexagon."""
    corner = apothem / math.cos(math.pi / 6)
    while True:
        x = apothem * (2 * uniform(rng) - 1)
        y = corner * (2 * uniform(rng) - 1)
        if in_hexagon(x, y, apothem):
            return x, y


@kernel
def _place(
    rng: np.ndarray,
    cumulative: np.ndarray,
    z_cap: float,
    position: np.ndarray,
    material: np.ndarray,
) -> None:
    for i in range(len(material)):
        layer = np.searchsorted(cumulative, uniform(rng), side="right") - 1
        x, y = across(rng, APOTHEM)
        if layer < 0:
            material[i] = IRON
            z = FRONT - UPSTREAM_DEPTH * exponential(rng)
        elif TARGET_OF_LAYER[layer] < 0:
            material[i] = SCINTILLATOR
            low, high = EDGE[layer] + AIR_GAP / 2, EDGE[layer + 1] - AIR_GAP / 2
            z = low + uniform(rng) * (min(high, z_cap) - low)
        else:
            target = TARGET_OF_LAYER[layer]
            part = part_at(target, x, y)
            while uniform(rng) * HEAVIEST[target] > PART_MASS[target, part]:
                x, y = across(rng, APOTHEM)
                part = part_at(target, x, y)
            material[i] = PART[target, part]
            low, high = PART_LO[target, part], PART_HI[target, part]
            z = low + uniform(rng) * (high - low)
        position[i, 0], position[i, 1], position[i, 2] = x, y, z


def place(rng: np.ndarray, n: int, z_cap: float, water: bool) -> Vertices:
    """Draw ``n`` vertices upstream of ``z_cap`` mm."""
    weight = np.cumsum(rates(z_cap, water))
    result = Vertices(np.zeros((n, 3)), np.zeros(n, np.int64))
    cumulative = weight / weight[-1]
    _place(rng, cumulative, z_cap, result.position, result.material)
    return result
