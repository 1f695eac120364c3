"""Figures as a browser takes them."""

import io
from typing import Any

DPI = 130


def png(figure: Any, width: float | None = None, height: float | None = None) -> bytes:
    """A matplotlib figure as PNG, laid out anew if a size in inches is given.

    Letters keep their size, so that a figure which is shown small is still read.
    """
    if width and height:
        figure.set_size_inches(width, height)
    kept = io.BytesIO()
    figure.savefig(kept, format="png", dpi=DPI)
    return kept.getvalue()
