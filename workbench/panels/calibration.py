"""Whether a network is as often right as it says, before and after a temperature."""

from html import escape
from typing import Any

import ipywidgets as w
import numpy as np

from workbench.panels.events import on_change, on_click
from workbench.panels.lines import Axis, Line, Lines
from workbench.panels.selection import JUDGED, Selection
from workbench.panels.tables import table_html
from workbench.uncertainty.calibration import BINS, FEW
from workbench.uncertainty.known import Known
from workbench.uncertainty.measured import Measured, measured_table
from workbench.uncertainty.methods import methods
from workbench.uncertainty.scaling import Temperature

STEPS, STEP = 120, 0.005  # of the slider to either side, in powers of ten
ABOUT = (
    "A network that says 90 % should be right nine times in ten. Its logits over a "
    "temperature above one make it less sure, and change no answer. Bars are 95 % "
    f"intervals; bins with fewer than {FEW} events are left out. Slices by outcome do "
    "not count here: of wrong answers none is ever right."
)


class Calibration:
    """A slider for the temperature, the diagram that it bends, and what it gains.

    Args:
        selection: The slice that is judged, by true and answered class.
        known: What the temperature is fitted to.

    Attributes:
        box: The widget to show.
        temperature: The slider.
    """

    def __init__(self, selection: Selection, known: Known) -> None:
        self._selection, self._known = selection, known
        sure, right = Axis("confidence", 0, 1, percent=True), "share of right answers"
        self.diagram = Lines(
            "Right as often as it says?", sure, Axis(right, 0, 1, percent=True)
        )
        self.counts = Lines(
            "How sure it is", sure, Axis("events", low=0.5, log=True)
        ).add_class("wb-counts")
        fitted = known.temperature.value
        middle = np.log10(fitted)  # on a step of the slider, which rounds to its steps
        self.temperature: Any = w.FloatLogSlider(
            fitted,
            min=middle - STEPS * STEP,
            max=middle + STEPS * STEP,
            step=STEP,
            description="temperature",
            readout_format=".3f",
            style={"description_width": "8em"},
            layout={"width": "32em"},
        ).add_class("wb-temperature")
        back = w.Button(description=f"fitted: {fitted:.3f}").add_class("wb-fitted")
        back.tooltip = "The temperature at which validation events are likeliest"
        on_click(back, self._fit)
        self._table = w.HTML()
        self.box = w.VBox(
            [
                w.HTML(f"<p>{escape(ABOUT)}</p>"),
                w.HBox([self.temperature, back]),
                w.HBox([self.diagram, self.counts]).add_class("wb-beside"),
                self._table,
            ]
        ).add_class("wb-calibration")
        on_change(self.temperature, self._draw)
        selection.observe(self._slice, JUDGED)
        self._slice()

    def close(self) -> None:
        """Follow the selection no more."""
        self._selection.unobserve(self._slice, JUDGED)

    def _fit(self) -> None:
        self.temperature.value = self._known.temperature.value

    def _slice(self, _: Any = None) -> None:
        """Judge all that does not move with the slider."""
        selection = self._selection
        rows = selection.judged
        self._answers = selection.cohort.answers[rows]
        self._others: dict[str, Measured] = {}
        if len(rows):
            tried = methods([self._known.validation], [self._answers])
            self._others = {name: Measured.of(said) for name, said in tried.items()}
        self._draw(self.temperature.value)

    def _draw(self, value: float) -> None:
        if not self._others:
            self.diagram.show([])
            self.counts.show([])
            self._table.value = "No events are in this slice."
            return
        now = Measured.of(self._answers.after(Temperature(value)))
        name = f"temperature {value:.3f}"
        shown = {"as it is": self._others["as it is"], name: now}
        ends = np.array([0.0, 1.0])
        self.diagram.show(
            [
                *(_bins(name, one, i) for i, (name, one) in enumerate(shown.items())),
                Line("as it should be", ends, ends, faint=True),
            ]
        )
        edges = np.linspace(0, 1, BINS + 1)
        self.counts.show(
            [
                Line(name, edges, one.bins.counts, "steps", colour=i)
                for i, (name, one) in enumerate(shown.items())
            ]
        )
        fitted = f"temperature {self._known.temperature.value:.3f}, fitted"
        others = {
            fitted if name == "temperature" else name: one
            for name, one in self._others.items()
        }
        self._table.value = table_html(measured_table(others | {f"{name}, here": now}))


def _bins(name: str, one: Measured, colour: int) -> Line:
    bins, some = one.bins, one.bins.telling
    return Line(
        name,
        bins.confidence[some],
        bins.accuracy[some],
        "joined",
        bins.band[:, some],
        colour,
    )
