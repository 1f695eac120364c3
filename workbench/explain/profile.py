"""Where along the detector the shares of a map lie, view by view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workbench.errors import BadInput
from workbench.explain.cache import remembered
from workbench.explain.explanation import Explanation
from workbench.explain.responses import LINES
from workbench.runs.trained import Trained
from workbench.style import INK, PALE, new_figure, style
from workbench.task import Table


@dataclass(frozen=True)
class Profile:
    """Shares of one sample along the line on which its answer lies.

    Attributes:
        method: Whose shares.
        unit: Of the places.
        places: Input → where each of its steps lies (P,).
        shares: Input → what lies there (M, P), by each of M networks, as a part of the
            size of all shares of that network's map.
        truth: Where the answer lies; ``None`` where it is not known.
    """

    method: str
    unit: str
    places: Mapping[str, np.ndarray]
    shares: Mapping[str, np.ndarray]
    truth: float | None

    @property
    def members(self) -> int:
        """Number of networks."""
        return len(next(iter(self.shares.values())))

    @property
    def middle(self) -> float:
        """Mean place of what speaks for the answer."""
        pairs = [(self.places[k], self.shares[k].mean(0)) for k in self.shares]
        places = np.concatenate([place for place, _ in pairs])
        speaks = np.concatenate([share for _, share in pairs]).clip(0)
        return float(speaks @ places / speaks.sum()) if speaks.any() else float("nan")


def profile(
    found: Explanation, row: int = 0, members: Sequence[Trained] = ()
) -> Profile:
    """Add a map's shares up across the line.

    Args:
        found: An explanation.
        row: Which of its samples.
        members: Further networks, trained alike, that are asked the same.

    Raises:
        BadInput: the task's answers lie on no line.
    """
    evidence, sample = found.question.evidence, found.samples[row]
    line = evidence.line
    if line is None:
        raise BadInput(
            f"the answers of {found.trained.task.name} lie on no line: its Evidence "
            "names none, so there is no profile along it"
        )
    maps = [{name: part[row] for name, part in found.attribution.maps.items()}]
    one = found.question[row : row + 1]
    for member in members:
        asked = replace(one, model=member.model)
        method, parts = found.attribution.method, found.attribution.notes.get("parts")
        again = remembered(asked, method, parts)
        maps.append({name: part[0] for name, part in again.maps.items()})
    shares: dict[str, np.ndarray] = {}
    for name, axes in evidence.axes.items():
        across = tuple(k for k, axis in enumerate(axes) if axis != line.axis)
        shares[name] = np.stack(
            [each[name].sum(across) / (_size(each) or 1.0) for each in maps]
        )
    truth = line.truth(sample) if found.trained.task.target in sample else None
    places = line.places(sample)
    return Profile(found.attribution.method, line.unit, places, shares, truth)


def _size(maps: Mapping[str, np.ndarray]) -> float:
    return float(sum(np.abs(part).sum() for part in maps.values()))


def profile_table(found: Sequence[Profile], about: Sequence[str]) -> Table:
    """Shares by input, and how far their middle is from the truth.

    Args:
        found: Profiles.
        about: What each is of, in words.
    """
    names = tuple(found[0].shares)
    rows: list[tuple[str, ...]] = []
    for one, said in zip(found, about, strict=True):
        parts = [100 * np.abs(one.shares[name]).sum(1).mean() for name in names]
        total = sum(parts) or 1.0
        cells = [f"{100 * part / total:.0f} %" for part in parts]
        off = "–" if one.truth is None else f"{one.middle - one.truth:+.1f}"
        rows.append((said, *cells, f"{one.middle:.1f}", off))
    unit = found[0].unit
    return Table(
        "Where along the detector the evidence lies",
        "Shares that speak for and against the answer at the same place are added up "
        f"first. Middle: mean place of what speaks for it, in {unit}; last, from the "
        "true place.",
        ("", *names, "middle", "off by"),
        tuple(rows),
    )


def profiles(found: Sequence[Profile]) -> Any:
    """Shares along the line, a panel an input, as a matplotlib ``Figure``.

    A line is the mean over networks, its band one standard deviation of them.

    Args:
        found: Of one sample, by several methods.
    """
    names = tuple(found[0].shares)
    with style():
        figure = new_figure(11, 2.8)
        panels = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
        for axes, name in zip(panels, names, strict=True):
            for one, (colour, dash) in zip(found, LINES, strict=False):
                share, at = 100 * one.shares[name], one.places[name]
                middle = share.mean(0)
                axes.plot(at, middle, color=colour, ls=dash, lw=1.3, label=one.method)
                if one.members > 1:
                    far = share.std(0, ddof=1)
                    band = middle - far, middle + far
                    axes.fill_between(at, *band, color=colour, alpha=0.2, lw=0)
            axes.axhline(0, color=PALE, lw=0.7, zorder=0)
            if found[0].truth is not None:
                look = {"color": INK, "lw": 1.2, "ls": (0, (1, 1.5))}
                axes.axvline(found[0].truth, label="the true place", **look)
            axes.set(title=f"view {name}", xlabel=found[0].unit)
        panels[0].set_ylabel("share, % of all")
        panels[0].legend(loc="best")
    return figure
