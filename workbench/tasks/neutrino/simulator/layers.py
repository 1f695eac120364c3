"""The detector as a stack of layers along z: planes and, between them, targets.

The passive targets are split across the beam as MAT-MINERvA ``TargetUtils.h`` states:
iron, lead and carbon share targets 1, 2, 3 and 5; target 4 is all lead.
"""

import math

import numpy as np

from workbench.tasks.neutrino.compiled import kernel
from workbench.tasks.neutrino.geometry import PLANES, VIEW, Z_HI, Z_LO, table
from workbench.tasks.neutrino.segments import SLOT_NAMES, SLOT_START
from workbench.tasks.neutrino.simulator.materials import AIR, ECAL, SCINTILLATOR

EDGE = np.append(SLOT_START, Z_HI[-1])  # (195,) mm: the 194 layers' bounds
LAYERS = len(SLOT_START)
_NAMES = ["T1", "T2", "T3", "Water", "T4", "T5"]
_MATERIAL = {"Fe": 1, "Pb": 2, "C": 3, "H2O": 4}
PLANE_OF_LAYER = np.full(LAYERS, -1)  # -1: a passive target
TARGET_OF_LAYER = np.full(LAYERS, -1)  # 0–5 in z order, -1: a plane
for _layer, _name in enumerate(SLOT_NAMES[1:]):
    if _name.startswith("plane"):
        PLANE_OF_LAYER[_layer] = int(_name.removeprefix("plane "))
    else:
        TARGET_OF_LAYER[_layer] = _NAMES.index(_name)
PLANE_MATERIAL = np.where(
    np.array(table()["planes"]["module"]) >= 85, ECAL, SCINTILLATOR
)
PART = np.full((6, 3), AIR)  # (target, part) material
PART_LO, PART_HI = np.zeros((6, 3)), np.zeros((6, 3))  # mm
PART_MASS = np.zeros((6, 3))  # g/cm²
for _t, _name in enumerate(_NAMES):
    _target = table()["targets"][_name]
    for _part in _target["parts"]:
        _p = "Fe Pb C".split().index(_part["material"]) if _t not in (3, 4) else 0
        _centre = _part.get("z_centre_mm", _target["z_centre_mm"])
        PART[_t, _p] = _MATERIAL[_part["material"]]
        PART_LO[_t, _p] = _centre - _part["thickness_mm"] / 2
        PART_HI[_t, _p] = _centre + _part["thickness_mm"] / 2
        PART_MASS[_t, _p] = _part["thickness_mm"] / 10 * _part["density_g_cm3"]
WATER_TARGET = 3
FRONT, BACK = float(Z_LO[0]), float(Z_HI[-1])
APOTHEM = 850.0  # mm, where vertices lie
OUTER_APOTHEM = 1070.0  # mm, where the strips end
assert (PLANE_OF_LAYER >= 0).sum() == PLANES == len(VIEW)

_COS, _SIN = math.cos(math.pi / 6), math.sin(math.pi / 6)


@kernel
def in_hexagon(x: float, y: float, apothem: float) -> bool:
    """Whether a point lies in the hexagon with flat sides at x = ±apothem."""
    return abs(x) < apothem and _SIN * abs(x) + _COS * abs(y) < apothem


@kernel
def part_at(target: int, x: float, y: float) -> int:
    """Which part of a target lies at (x, y) mm: a column of ``PART``."""
    if target == 0 or target == 5:
        return 0 if -x * _COS + y * _SIN < 205 else 1
    if target == 1:
        return 0 if x * _COS + y * _SIN < 205 else 1
    if target == 2:
        if x * _SIN + y * _COS >= 0:
            return 2
        return 0 if x < 0 else 1
    return 0


@kernel
def layer_at(z: float) -> int:
    """The layer that holds ``z`` mm; -1 upstream, ``LAYERS`` downstream of all."""
    if z < EDGE[0]:
        return -1
    return int(np.searchsorted(EDGE, z, side="right")) - 1


@kernel
def ahead(
    layer: int, x: float, y: float, z: float, forward: bool, water: bool
) -> tuple[int, float, bool]:
    """Material at a point, z (mm) where it ends, and whether the layer ends there."""
    edge = EDGE[layer + 1] if forward else EDGE[layer]
    target = TARGET_OF_LAYER[layer]
    if target < 0:
        return int(PLANE_MATERIAL[PLANE_OF_LAYER[layer]]), edge, True
    if target == WATER_TARGET and not water:
        return AIR, edge, True
    part = part_at(target, x, y)
    low, high = PART_LO[target, part], PART_HI[target, part]
    if forward:
        if z < low:
            return AIR, low, False
        if z < high:
            return PART[target, part], high, False
    else:
        if z > high:
            return AIR, high, False
        if z > low:
            return PART[target, part], low, False
    return AIR, edge, True
