"""The lesson of activation functions."""

from typing import Any

import ipywidgets as w
import numpy as np
import torch

from workbench.lessons import activations as maths
from workbench.lessons.questions.activations import PREDICTIONS, code
from workbench.panels.events import on_change
from workbench.panels.lessons.frame import (
    WIDE,
    Code,
    beside,
    controls,
    formula,
    heading,
    paragraph,
    slider,
    tell,
    title,
    whole_slider,
)
from workbench.panels.lessons.owned import Own, none_yet, owned
from workbench.panels.lessons.question import Question
from workbench.panels.lines import Axis, Line, Lines
from workbench.panels.tables import table_html
from workbench.task import Table

X = torch.linspace(-6, 6, 241)
MOST = 200  # events of one's own that are looked at


class Activations(w.VBox):
    """Value, slope and saturation of six activation functions; dead units of a network.

    Args:
        own: A run, its name, or a network with its events.

    Attributes:
        function: The list of functions.
        spread: The slider for the inputs' standard deviation.
        layers: The slider for the depth that slopes are passed back through.
        gain: The slider for the size of the random weights.
        curve: Value and slope.
        slopes: What is left of a slope.
        code: The same in plain torch.
        used: What units of one's own network do; ``None`` without one.

    Raises:
        BadInput: nothing is trained yet, or its answers are not classes.
    """

    used: "Used | None" = None

    def __init__(self, own: Own = None) -> None:
        self.function: Any = w.Dropdown(
            options=list(maths.FUNCTIONS), description="function", style=WIDE
        )
        self.spread: Any = slider("spread of the inputs", 1.0, 0.1, 10, 0.1)
        self.layers: Any = whole_slider("layers", 10, 1, 30)
        self.gain: Any = slider("gain of the weights", 1.0, 0.5, 3, 0.05)
        self.curve = Lines(
            "A unit", Axis("x", -6, 6), Axis("f(x), f′(x)", -1.5, 3), movable=True
        )
        self.slopes = Lines(
            "A slope passed back from the last layer",
            Axis("layer (the input is 0)"),
            Axis("part of it that arrives", log=True),
        )
        self.code = Code()
        self._formula, self._told = formula(), paragraph()
        for control in (self.layers, self.gain):
            on_change(control, lambda _: self._pass())
        for control in (self.function, self.spread):
            on_change(control, lambda _: self._draw())
        self.curve.observe(self._followed, "marker")
        self.curve.marker = 1.0
        self._draw()
        self._pass()
        asked = Question(PREDICTIONS[0], self._reveal, self.slopes)
        parts = [
            controls(self.function, self.spread),
            self._formula,
            self._told,
            controls(self.layers, self.gain),
            beside(self.curve, self.slopes),
            self.code,
        ]
        super().__init__(
            [title("Activation functions"), asked, *parts, *self._own(own)]
        )
        self.add_class("wb-lesson")

    def _own(self, own: Own) -> list[Any]:
        subject = owned(own, MOST)
        if subject is None:
            return [heading("On your network"), paragraph(none_yet("Activations"))]
        self.used = Used(maths.uses(subject))
        asked = Question(PREDICTIONS[1], self.used.reveal, self.used.box)
        return [heading(f"On your network: {subject.name}"), asked, self.used.box]

    def _reveal(self) -> None:
        self.function.value, self.layers.value, self.gain.value = "sigmoid", 10, 1.0

    def _draw(self) -> None:
        name, spread = self.function.value, self.spread.value
        value, slope = maths.value_and_slope(maths.FUNCTIONS[name], X)
        density = torch.exp(-0.5 * (X / spread) ** 2)
        self.curve.show(
            [
                Line("value", X.numpy(), value.numpy()),
                Line("slope", X.numpy(), slope.numpy(), colour=1),
                Line(
                    "how often an input is met", X.numpy(), density.numpy(), faint=True
                ),
            ]
        )
        tell(self._formula, maths.FORMULAS[name])
        share = maths.saturated(maths.FUNCTIONS[name], spread)
        tell(
            self._told,
            f"Of inputs with mean 0 and spread {spread:g}, {100 * share:.1f} % are "
            f"where {name} is saturated: its slope is under a 20th of the largest.",
        )
        self.code.tell(code(name, spread))
        self._place()

    def _followed(self, _: Any) -> None:
        self._place()

    def _place(self) -> None:
        at = torch.tensor([self.curve.marker])
        value, slope = maths.value_and_slope(maths.FUNCTIONS[self.function.value], at)
        self.curve.said = (
            f"x = {float(at):.2f}: value {float(value):.3g}, slope {float(slope):.3g}"
        )

    def _pass(self) -> None:
        layers, gain = self.layers.value, self.gain.value
        numbers = np.arange(layers + 1.0)
        self.slopes.show(
            [
                Line(
                    name,
                    numbers,
                    maths.slopes_through(function, layers, gain).double().numpy(),
                    colour=colour,
                )
                for colour, (name, function) in enumerate(maths.FUNCTIONS.items())
            ]
        )


class Used:
    """Which units of a network do anything, the more events are looked at.

    Args:
        uses: Of its activation layers.

    Attributes:
        box: The widget to show.
        events: The slider for how many are looked at.
    """

    def __init__(self, uses: list[maths.Use]) -> None:
        self._uses = uses
        most = len(uses[0].dead)
        self.events: Any = whole_slider("events looked at", 1, 1, most)
        self.curve = Lines(
            "Units that no event has moved so far",
            Axis("events looked at", 1, most),
            Axis("share of the layer's units", 0, percent=True),
            movable=True,
        )
        self._table: Any = w.HTML()
        worst = sorted(uses, key=lambda use: -use.dead_after(most))[:6]
        self.curve.show(
            [
                Line(use.layer, np.arange(1.0, most + 1), _curve(use), colour=colour)
                for colour, use in enumerate(worst)
            ]
        )
        on_change(self.events, self._count)
        self.curve.observe(self._moved, "marker")
        self._count(1)
        self.box = w.VBox([self.events, beside(self.curve, self._table)])

    def reveal(self) -> None:
        """Look at all events."""
        self.events.value = self.events.max

    def _moved(self, change: Any) -> None:
        self.events.value = min(self.events.max, max(1, round(change["new"])))

    def _count(self, events: int) -> None:
        rows = tuple(
            (
                use.layer,
                use.function,
                str(use.dead.shape[1]),
                f"{100 * use.dead_after(events):.1f} %",
                f"{100 * use.saturated(events):.1f} %",
            )
            for use in self._uses
        )
        table = Table(
            f"After {events} test events",
            "Flat: the slope is below a twentieth of the largest at 95 % of places.",
            ("after layer", "function", "units", "never moved", "nearly always flat"),
            rows,
        )
        self._table.value = table_html(table)
        self.curve.marker = float(events)
        self.curve.said = f"{events} events"


def _curve(use: maths.Use) -> np.ndarray:
    return use.dead_curve().double().numpy()
