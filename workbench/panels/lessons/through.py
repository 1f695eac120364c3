"""One's own network as functions in a row."""

from typing import Any

import ipywidgets as w
import numpy as np

from workbench.lessons.layers import flat, places, told_apart
from workbench.lessons.subject import Subject
from workbench.panels.events import on_change
from workbench.panels.lessons.frame import WIDE, beside, paragraph, tell
from workbench.panels.lessons.plane import Kinds, Plane, Stage
from workbench.panels.lines import Axis, Line, Lines

FEW = 12  # events of a class, below which nothing is said of it


class Through(w.VBox):
    """Where each layer takes the events, and how well a straight cut tells a class.

    Args:
        subject: A network that answers a class an event.

    Attributes:
        class_: The list of classes.
        plane: Events at every layer.
        curve: How well a straight cut tells the class there.
    """

    def __init__(self, subject: Subject) -> None:
        self._places, self._truth = places(subject), subject.truth.numpy()
        self._stages: list[Stage] = []
        before = None
        for name, values in self._places.items():
            before = flat(values, before)
            self._stages.append(Stage(name, before))
        counts = np.bincount(self._truth, minlength=len(subject.classes))
        met = np.flatnonzero(counts >= min(FEW, counts.max())).tolist()
        self.class_: Any = w.Dropdown(
            options=[(subject.classes[k], k) for k in met],
            value=min(met, key=self._straight),
            description="class",
            style=WIDE,
        )
        self.plane = Plane()
        names = tuple(self._places)
        self.curve = Lines(
            "How well a straight cut tells the class",
            Axis("layer (the inputs are 0)", 0, len(names) - 1),
            Axis("AUROC on other events", 0.5, 1.0),
        )
        self._told = paragraph()
        on_change(self.class_, lambda _: self._draw())
        self._draw()
        super().__init__([self.class_, beside(self.plane, self.curve), self._told])

    def _straight(self, class_: int) -> float:
        """How well the inputs alone tell a class."""
        return told_apart(self._places["inputs"], self._truth == class_)

    def _draw(self) -> None:
        positive, name = self._truth == self.class_.value, self.class_.label
        kinds = Kinds(positive.astype(int), ("·", "●"), ("others", name))
        self.plane.show("Events after each layer", self._stages, kinds)
        areas = [told_apart(values, positive) for values in self._places.values()]
        steps = np.arange(len(areas), dtype=float)
        self.curve.show([Line(name, steps, np.array(areas), kind="joined")])
        tell(
            self._told,
            f"{name} against all others, {positive.sum()} of {len(positive)} events: "
            f"of the inputs a straight cut has an AUROC of {areas[0]:.3f}, of the last "
            f"layer before the answer {areas[-2]:.3f}. What is drawn are the two "
            "directions in which the events lie farthest apart.",
        )
