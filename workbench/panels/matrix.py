"""How often each class is taken for which other, to click."""

import anywidget
import numpy as np
import traitlets

from workbench.panels.modules import module, style
from workbench.rates import Rate
from workbench.uncertainty.calibration import WIDE
from workbench.uncertainty.cohort import Cohort

ANY = -1


class Matrix(anywidget.AnyWidget):
    """A confusion matrix whose cells choose a true and an answered class.

    Beside each true class stands how often it is answered rightly, with its 95 %
    Wilson interval.

    Args:
        cohort: The events.

    Attributes:
        chosen: True and answered class, by code; -1 for any.
    """

    _esm = module("matrix.js")
    _css = style("train.css") + style("explain.css")
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    order = traitlets.List(traitlets.Int()).tag(sync=True)
    counts = traitlets.List().tag(sync=True)
    rates = traitlets.List().tag(sync=True)
    chosen = traitlets.List(traitlets.Int(), [ANY, ANY]).tag(sync=True)

    def __init__(self, cohort: Cohort) -> None:
        task = cohort.trained.task
        super().__init__(names=list(task.classes), order=list(task.ordered))
        self._cohort = cohort
        self.count(np.arange(len(cohort)))

    def count(self, rows: np.ndarray) -> None:
        """Count these events and no others."""
        counts = self._cohort.confusion_of(rows)
        right = [
            Rate(int(n), int(all))
            for n, all in zip(counts.diagonal(), counts.sum(1), strict=True)
        ]
        with self.hold_sync():
            self.rates = [
                [rate.value if rate.trials else 0.0, *rate.interval(WIDE)]
                for rate in right
            ]
            self.counts = counts.tolist()
