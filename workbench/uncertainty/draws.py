"""How sure a generator is: how its statistics scatter from draw to draw and member."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from workbench.errors import BadInput
from workbench.runs.trained import Trained
from workbench.style import NETWORK, OURS, PALE, TRUTH, new_figure, style
from workbench.task import Evaluation, Statistic, Table

DRAWS, MAPS = 6, 512  # repeated draws, and maps of each at most
SIGMAS = 3.0


@dataclass(frozen=True)
class Spread:
    """One statistic of held-out maps and of repeated draws of as many.

    Attributes:
        about: The statistic of the held-out maps.
        draws: Its mean over the maps of each draw of the first network (R, D).
        members: The same of each member's first draw (M, D).
    """

    about: Statistic
    draws: np.ndarray
    members: np.ndarray

    @property
    def real(self) -> np.ndarray:
        """Mean over held-out maps (D,)."""
        return self.about.values.mean(0)

    @property
    def one(self) -> np.ndarray:
        """How held-out maps differ from each other (D,)."""
        return self.about.values.std(0, ddof=1)

    @property
    def chance(self) -> np.ndarray:
        """Standard error of the held-out maps' mean (D,)."""
        return self.one / np.sqrt(len(self.about.values))

    @property
    def between(self) -> np.ndarray:
        """How draws' means differ from each other (D,)."""
        return self.draws.std(0, ddof=1)

    @property
    def apart(self) -> np.ndarray:
        """How members' means differ beyond what draws of one do (D,); 0 for one."""
        if len(self.members) < 2:
            return np.zeros_like(self.real)
        return np.sqrt(np.maximum(self.members.var(0, ddof=1) - self.between**2, 0))

    @property
    def middle(self) -> np.ndarray:
        """Mean over draws, or over members where there are several (D,)."""
        return (self.members if len(self.members) > 1 else self.draws).mean(0)

    @property
    def pull(self) -> np.ndarray:
        """How far off it is, in standard deviations of all that is chance (D,)."""
        all_chance = np.sqrt(self.chance**2 + self.between**2 + self.apart**2)
        off = self.middle - self.real
        return np.divide(off, all_chance, np.zeros_like(off), where=all_chance > 0)


def judge_draws(members: list[Trained], seed: int = 0) -> Evaluation:
    """Compare repeated draws of generators with held-out maps.

    Args:
        members: Networks; the first one's data are set up.
        seed: Of the first draw.

    Raises:
        BadInput: the task tells nothing apart and draws nothing, or what it draws
            depends on more than chance.
    """
    first = members[0]
    task, data = first.task, first.data
    if task.summaries is None or task.sample is None:
        raise BadInput(
            f"the task {task.name} tells nothing apart, and names no statistics of "
            "what it draws: give its Task `summaries` and `sample`"
        )
    start, last = data.bounds("test")
    rows = np.linspace(start, last - 1, min(MAPS, last - start)).astype(np.int64)
    real = np.squeeze(np.asarray(data.batches[rows][task.target]), 1)
    held_out = task.summaries(real, data)
    draws = [
        task.summaries(_drawn(first, len(real), seed + number), data)
        for number in range(DRAWS)
    ]
    others = [
        task.summaries(_drawn(member, len(real), seed), data) for member in members[1:]
    ]
    found = [
        Spread(about, _means(draws, k), _means([draws[0], *others], k))
        for k, about in enumerate(held_out)
    ]
    pulls = np.concatenate([np.abs(one.pull) for one in found])
    numbers = {
        "uncertainty/statistics_within": float((pulls <= SIGMAS).mean()),
        "uncertainty/largest_pull": float(pulls.max()),
        "uncertainty/draws": float(DRAWS),
        "uncertainty/members": float(len(members)),
    }
    return Evaluation(
        numbers,
        (_table(found, len(real), len(members)),),
        {"How statistics scatter from draw to draw": _figure(found, len(members))},
        ("uncertainty/statistics_within",),
    )


def _drawn(ready: Trained, maps: int, seed: int) -> np.ndarray:
    """Maps (N, S, S) that a network draws.

    Raises:
        BadInput: they depend on numbers, which repeated draws do not vary.
    """
    assert ready.task.sample is not None
    with TemporaryDirectory() as folder:
        path = Path(folder) / "drawn.npy"
        try:
            ready.task.sample(path, ready.model, maps, [f"--seed={seed}"])
        except BadInput as error:
            raise BadInput(
                f"repeated draws are told of generators that depend on chance alone "
                f"({error})"
            ) from error
        return np.load(path)


def _means(parts: Sequence[Sequence[Statistic]], k: int) -> np.ndarray:
    """The mean over maps of one statistic, in each draw (R, D)."""
    return np.stack([part[k].values.mean(0) for part in parts])


def _table(found: list[Spread], maps: int, members: int) -> Table:
    rows: list[tuple[str, ...]] = []
    for one in found:
        worst = int(np.abs(one.pull).argmax())
        at = f"{one.about.places[worst]:.3g}"
        within = (np.abs(one.pull) <= SIGMAS).mean()
        rows.append(
            (
                one.about.name,
                f"{one.about.axis} = {at}",
                f"{one.real[worst]:.4g} ± {one.chance[worst]:.2g}",
                f"{one.middle[worst]:.4g} ± {one.between[worst]:.2g}",
                f"{one.apart[worst]:.2g}" if members > 1 else "—",
                f"{one.pull[worst]:+.1f}",
                f"{100 * within:.0f} %",
            )
        )
    return Table(
        "How its statistics scatter, and where they are off",
        f"Means over {maps} held-out maps with their standard error, and over {DRAWS} "
        f"draws of as many maps, ± from draw to draw; of {members} trained alike, what "
        "members differ by beyond that. Each row stands where it is farthest off: by "
        "how many standard deviations of all that. Last, at how many places it is "
        f"within {SIGMAS:g}.",
        (
            "",
            "farthest off at",
            "held-out",
            "generated",
            "members ±",
            "off by",
            "within",
        ),
        tuple(rows),
    )


def _figure(found: list[Spread], members: int) -> Any:
    """Each statistic's distance from the held-out maps', in units of one map's."""
    columns = 4
    with style():
        figure = new_figure(12, 2.7 * -(-len(found) // columns))
        panels = figure.subplots(-(-len(found) // columns), columns, squeeze=False)
        for axes, one in zip(panels.flat, found, strict=False):
            unit = np.where(one.one > 0, one.one, 1)
            places, off = one.about.places, (one.middle - one.real) / unit
            bands = [(one.chance, TRUTH, "held-out maps, 2σ", 0 * off)]
            bands += [(one.between, OURS, "draw to draw, 2σ", off)]
            if members > 1:
                bands += [(one.apart, NETWORK, "members, 2σ", off)]
            for width, colour, name, middle in bands:
                low, high = middle - 2 * width / unit, middle + 2 * width / unit
                axes.fill_between(
                    places, low, high, color=colour, alpha=0.2, lw=0, label=name
                )
            axes.plot(places, off, "o-", ms=2.5, lw=1, color=OURS, label="generated")
            axes.axhline(0, color=PALE, lw=0.7)
            axes.set(title=one.about.name, xlabel=one.about.axis)
        for axes in panels.flat[len(found) :]:
            axes.set_axis_off()
        for line in panels:
            line[0].set_ylabel("off, in s.d. of one map")
        panels.flat[0].legend(fontsize=7)
    return figure
