"""Sets that hold the true class as often as is promised, at any promise."""

from html import escape
from typing import Any

import ipywidgets as w
import numpy as np

from workbench.panels.events import on_change
from workbench.panels.lines import Axis, Line, Lines
from workbench.panels.selection import JUDGED, Selection
from workbench.uncertainty.answers import Answers
from workbench.uncertainty.calibration import WIDE
from workbench.uncertainty.conformal import Conformal
from workbench.uncertainty.known import Known
from workbench.uncertainty.promises import KINDS, Kept, class_rates

MOST, STEP = 0.5, 0.01  # the largest α; a step of the slider, in powers of ten
LABEL = {"description_width": "8em"}


class Promised:
    """A slider for α, and how the promise turns out on test events.

    Args:
        selection: The slice it is tried on, by true and answered class.
        known: What calibrates it.
        alpha: To begin with.

    Attributes:
        box: The widget to show.
        promise: As calibrated now.
        alpha: The slider.
        test: Mended answers to all test events.
    """

    def __init__(self, selection: Selection, known: Known, alpha: float) -> None:
        self._selection = selection
        self._calibration = known.calibration.after(known.temperature)
        self._tested = known.tested
        self.test = selection.cohort.answers.after(known.temperature)
        classes = selection.cohort.trained.task.classes
        first = np.log10(alpha)  # on a step of the slider, which rounds to its steps
        down = first - np.log10(1.001 / (len(self._calibration) + 1))
        self.alpha: Any = w.FloatLogSlider(
            alpha,
            min=first - STEP * max(0, down // STEP),
            max=np.log10(MOST),
            step=STEP,
            description="α, may miss",
            readout_format=".3g",
            style=LABEL,
            layout={"width": "32em"},
        ).add_class("wb-alpha")
        self.kind: Any = w.Dropdown(
            options=list(KINDS), value="APS", description="kind of sets", style=LABEL
        ).add_class("wb-kind")
        self._words = w.HTML().add_class("wb-promised")
        self.classes = Lines(
            "Does every class get what is promised for all?",
            Axis(
                "true class, by its code",
                -0.5,
                len(classes) - 0.5,
                names=tuple(classes),
            ),
            Axis("sets that hold it", high=1.002, percent=True),
        )
        self.sizes = Lines(
            "How much a set says",
            Axis("classes in a set", -0.5, len(classes) + 0.5),
            Axis("share of events", 0, percent=True),
        )
        self.box = w.VBox(
            [
                w.HBox([self.alpha, self.kind]),
                self._words,
                w.HBox([self.classes, self.sizes]).add_class("wb-beside"),
            ]
        ).add_class("wb-promise")
        on_change(self.alpha, self._calibrate)
        on_change(self.kind, self._calibrate)
        selection.observe(self._draw, JUDGED)
        self._calibrate()

    def close(self) -> None:
        """Follow the selection no more."""
        self._selection.unobserve(self._draw, JUDGED)

    def _calibrate(self, _: Any = None) -> None:
        method, each = KINDS[self.kind.value]
        known = self._calibration
        self.promise = Conformal.fit(
            known.probabilities, known.labels, self.alpha.value, method, each
        )
        self._draw()

    def _draw(self, _: Any = None) -> None:
        selection = self._selection
        rows = selection.judged
        test = self.test[np.intersect1d(rows, self._tested)]
        if not len(test):
            self._words.value = "No events are in this slice."
            self.classes.show([])
            self.sizes.show([])
            return
        self._words.value = _told(
            Kept.of(self.promise, test), len(test), selection.whole
        )
        self._draw_classes(test)
        sizes = np.bincount(self.promise.sets(test.probabilities).sum(1))
        edges = np.arange(len(sizes) + 1) - 0.5
        self.sizes.show([Line("events", edges, sizes / len(test), "steps")])

    def _draw_classes(self, test: Answers) -> None:
        rates = class_rates(self.promise, test)
        there = np.array([k for k, one in enumerate(rates) if one.trials])
        band = np.array([rates[k].interval(WIDE) for k in there]).T
        level = np.full(2, 1 - self.promise.alpha)
        ends = np.array([-0.5, len(rates) - 0.5])
        held = np.array([rates[k].value for k in there])
        self.classes.show(
            [
                Line("found, 95 % interval", there, held, "points", band),
                Line(
                    f"promised for all, {_percent(level[0])}", ends, level, faint=True
                ),
            ]
        )


def _told(kept: Kept, events: int, whole: bool) -> str:
    alpha = kept.promise.alpha
    low, high = kept.band
    expected, more = "", ""
    if not whole:
        expected = ": of a slice by itself nothing is promised"
    elif len(set(kept.promise.thresholds)) == 1:
        expected = f" (expected: {_percent(low)} to {_percent(min(1.0, high))})"
    if idle := len(kept.promise.idle):
        more = f" {idle} classes have too few calibration events: every set holds them."
    said = (
        f"Promised <b>{_percent(1 - alpha)}</b>, achieved "
        f'<b class="wb-achieved">{_percent(kept.coverage)}</b> of {events:,} test '
        f"events{expected}. {kept.size:.2f} classes in a set, "
        f"{_percent(kept.empty)} of sets empty. As people see them, with the likeliest "
        f"class in each, {_percent(kept.shown)} hold the truth.{more}"
    )
    return f'<p role="status">{said}</p>'


def _percent(share: float) -> str:
    return escape(f"{100 * share:.2f} %")
