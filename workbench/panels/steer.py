"""Sliders that change the optimizer while it trains."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import ipywidgets as w

from workbench.panels.events import on_change
from workbench.task import Setting


class Steer:
    """A slider for each setting that a task declares, and what it is now.

    Args:
        settings: The task's.
        ask: Called with name → value when a person has moved a slider.
    """

    def __init__(
        self,
        settings: Mapping[str, Setting],
        ask: Callable[[dict[str, float]], None],
    ) -> None:
        self._ask = ask
        self._now = {name: w.HTML().add_class("wb-now") for name in settings}
        self._sliders = {name: _slider(name, s) for name, s in settings.items()}
        self._placing: str | None = None
        self._placed: set[str] = set()
        for name, slider in self._sliders.items():
            on_change(slider, partial(self._moved, name))
        rows = [w.HBox([self._sliders[n], self._now[n]]) for n in settings]
        self.box = w.VBox(rows)
        self.box.add_class("wb-steer")
        self.enable(False)

    def enable(self, on: bool) -> None:
        """Whether a run listens."""
        for slider in self._sliders.values():
            if slider.disabled == on:
                slider.disabled = not on

    def forget(self) -> None:
        """Another run is shown: take its values over."""
        self._placed.clear()
        for label in self._now.values():
            label.value = ""

    def show(self, values: Mapping[str, float]) -> None:
        """Say what a run uses now; a slider that nobody moved starts from there."""
        for name, label in self._now.items():
            value = values.get(name)
            if value is None:
                continue
            text = f"now {value:.3g}"
            if label.value != text:
                label.value = text
            if name not in self._placed and value > 0:
                self._placed.add(name)
                self._placing = name  # not a person's hand
                self._sliders[name].value = value
                self._placing = None

    def _moved(self, name: str, value: float) -> None:
        if self._placing == name:
            return
        self._placed.add(name)
        self._ask({name: float(f"{value:.3g}")})


def _slider(name: str, setting: Setting) -> Any:
    how: dict[str, Any] = {
        "description": name.replace("_", " "),
        "continuous_update": False,
        "style": {"description_width": "8em"},
        "layout": {"width": "32em"},
        "tooltip": f"{name}, from {setting.low:g} to {setting.high:g}",
    }
    if setting.log:
        low, high = math.log10(setting.low), math.log10(setting.high)
        middle = math.sqrt(setting.low * setting.high)
        made = w.FloatLogSlider(middle, min=low, max=high, step=0.02, **how)
        made.readout_format = ".2e"
    else:
        made = w.FloatSlider(setting.low, min=setting.low, max=setting.high, **how)
    made.add_class(f"wb-set-{name}")
    return made
