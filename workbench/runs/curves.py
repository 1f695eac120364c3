"""How training went: loss and accuracy over the steps."""

from pathlib import Path
from typing import Any

from workbench.runs.folder import read_lines

LINES = {  # prefix of a logged name -> label, line and colour
    "train_": ("training", "-", "#8a97a6"),
    "val_": ("validation", "o-", "#0b6e8f"),
}
STYLE: dict[str, Any] = {
    "font.size": 9,
    "lines.linewidth": 1.2,
    "lines.markersize": 4,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def curves(folder: Path) -> Any:
    """Draw every logged ``train_``, ``val_`` pair of a run; ``None`` if none is logged.

    One panel a quantity; training is the thin line, validation the marked one.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    lines = read_lines(folder / "metrics.jsonl")
    names = sorted({name for line in lines for name in line})
    kinds = [n.removeprefix("val_") for n in names if n.startswith("val_")]
    if not kinds:
        return None
    with rc_context(STYLE):  # pyright: ignore[reportArgumentType]
        figure = Figure(figsize=(4.8 * len(kinds), 3.2), layout="constrained")
        panels = figure.subplots(1, len(kinds), squeeze=False)[0]
        for axes, kind in zip(panels, kinds, strict=True):
            for prefix, (label, line_style, colour) in LINES.items():
                logged = [line for line in lines if prefix + kind in line]
                minutes = [line["time"] / 60 for line in logged]
                values = [line[prefix + kind] for line in logged]
                if values:
                    axes.plot(minutes, values, line_style, color=colour, label=label)
            axes.set(xlabel="training time [min]", ylabel=kind)
            axes.legend()
    return figure
