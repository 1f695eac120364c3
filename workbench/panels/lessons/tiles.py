"""Small pictures beside each other."""

import io

import numpy as np

GREY, SIGNED = "gray_r", "RdBu_r"
WIDE = 440  # pixels of the screen, about


def tiles(
    pictures: np.ndarray, across: int, signed: bool = False, wide: int = WIDE
) -> bytes:
    """Pictures (n, rows, columns) in rows of so many, as PNG.

    Args:
        pictures: From nought on, or of either sign.
        across: In a row.
        signed: Whether nought is white, red above and blue below.
        wide: Pixels of the screen, about.
    """
    from matplotlib.image import imsave

    count, rows, columns = pictures.shape
    down = -(-count // across)
    most = float(np.abs(pictures).max()) or 1.0
    sheet = np.full((down * (rows + 1) - 1, across * (columns + 1) - 1), np.nan)
    for number, one in enumerate(pictures):
        top, left = number // across * (rows + 1), number % across * (columns + 1)
        sheet[top : top + rows, left : left + columns] = one
    cell = max(1, wide // sheet.shape[1])
    drawn = io.BytesIO()
    imsave(
        drawn,
        np.kron(sheet, np.ones((cell, cell))),
        vmin=-most if signed else 0.0,
        vmax=most,
        cmap=SIGNED if signed else GREY,
        format="png",
    )
    return drawn.getvalue()
