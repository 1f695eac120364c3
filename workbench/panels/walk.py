"""Sliders through what a trained generator draws."""

import io
from typing import Any

import ipywidgets as w

import workbench
from workbench.errors import BadInput
from workbench.panels.access import Access
from workbench.panels.events import on_change
from workbench.panels.picture import Picture
from workbench.task import Task


class Walk(w.VBox):
    """A picture of a generated sample and its statistics, and sliders that move both.

    Args:
        task: The task, or its name.
        model: A trained generator of the task.
        data: The data that it learned from, set up.

    Raises:
        BadInput: the task draws no samples.
    """

    def __init__(self, task: Task | str, model: Any, data: Any) -> None:
        task = workbench.load(task) if isinstance(task, str) else task
        if task.walk is None:
            raise BadInput(f"the task {task.name} has nothing to walk through")
        self._walk = task.walk(model, data)
        self.sliders: dict[str, Any] = {
            name: w.FloatSlider(
                value=start,
                min=low,
                max=high,
                step=(high - low) / 100,
                description=name,
                continuous_update=True,
                readout_format=".3g",
            )
            for name, (low, high, start) in self._walk.sliders.items()
        }
        self.picture = Picture()
        for slider in self.sliders.values():
            on_change(slider, self._draw)
        self._draw()
        super().__init__([*self.sliders.values(), self.picture, Access()])
        self.add_class("wb-walk")

    def _draw(self, _: float | None = None) -> None:
        values = {name: slider.value for name, slider in self.sliders.items()}
        drawn = io.BytesIO()
        self._walk.draw(**values).savefig(drawn, format="png")
        told = ", ".join(f"{name} {value:.3g}" for name, value in values.items())
        self.picture.show(drawn.getvalue(), f"A generated sample at {told}")
