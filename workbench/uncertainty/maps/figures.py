"""Pictures of how sure a network is of points and things, and of its masks."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from workbench.errors import BadInput
from workbench.style import NETWORK, OURS, PALE, TRUTH, new_figure, style
from workbench.uncertainty.calibration import reliability
from workbench.uncertainty.maps.masks import Lost, Masks
from workbench.uncertainty.maps.tally import Tally
from workbench.uncertainty.maps.things import BINS, Scored

COLOURS = (PALE, OURS, NETWORK)
PROMISED = np.linspace(0.02, 0.5, 25)


def reliabilities(
    shown: Mapping[str, Tally],
    things: Mapping[str, tuple[Scored, Scored]],
    classes: tuple[str, ...],
) -> Any:
    """How often each class is true where it is given a probability; and of things."""
    with style():
        figure = new_figure(11, 3.6)
        panels = figure.subplots(1, len(classes), sharey=True)
        for axes, kind in zip(panels, range(1, len(classes)), strict=False):
            for (name, one), colour in zip(shown.items(), COLOURS, strict=False):
                found = one.reliability(1 + kind)
                _line(axes, found.confidence, found.accuracy, colour, name)
            axes.set(title=f"points: {classes[kind]}", xlabel="probability")
        last = panels[-1]
        for (name, pair), colour in zip(things.items(), (TRUTH, OURS), strict=False):
            for one, dash, word in zip(pair, (":", "-"), ("", ", mended"), strict=True):
                if len(one.score):
                    found = reliability(one.score, one.real, BINS)
                    label = f"{name}{word}"
                    _line(last, found.confidence, found.accuracy, colour, label, dash)
        last.set(title="things outlined", xlabel="mean probability within")
        panels[0].set_ylabel("share that is true")
        for axes in panels:
            axes.plot([0, 1], [0, 1], ":", color=PALE, lw=1, zorder=0)
            axes.set(xlim=(0, 1), ylim=(0, 1.02))
            if axes.get_legend_handles_labels()[1]:  # nothing may be outlined
                axes.legend(loc="upper left")
    return figure


def mask_curves(kept: Mapping[str, tuple[Lost, Lost]], alpha: float) -> Any:
    """What outer masks miss, and how large they are, at each promised share."""
    with style():
        figure = new_figure(9, 3.6)
        missing, sizes = figure.subplots(1, 2)
        for (name, (known, test)), colour in zip(
            kept.items(), (TRUTH, OURS, NETWORK), strict=False
        ):
            found = [(a, one) for a in PROMISED if (one := _fitted(known, float(a)))]
            if not found or not len(test):
                continue
            at = [a for a, _ in found]
            lost = np.array([one.missed(test) for _, one in found])
            error = lost.std(1) / np.sqrt(len(test))
            middle = lost.mean(1)
            missing.plot(at, middle, color=colour, label=f"{name}, {len(test)} maps")
            missing.fill_between(
                at, middle - error, middle + error, color=colour, alpha=0.15, lw=0
            )
            large = [one.size(test).mean() for _, one in found]
            sizes.plot(at, large, color=colour, label=name)
        missing.plot([0, 0.5], [0, 0.5], ":", color=PALE, lw=1, label="promised")
        missing.set(ylabel="share missed on test maps, ± 1 s.d. of the mean")
        sizes.set(ylabel="size of the outer mask, true size = 1")
        sizes.set_yscale("log", base=2)
        sizes.yaxis.set_major_formatter("{x:g}")
        for axes in (missing, sizes):
            axes.axvline(alpha, color=PALE, lw=0.7)
            axes.set(xlim=(0, 0.5), xlabel="share that may be missed, α")
        missing.legend()
    return figure


def _fitted(known: Lost, alpha: float) -> Masks | None:
    try:
        return Masks.fit(known, alpha)
    except BadInput:
        return None


def _line(
    axes: Any, x: np.ndarray, y: np.ndarray, colour: str, name: str, dash: str = "-"
) -> None:
    there = np.isfinite(x)
    marks = {"marker": "o", "ms": 3.5, "lw": 1.2, "linestyle": dash}
    axes.plot(x[there], y[there], color=colour, label=name, **marks)
