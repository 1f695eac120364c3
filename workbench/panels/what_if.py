"""Sliders that change an event, and the network's answer to that."""

from html import escape
from time import sleep
from typing import Any

import ipywidgets as w
import numpy as np

from workbench.explain.changes import Change
from workbench.explain.flips import fewest_cells
from workbench.explain.methods import DEFAULT
from workbench.explain.what_if import AS_IT_IS, Range, WhatIf
from workbench.panels.chances import Chances
from workbench.panels.drawn import png
from workbench.panels.events import on_change, on_click
from workbench.panels.picture import Picture
from workbench.panels.selection import Selection
from workbench.panels.spoken import COMPUTING
from workbench.panels.worker import Do, Worker
from workbench.runs.trained import Trained

REST = 0.3  # s
WIDE = {"description_width": "15em"}


class Sliders:
    """What-if: an event as it might have been, and what the network says of it.

    Answers come from a thread and a copy of the network of their own, so that a slider
    waits for no map.

    Args:
        selection: What is chosen.
        trained: The network.
        do: Has slow things done soon, in the panel's own thread.
        failed: Is told what went wrong.

    Attributes:
        box: The widget to show.
    """

    def __init__(
        self, selection: Selection, trained: Trained, do: Do, failed: Any
    ) -> None:
        self._selection, self._trained, self._do = selection, trained, do
        self._worker = Worker(failed)
        self._what: WhatIf | None = None
        self._controls: dict[str, Any] = {}
        self._boxes: dict[str, Any] = {}
        self._last = ""
        self._latest = AS_IT_IS
        self._busy = False
        self.chances = Chances(trained.task.classes)
        self._left = w.VBox([]).add_class("wb-sliders")
        self._turns = w.HTML().add_class("wb-turns")
        self._response = Picture()
        right = w.VBox([self.chances]).add_class("wb-answers")
        over = w.HBox([self._left, right]).add_class("wb-beside")
        self.box: Any = w.VBox([over, self._response, self._turns])

    def show(self) -> None:
        """Begin with the event that is chosen, as it is."""
        self._worker.do("event", self._begin)

    def end(self) -> None:
        """Answer no more."""
        self._worker.end()

    def _begin(self) -> None:
        what = WhatIf(self._trained, self._trained.sample(self._selection.event))
        self._what, self._latest = what, AS_IT_IS
        self.chances.begin(what.before, what.truth)
        if not self._controls:
            self._build(what)
        self._reset()
        self._turns.value = COMPUTING
        self._do("turns", lambda: self._tell(what))

    def _build(self, what: WhatIf) -> None:
        """Controls for what can be changed."""
        for name, one in what.ranges.items():
            self._controls[name] = _slider(name, one)
        for name in what.blanks:
            box = w.Checkbox(False, description=f"without {name}", indent=False)
            self._boxes[name] = box.add_class(f"wb-blank-{name}")
        for name, control in {**self._controls, **self._boxes}.items():
            on_change(control, lambda _, name=name: self._turned(name))
        back = w.Button(description="As it is", tooltip="Undo all changes")
        on_click(back.add_class("wb-as-it-is"), self._undo)
        blanks = w.HBox([*self._boxes.values()]).add_class("wb-blanks")
        self._left.children = [*self._controls.values(), blanks, back]
        self._last = next(iter(self._controls))

    def _undo(self) -> None:
        self._reset()
        self._turned(self._last)

    def _reset(self) -> None:
        self._busy = True
        try:
            for name, control in self._controls.items():
                control.value = _start(name, control)
            for box in self._boxes.values():
                box.value = False
        finally:
            self._busy = False

    def _turned(self, name: str) -> None:
        if not self._busy:
            self._last = name if name in self._controls else self._last
            self._worker.do("change", self._answer)

    def _answer(self) -> None:
        what = self._what
        if what is not None:
            change = self._latest = self._change(what)
            self.chances.show(what.chances(change)[0])
            name = self._last
            self._do("response", lambda: self._respond(what, name, change))

    def _change(self, what: WhatIf) -> Change:
        values = {
            name: control.value / what.ranges[name].unit
            for name, control in self._controls.items()
        }
        for name in ("moved", "dead"):
            if name in values:
                values[name] = round(values[name])
        blank = tuple(name for name, box in self._boxes.items() if box.value)
        return Change(**values, blank=blank)

    def _respond(self, what: WhatIf, name: str, change: Change) -> None:
        """Draw the whole range, once the slider rests: drawing would slow it down."""
        sleep(REST)
        if change is not self._latest:
            return
        words = f"Chances over the whole range of {what.ranges[name].name}"
        self._response.show(png(what.plot(name, change)), words)

    def _tell(self, what: WhatIf) -> None:
        """How little turns the answer, and how it goes over the last range."""
        text = turning(what)
        if what is self._what:
            self._turns.value = text
            self._respond(what, self._last, AS_IT_IS)


def turning(what: WhatIf) -> str:
    """How little turns the answer, in words."""
    names, lines = what.task.classes, list[str]()
    flip = what.flip()
    if flip is not None:
        cells = fewest_cells(what.question, what.shares(DEFAULT))
        part, first = 100 * flip.size[0], names[int(flip.answer[0])]
        number, other = cells.size[0], names[int(cells.answer[0])]
        if np.isfinite(part):
            words = f"every number off by {part:.2g} %, each the worst way: {first}"
            lines.append(words)
        if np.isfinite(number):
            words = f"{number:.0f} of the cells gone that speak most for it: {other}"
            lines.append(words)
    for name, one in what.ranges.items():
        if name == "first":
            continue
        turns = [value for value in what.turns(name) if np.isfinite(value)]
        sign = "+" if name == "moved" else ""
        there = [f"{value * one.unit:{sign}.3g}" for value in turns]
        if there:
            lines.append(f"{one.name}: {' or '.join(there)}")
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return (
        f"<b>The least that turns the answer of the event as it is</b><ul>{items}</ul>"
    )


def _start(name: str, control: Any) -> float:
    return control.min if name == "first" else getattr(AS_IT_IS, name)


def _slider(name: str, one: Range) -> Any:
    whole = float(one.step * one.unit).is_integer()
    slider = w.FloatSlider(
        min=one.low * one.unit,
        max=one.high * one.unit,
        step=one.step * one.unit,
        description=one.name,
        readout_format=".0f" if whole else ".2f",
        style=WIDE,
        layout={"width": "98%"},
    )
    slider.value = _start(name, slider)
    return slider.add_class(f"wb-change-{name}")
