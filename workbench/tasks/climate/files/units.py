"""Units as people spell them, turned into those of ClimateNet."""

import re
from typing import Any

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.climate.variables import Variable

_GRAVITY = 9.80665  # m/s2, of geopotential heights
_DAY = 86_400
_WORDS = {
    r"\b(metre|meter|gpm)s?\b": "m",
    r"\b(seconds?|sec)\b": "s",
    r"\b(days?|d)(?=\b|-)": "day",
    r"\b(hours?|hr)(?=\b|-)": "h",
    r"\bmillibars?\b|\bmbar\b|\bhectopascals?\b": "hpa",
    r"\bmb\b": "hpa",
    r"\bpascals?\b": "pa",
    r"\bkelvins?\b|\bdeg_?k\b": "k",
    r"\b(deg(ree)?s?[_ ]?)?(celsius|c)\b|°c": "degc",
    r"\bknots?\b": "kt",
}


def spelled(unit: str) -> str:
    """One spelling of a unit: ``kg/m2``, ``kg m**-2`` and ``kg m^-2`` are the same."""
    text = unit.strip().lower().replace("**", "").replace("^", "")
    for word, short in _WORDS.items():
        text = re.sub(word, short, text)
    first, *divisors = text.split("/")
    parts = re.split(r"[ .*]+", first.strip())
    for divisor in divisors:
        name = re.fullmatch(r"\s*([a-z]+)(\d*)\s*", divisor)
        if name is None:
            return text
        parts.append(f"{name[1]}-{name[2] or 1}")
    return " ".join(sorted(part for part in parts if part))


def _table(**factors: float) -> dict[str, tuple[float, float]]:
    return {spelled(unit.replace("_", "/")): (f, 0) for unit, f in factors.items()}


# unit → factor, offset
_TABLES: dict[str, dict[str, tuple[float, float]]] = {
    "kg/m2": _table(kg_m2=1, mm=1, cm=10),
    "m/s": _table(m_s=1, kt=1852 / 3600, km_h=1 / 3.6),
    "kg/kg": _table(kg_kg=1, g_kg=1e-3) | {"1": (1, 0)},
    "Pa": _table(pa=1, hpa=100, kpa=1000),
    "K": {"k": (1, 0), "degc": (1, 273.15)},
    "m": _table(m=1, km=1000, m2_s2=1 / _GRAVITY),
}
_RAIN = _table(
    m_s=1,
    mm_s=1e-3,
    kg_m2_s=1e-3,
    mm_day=1e-3 / _DAY,
    mm_h=1e-3 / 3600,
    m_day=1 / _DAY,
)


def converted(values: np.ndarray, unit: Any, to: Variable, where: str) -> np.ndarray:
    """Values of a variable in its ClimateNet unit, float32.

    Args:
        values: In ``unit``.
        unit: As the file spells it; ``None`` where it says nothing.
        to: The variable.
        where: File and variable, for the error.

    Raises:
        BadInput: no unit is given, or it measures something else.
    """
    table = _RAIN if to.name == "PRECT" else _TABLES[to.unit]
    known = spelled(str(unit)) if unit is not None else None
    if known not in table:
        said = "has no units" if unit is None else f"is in {str(unit)!r}"
        raise BadInput(
            f"{where} {said}, wanted {to.unit} or a unit that converts to it: correct "
            "the attribute `units`"
        )
    factor, offset = table[known]
    if (factor, offset) == (1, 0):
        return np.asarray(values, np.float32)
    return (values.astype(np.float64) * factor + offset).astype(np.float32)
