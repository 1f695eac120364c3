"""What each column of the table of scores says of a method."""

from collections.abc import Callable, Iterable

import numpy as np

from workbench.bootstrap import Interval, interval
from workbench.explain.scoring import Scored

NONE = "–"
Cell = Callable[[Scored], str]


def columns(found: Iterable[Scored], seed: int) -> dict[str, Cell]:
    """Heading → what stands there of a method; of what nobody knows there is none.

    Args:
        found: All scores of a table.
        seed: Of the intervals.
    """
    every = list(found)

    def known(name: str) -> bool:
        return any(not np.isnan(getattr(one, name)).all() for one in every)

    made: dict[str, Cell] = {
        "mass at the truth": lambda s: shown(over(s.mass, seed), 100, 1, " %"),
        "skill": lambda s: f"{100 * s.skill.mean():.0f} %",
        "rank": lambda s: f"{100 * np.nanmean(s.rank):.0f} %",
        "pointing": lambda s: f"{100 * s.pointing.mean():.0f} %",
    }
    if known("off"):
        made["off by (median)"] = lambda s: f"{np.nanmedian(s.off):.1f}"
    if known("recall"):
        made["channel recall"] = lambda s: _part(s.recall, np.nanmean)
    if known("leakage"):
        made["leakage, km"] = lambda s: _number(s.leakage, np.nanmean, "{:,.0f}")
    rest: dict[str, Cell] = {
        "deletion": lambda s: shown(over(s.deletion, seed), 1, 3),
        "insertion": lambda s: shown(over(s.insertion, seed), 1, 3),
        "infidelity": lambda s: _number(s.infidelity, np.nanmean, "{:.2f}"),
        "sensitivity": lambda s: _number(s.sensitivity, np.nanmean, "{:.2g}"),
        "completeness error": lambda s: _part(
            s.completeness, lambda x: np.nanquantile(x, 0.95)
        ),
    }
    return made | rest


def over(values: np.ndarray, seed: int) -> Interval:
    """The mean of scores, resampled by events."""
    return interval(lambda rows: float(np.nanmean(values[rows])), len(values), seed)


def shown(one: Interval, unit: float, digits: int, end: str = "") -> str:
    """A number and half of where 95 % of resampled ones lie."""
    half = unit * (one.high - one.low) / 2
    return f"{unit * one.value:.{digits}f}\u00a0±\u00a0{half:.{digits}f}{end}"


def _part(values: np.ndarray, measure: Callable[[np.ndarray], float]) -> str:
    return _number(100 * values, measure, "{:.2g} %")


def _number(
    values: np.ndarray, measure: Callable[[np.ndarray], float], how: str
) -> str:
    return NONE if np.isnan(values).all() else how.format(measure(values))
