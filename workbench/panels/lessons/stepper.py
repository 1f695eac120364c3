"""A kernel that steps over a picture of numbers."""

from typing import Any

import anywidget
import traitlets

from workbench.panels.modules import module, style


class Stepper(anywidget.AnyWidget):
    """A picture, a kernel and what comes out, one place at a time.

    Attributes:
        place: Row and column of the output; set it, or follow it.
    """

    _esm = module("stepper.js")
    _css = style("lesson.css")
    _shown = traitlets.Dict(
        {
            "picture": [[0.0]],
            "kernel": [[0.0]],
            "answer": [[0.0]],
            "stride": 1,
            "padding": 0,
            "dilation": 1,
        }
    ).tag(sync=True)
    place = traitlets.List([0, 0]).tag(sync=True)

    def show(
        self,
        picture: Any,
        kernel: Any,
        answer: Any,
        stride: int,
        padding: int,
        dilation: int,
    ) -> None:
        """Show another step.

        Args:
            picture: With its padding (rows, columns).
            kernel: (k, k).
            answer: What comes out (rows, columns).
            stride: Of the window, in cells.
            padding: Cells at each edge of the picture that are padding.
            dilation: Distance of the kernel's cells.
        """
        self._shown = {
            "picture": picture.tolist(),
            "kernel": kernel.tolist(),
            "answer": answer.tolist(),
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
        }
