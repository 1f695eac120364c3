"""How training went: loss and accuracy over the steps."""

from math import ceil
from pathlib import Path
from typing import Any

from workbench.runs.folder import in_words, read_lines

COLUMNS = 3  # panels in a row
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
    """Draw what a run logged as ``train_`` or ``val_``; ``None`` if it logged none.

    One panel a quantity; training is the thin line, validation the marked one.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    lines = read_lines(folder / "metrics.jsonl")
    names = sorted({name for line in lines for name in line})
    kinds = sorted(
        {n.removeprefix(p) for n in names for p in LINES if n.startswith(p)},
        key=lambda kind: (kind != "loss", kind),
    )
    if not kinds:
        return None
    with rc_context(STYLE):  # pyright: ignore[reportArgumentType]
        columns = min(COLUMNS, len(kinds))
        rows = ceil(len(kinds) / columns)
        figure = Figure(figsize=(3.6 * columns, 2.8 * rows), layout="constrained")
        for number, kind in enumerate(kinds, 1):
            axes = figure.add_subplot(rows, columns, number)
            for prefix, (label, line_style, colour) in LINES.items():
                logged = [line for line in lines if prefix + kind in line]
                minutes = [line["time"] / 60 for line in logged]
                values = [line[prefix + kind] for line in logged]
                if values:
                    axes.plot(minutes, values, line_style, color=colour, label=label)
            axes.set(xlabel="time since the start [min]", ylabel=in_words(kind))
            axes.legend()
    return figure
