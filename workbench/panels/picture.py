"""A picture in the browser."""

import anywidget
import traitlets

from workbench.panels.modules import module


class Picture(anywidget.AnyWidget):
    """A PNG picture, and what it shows in words; sent once each time it changes."""

    _esm = module("picture.js")
    png = traitlets.Bytes().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)

    def show(self, png: bytes, alt: str) -> None:
        """Replace the picture, in one message."""
        with self.hold_sync():
            self.alt = alt
            self.png = png
