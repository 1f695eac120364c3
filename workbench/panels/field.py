"""A control for one setting."""

import math
from typing import Any

import ipywidgets as w

from workbench.panels.signature import Parameter
from workbench.task import Setting

SMALL = 0.05  # a positive default up to here is thought of in powers of ten
LABEL = {"description_width": "9em"}
WIDE = {"width": "calc(100% - 4px)"}


class Field:
    """A labelled control, with what the docstring says below it.

    Args:
        key: The setting's name in the configuration, such as ``model.learning_rate``.
        about: The argument it sets.
        scale: Limits and scale, where the task tells them.

    Attributes:
        box: The widget to show.
        control: The one that holds the value.
    """

    def __init__(self, key: str, about: Parameter, scale: Setting | None = None):
        self.key, self.about = key, about
        self.control = _control(about, scale)
        self.control.style, self.control.layout = LABEL, WIDE
        self.control.description = about.name.split(".")[-1].replace("_", " ")
        self.control.tooltip = about.help
        self.control.add_class(f"wb-field-{key.replace('.', '-')}")
        self.own: Any = None
        shown: list[Any] = [self.control]
        if about.optional and about.kind in (int, float):
            self.own = w.Checkbox(
                about.default is not None, description="own value", indent=False
            )
            self.own.layout.margin = "0 0 0 calc(9em + 10px)"
            self.own.tooltip = f"{about.name}: give a value in place of its default"
            self.control.disabled = about.default is None
            self.own.observe(self._switch, "value")
            shown.insert(0, self.own)
        if about.help:
            help = w.HTML(f"<small>{_escaped(about.help)}</small>")
            help.add_class("wb-help")
            shown.append(help)
        self.box = w.VBox(shown)
        self.box.add_class("wb-field")

    def observe(self, call: Any) -> None:
        """Call when the value changes."""
        for control in (self.control, self.own):
            if control is not None:
                control.observe(call, "value")

    @property
    def value(self) -> Any:
        """The value; ``None`` where the default is to be used."""
        if self.own is not None and not self.own.value:
            return None
        value = self.control.value
        if self._wordless and not value.strip():
            return None
        return _rounded(value) if isinstance(value, float) else value

    @value.setter
    def value(self, value: Any) -> None:
        if self.own is not None:
            self.own.value = value is not None
        if value is not None:
            self.control.value = value
        elif self.own is None:
            self.control.value = "" if self._wordless else None

    @property
    def _wordless(self) -> bool:
        """Whether no words at all stand for the default."""
        about = self.about
        return about.kind is str and about.optional and not about.choices

    def _switch(self, _: Any) -> None:
        self.control.disabled = not self.own.value


def placed(control: Any, name: str) -> Any:
    """Give a control its label and its place beside the fields."""
    control.description = name
    control.style, control.layout = LABEL, WIDE
    return control.add_class(f"wb-{name}")


def _control(about: Parameter, scale: Setting | None) -> Any:
    default, live = about.default, {"continuous_update": False}
    if about.choices:
        given = [(str(choice), choice) for choice in about.choices]
        none = [("default", None)] if about.optional else []
        return w.Dropdown(options=none + given, value=default)
    if about.kind is bool:
        return w.Checkbox(default)
    if about.kind is str:
        return w.Text(default or "", placeholder="default", **live)
    if about.kind is int:
        top = max(10**9, 100 * (default or 0))
        return w.BoundedIntText(default or 0, min=0, max=top)
    if scale is None and default is not None and 0 < default <= SMALL:
        scale = Setting(low=default / 1e4, high=1.0)
    if scale and scale.log:
        low, high = math.log10(scale.low), math.log10(scale.high)
        start = default or math.sqrt(scale.low * scale.high)
        return w.FloatLogSlider(start, min=low, max=high, step=0.05, **live)
    if scale:
        return w.FloatSlider(default or scale.low, min=scale.low, max=scale.high)
    if default is None or default < 0:
        return w.FloatText(default or 0.0)
    top = 4 * default or 1.0
    return w.FloatSlider(default, min=0.0, max=top, step=top / 80, **live)


def _rounded(value: float) -> float:
    """Three digits: a slider's place means no more."""
    return float(f"{value:.3g}")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
