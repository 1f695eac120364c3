"""How training went: loss and accuracy over the steps."""

from pathlib import Path
from typing import Any

from workbench.runs.folder import read_lines


def curves(folder: Path) -> Any:
    """Draw every logged ``train_``, ``val_`` pair of a run; ``None`` if none is logged.

    One panel a quantity; training is the thin line, validation the marked one.
    """
    from matplotlib.figure import Figure

    lines = read_lines(folder / "metrics.jsonl")
    names = sorted({name for line in lines for name in line})
    kinds = [n.removeprefix("val_") for n in names if n.startswith("val_")]
    if not kinds:
        return None
    figure = Figure(figsize=(4.6 * len(kinds), 3.2), layout="constrained")
    panels = figure.subplots(1, len(kinds), squeeze=False)[0]
    for axes, kind in zip(panels, kinds, strict=True):
        for prefix, style in (("train_", "-"), ("val_", "o-")):
            logged = [line for line in lines if prefix + kind in line]
            minutes = [line["time"] / 60 for line in logged]
            label = {"train_": "training", "val_": "validation"}[prefix]
            values = [line[prefix + kind] for line in logged]
            axes.plot(minutes, values, style, ms=4, lw=1.2, label=label)
        axes.set(xlabel="training time [min]", ylabel=kind)
        axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    return figure
