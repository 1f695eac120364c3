"""Not answering where the network is unsure: what is lost, and what is gained."""

from html import escape
from typing import Any

import ipywidgets as w
import numpy as np

from workbench.panels.events import on_change
from workbench.panels.lines import Axis, Line, Lines
from workbench.panels.selection import JUDGED, Selection
from workbench.panels.thin import thin
from workbench.uncertainty.answers import Answers
from workbench.uncertainty.calibration import WIDE, answers
from workbench.uncertainty.known import Known
from workbench.uncertainty.operating import Operating, operating
from workbench.uncertainty.selective import risk_coverage

POINTS = 600  # of the curve that the browser gets


class Abstention:
    """The share of wrong answers over the share answered, and a point to work at.

    Args:
        selection: The slice it is about, by true and answered class.
        known: Whose temperature mends probabilities.

    Attributes:
        box: The widget to show.
        share: The slider for the share answered.
        point: Where the line between answers and none is now; ``None`` without events.
    """

    point: Operating | None = None

    def __init__(self, selection: Selection, known: Known) -> None:
        self._selection = selection
        self._mended = selection.cohort.answers.after(known.temperature)
        self.curve = Lines(
            "What is gained by not answering",
            Axis("share of events answered, the surest first", 0, 1, percent=True),
            Axis("share of wrong answers", 0, percent=True),
            movable=True,
        ).add_class("wb-abstention-curve")
        self.share: Any = w.FloatSlider(
            0.9,
            min=0.01,
            max=1,
            step=0.01,
            description="answer",
            readout_format=".0%",
            style={"description_width": "8em"},
            layout={"width": "32em"},
        ).add_class("wb-share")
        self._words = w.HTML().add_class("wb-operating")
        self.box = w.VBox([self.share, self._words, self.curve])
        on_change(self.share, self._place)
        self.curve.observe(self._moved, "marker")
        selection.observe(self._slice, JUDGED)
        self._slice()

    def close(self) -> None:
        """Follow the selection no more."""
        self._selection.unobserve(self._slice, JUDGED)

    def _moved(self, change: Any) -> None:
        share = round(min(1.0, max(0.01, change["new"])), 2)
        self.share.value = share
        self.curve.marker = share

    def _slice(self, _: Any = None) -> None:
        selection = self._selection
        rows = selection.judged
        self._found: Answers = self._mended[rows]
        if len(rows):
            found = self._found
            line = risk_coverage(*answers(found.probabilities, found.labels))
            some = thin(line.risk, POINTS)
            self.curve.show([Line("answers", line.coverage[some], line.risk[some])])
        else:
            self.curve.show([])
        self._place(self.share.value)

    def _place(self, share: float) -> None:
        if not len(self._found):
            self.point, self._words.value = None, "No events are in this slice."
            return
        self.point = operating(self._found, share)
        sure = self._mended.probabilities.max(1)
        self._selection.unanswered = np.flatnonzero(sure < self.point.confidence)
        self.curve.said = _told(self.point)
        self.curve.marker = share
        self._words.value = f'<p role="status">{escape(self.curve.said)}</p>'


def _told(point: Operating) -> str:
    low, high = point.right.interval(WIDE)
    return (
        f"It answers where its confidence is at least {point.confidence:.4g}: "
        f"{point.answered.successes:,} of {point.answered.trials:,} events "
        f"({100 * point.answered.value:.1f} %), and {100 * point.right.value:.2f} % of "
        f"these answers are right (95 %: {100 * low:.2f} – {100 * high:.2f} %)."
    )
