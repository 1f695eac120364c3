"""How often each class is taken for which other, to click."""

from typing import Any

import anywidget
import traitlets

from workbench.panels.modules import module, style
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
    counts = traitlets.List().tag(sync=True)
    rates = traitlets.List().tag(sync=True)
    chosen = traitlets.List(traitlets.Int(), [ANY, ANY]).tag(sync=True)

    def __init__(self, cohort: Cohort) -> None:
        names = cohort.trained.task.classes
        super().__init__(
            names=list(names),
            counts=cohort.confusion.tolist(),
            rates=[rate_of(cohort, code) for code in range(len(names))],
        )


def rate_of(cohort: Cohort, code: int) -> list[Any]:
    """How often a true class is answered rightly, and its 95 % interval."""
    found = cohort.right(cohort.rows(truth=code))
    value = found.value if found.trials else 0.0
    return [value, *found.interval(WIDE)]
