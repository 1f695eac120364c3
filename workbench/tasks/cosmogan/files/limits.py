"""What no convergence map is: not finite, or the same everywhere."""

from pathlib import Path

import numpy as np

from workbench.errors import BadInput


def unfit(values: np.ndarray, rows: np.ndarray) -> list[str]:
    """What is wrong with some maps, a line a map.

    Args:
        values: κ, (n, S, S).
        rows: Their numbers in the file, (n,).
    """
    finite = np.isfinite(values)
    lines: list[str] = []
    for place in np.flatnonzero(~finite.all((1, 2))):
        count, (row, column) = (~finite[place]).sum(), np.argwhere(~finite[place])[0]
        lines.append(
            f"map {rows[place]}: {count:,} of {finite[place].size:,} pixels are not "
            f"finite, the first at row {row}, column {column}"
        )
    least, most = values.min((1, 2)), values.max((1, 2))
    for place in np.flatnonzero(least == most):
        lines.append(f"map {rows[place]}: {most[place]:g} at every pixel")
    return lines


def refuse_unfit(values: np.ndarray, rows: np.ndarray, path: Path) -> None:
    """Refuse maps that are not finite or the same everywhere.

    Raises:
        BadInput: names the file, the map and the pixel.
    """
    if lines := unfit(values, rows):
        raise BadInput(
            f"{path}: {lines[0]}: leave the map out; `workbench data check {path}` "
            "lists all such maps"
        )
