"""The lesson of optimisers: a race."""

from typing import Any

import ipywidgets as w
import numpy as np

from workbench.lessons.courses import BEALE, SADDLE, Course, own_course, ravine_course
from workbench.lessons.optimisers import FORMULAS, OPTIMISERS, Race, race
from workbench.lessons.questions.optimisers import PREDICTIONS, TURN, code
from workbench.panels.events import on_change
from workbench.panels.lessons.frame import (
    LAYOUT,
    WIDE,
    Code,
    beside,
    controls,
    formula,
    paragraph,
    slider,
    tell,
    title,
)
from workbench.panels.lessons.owned import Own, none_yet, owned
from workbench.panels.lessons.question import Question
from workbench.panels.lessons.surface import Path, Surface
from workbench.panels.lines import Axis, Line, Lines

MOST = 128  # events of one's own
STEPS = 60
FAR = 100.0  # losses of the start that are drawn
BATCHES = (1, 2, 4, 8, 16, 32, 64)


class Optimisers(w.VBox):
    """Seven optimisers race down a saddle, a ravine, Beale's function, one's own loss.

    Args:
        own: A run, its name, or a network with its events.
        points: Along a side of the grid on which one's own loss is taken.

    Attributes:
        course: The list of surfaces.
        factor: The slider that multiplies all learning rates.
        batch: The slider for the events of a step.
        optimiser: The list of those whose formula and code are shown.
        surface: The paths; its ``start`` can be moved.
        curve: Loss over steps.
        code: The same in plain torch.
        race: How the last one went.

    Raises:
        BadInput: nothing is trained yet, or its answers are not classes.
    """

    race: Race

    def __init__(self, own: Own = None, points: int = 17) -> None:
        subject = owned(own, MOST, "val")
        self._ravine = ravine_course(0)
        self._turned = ravine_course(TURN)
        courses = [self._ravine, self._turned, SADDLE, BEALE]
        if subject is not None:
            courses.append(own_course(subject, points=points))
        self.course: Any = w.Dropdown(
            options=[(course.name, course) for course in courses],
            description="course",
            style=WIDE,
            layout=LAYOUT,
        )
        self.factor: Any = slider(
            "learning rates ×", 1.0, -1, 1, 0.05, kind=w.FloatLogSlider
        )
        self.batch: Any = w.SelectionSlider(
            options=[*((str(n), n) for n in BATCHES), ("all", 0)],
            value=0,
            description="events in a step",
            style=WIDE,
            layout=LAYOUT,
        )
        self.optimiser: Any = w.Dropdown(
            options=list(OPTIMISERS), description="optimiser", style=WIDE
        )
        self.surface = Surface(("x", "y"), movable=True)
        self.curve = Lines(
            "Loss of all events",
            Axis("step", 0, STEPS),
            Axis("above the lowest", log=True),
        )
        self.code = Code()
        self._formula, self._told, self._course = formula(), paragraph(), formula()
        on_change(self.course, lambda _: self._choose())
        for control in (self.factor, self.batch):
            on_change(control, lambda _: self._run())
        on_change(self.optimiser, lambda _: self._name())
        self.surface.observe(self._started, "start")
        self._choose()
        first = Question(PREDICTIONS[0], self._reveal_turn)
        second = Question(PREDICTIONS[1], self._reveal_noise)
        parts = [
            first,
            controls(self.course, self.factor, self.batch),
            self._course,
            beside(self.surface, self.curve),
            self._told,
            second,
            controls(self.optimiser),
            self._formula,
            self.code,
        ]
        if subject is None:
            parts.append(paragraph(none_yet("Optimisers")))
        super().__init__([title("Optimisers, racing"), *parts])
        self.add_class("wb-lesson")

    def _reveal_turn(self) -> None:
        self.batch.value, self.factor.value = 0, 1.0
        self.course.value = self._turned

    def _reveal_noise(self) -> None:
        self.course.value, self.factor.value = self._ravine, 1.0
        self.batch.value = 1

    def _choose(self) -> None:
        course: Course = self.course.value
        heights = course.heights()
        marks = [(place, "lowest") for place in course.lowest]
        self.surface.show(
            f"{course.name}: loss", heights, course.x, course.y, None, marks
        )
        tell(self._course, course.formula)
        self._low = course.floor
        if self.surface.start == list(course.start):
            self._run()
        else:
            self.surface.start = list(course.start)

    def _started(self, _: Any) -> None:
        self._run()

    def _run(self) -> None:
        course: Course = self.course.value
        start = self.surface.start
        self.race = race(
            course, STEPS, self.factor.value, self.batch.value or None, start
        )
        steps = np.arange(STEPS + 1.0)
        paths: list[Path] = []
        lines: list[Line] = []
        for number, (name, places) in enumerate(self.race.paths.items()):
            lost, loss = self.race.overflowed(name), self.race.losses[name]
            ended = (
                f"loss {loss[-1]:.3g}" if lost is None else f"overflow at step {lost}"
            )
            paths.append(Path(name, places, ended, number - 1, faint=number == 0))
            above = np.maximum(loss - self._low, 1e-8)
            above[above > FAR * above[0]] = np.nan  # would flatten all others
            lines.append(
                Line(name, steps, above, colour=max(0, number - 1), faint=number == 0)
            )
        self.surface.walk(paths)
        self.curve.show(lines)
        order = sorted(paths, key=lambda path: _last(self.race.losses[path.name]))
        tell(self._told, "; ".join(f"{path.name} {path.told}" for path in order) + ".")
        self._name()

    def _name(self) -> None:
        name = self.optimiser.value
        rate = self.race.rates[name]
        tell(self._formula, f"{FORMULAS[name]},  here α = {rate:.3g}")
        x, y = self._ravine.start
        self.code.tell(code(name, rate, (x, y), STEPS))


def _last(losses: np.ndarray) -> float:
    return float(losses[-1]) if np.isfinite(losses[-1]) else np.inf
