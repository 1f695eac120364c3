"""How a network's answer goes with what its sample might have been."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from workbench.style import PALE, TRUTH, new_figure, style

SHOWN = 0.05  # a class that is never likelier has no line
# Okabe and Ito's colours, which the colour-blind tell apart, darkened for white paper
LINES = (
    ("#0072b2", "-"),
    ("#d55e00", (0, (5, 2))),
    ("#007d5b", (0, (1.5, 1.5))),
    ("#a8487e", (0, (6, 2, 1.5, 2))),
    ("#1f1f1f", (0, (3, 1))),
    ("#9a6b00", (0, (8, 3))),
)


def response(
    values: np.ndarray,
    chances: np.ndarray,
    classes: Sequence[str],
    name: str,
    here: float,
    truth: int | None = None,
) -> Any:
    """Chances of the classes that are ever likely, as a matplotlib ``Figure``.

    Args:
        values: Along the horizontal axis (V,).
        chances: Of each class (V, K).
        classes: Names of the classes.
        name: Of the axis, with its unit.
        here: Where the sample is now.
        truth: The true class, if it is one.
    """
    order = np.argsort(-chances.max(0))[: len(LINES)]
    with style():
        figure = new_figure(6.6, 2.7)
        axes = figure.add_subplot()
        for (colour, dash), code in zip(LINES, order, strict=False):
            if chances[:, code].max() < SHOWN:
                continue
            label = f"{classes[code]} (true)" if code == truth else classes[code]
            look: dict[str, Any] = {
                "color": colour,
                "ls": dash,
                "lw": 1.8,
                "marker": ".",
            }
            axes.plot(values, chances[:, code], label=label, **look)
        axes.axvline(here, color=TRUTH, lw=0.9, ls=(0, (4, 3)), zorder=0)
        axes.annotate(
            "here", (here, 1), xytext=(0, 2), xycoords=("data", "axes fraction"),
            textcoords="offset points", ha="center", fontsize=8, color=PALE,
        )  # fmt: skip
        axes.set(xlabel=name, ylabel="chance", ylim=(-0.02, 1.04))
        axes.set_xlim(values.min(), values.max())
        figure.legend(loc="outside right upper", handlelength=3)
    return figure
