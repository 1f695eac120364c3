"""What every lesson has: a look, a title, a formula, and its code in plain torch."""

from html import escape
from typing import Any

import ipywidgets as w

from workbench.panels.access import Access
from workbench.panels.events import on_change
from workbench.panels.modules import style


def title(text: str) -> Any:
    """A heading, with the look of what follows."""
    sheets = style("lesson.css")
    head = w.HTML(f"<style>{sheets}</style><h3>{escape(text)}</h3>")
    return w.VBox([head, Access()])


def heading(text: str) -> Any:
    """A heading of a part."""
    return w.HTML(f"<h3>{escape(text)}</h3>")


def paragraph(text: str = "") -> Any:
    """Words that a control may change."""
    return w.HTML(_paragraph(text)).add_class("wb-told")


def tell(place: Any, text: str) -> None:
    """Change the words of a paragraph."""
    place.value = _paragraph(text)


def formula(text: str = "") -> Any:
    """A formula in plain characters, which needs no network to be set."""
    return w.HTML(_paragraph(text)).add_class("wb-formula")


def captioned(text: str, part: Any) -> Any:
    """A picture with a name above it."""
    return w.VBox([w.HTML(f"<b>{escape(text)}</b>"), part])


def beside(*parts: Any) -> Any:
    """Parts beside each other where there is room."""
    return w.HBox(parts).add_class("wb-beside")


def controls(*parts: Any) -> Any:
    """Sliders and lists in a row."""
    return w.HBox(parts).add_class("wb-controls")


WIDE = {"description_width": "11em"}
LAYOUT = {"width": "31em"}


def slider(
    name: str,
    value: float,
    low: float,
    high: float,
    step: float,
    shown: str = ".2f",
    kind: Any = w.FloatSlider,
) -> Any:
    """A slider as wide as the others; ``shown`` is how its number is written."""
    return kind(
        value=value,
        min=low,
        max=high,
        step=step,
        description=name,
        readout_format=shown,
        style=WIDE,
        layout=LAYOUT,
    )


def whole_slider(name: str, value: int, low: int, high: int) -> Any:
    """A slider over whole numbers."""
    return slider(name, value, low, high, 1, "d", w.IntSlider)


class Code(w.VBox):
    """The few lines of plain torch that do the same, shown on demand.

    Attributes:
        text: What is shown.
    """

    text: str = ""

    def __init__(self) -> None:
        self._button: Any = w.ToggleButton(
            False, description="Show me the code", layout={"width": "12em"}
        )
        self._shown: Any = w.HTML()
        on_change(self._button, lambda _: self._draw())
        super().__init__([self._button, self._shown])
        self.add_class("wb-code")

    def tell(self, text: str) -> None:
        """Show these lines from now on."""
        self.text = text
        self._draw()

    def _draw(self) -> None:
        shown = f"<pre>{escape(self.text)}</pre>" if self._button.value else ""
        self._shown.value = shown


def _paragraph(text: str) -> str:
    return f'<p role="status">{escape(text)}</p>'
