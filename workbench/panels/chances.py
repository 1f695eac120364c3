"""Chances of classes as bars that follow a slider."""

from collections.abc import Sequence

import anywidget
import numpy as np
import traitlets

from workbench.panels.modules import module, style


class Chances(anywidget.AnyWidget):
    """What a network says of a sample as it is and after a change.

    Args:
        names: Of the classes.

    Attributes:
        before: Chances of the sample as it is.
        now: Of the changed one.
        truth: Code of the true class; -1 where it is not known.
    """

    _esm = module("chances.js")
    _css = style("train.css") + style("explain.css")
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    before = traitlets.List(traitlets.Float()).tag(sync=True)
    now = traitlets.List(traitlets.Float()).tag(sync=True)
    truth = traitlets.Int(-1).tag(sync=True)

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names=list(names))

    def begin(self, before: np.ndarray, truth: int | None) -> None:
        """Show another sample, as it is."""
        with self.hold_sync():
            self.truth = -1 if truth is None else truth
            self.before = self.now = before.tolist()

    def show(self, now: np.ndarray) -> None:
        """Show what is said after a change."""
        self.now = now.tolist()
