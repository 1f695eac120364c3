"""How figures look: one palette, one quiet set of axes."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

INK, PALE, LINE = "#1d2430", "#5d6778", "#d9dee6"
OURS, PREVIOUS, NETWORK = "#0b6e8f", "#8a5a00", "#7a4fa3"  # told apart by anyone
TRUTH, PREDICTED = "#c2410c", "#0b6e8f"
STYLE: dict[Any, Any] = {
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "axes.edgecolor": PALE,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": PALE,
    "ytick.color": PALE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "savefig.dpi": 130,
}


@contextmanager
def style() -> Generator[None]:
    """Draw what is inside in this style, leaving the user's settings alone."""
    from matplotlib import rc_context

    with rc_context(STYLE):
        yield


def new_figure(width: float, height: float) -> Any:
    """An empty figure of that size in inches, drawn without a window."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained", facecolor="white")
