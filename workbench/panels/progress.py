"""How far a panel's thread is with what takes seconds."""

from collections.abc import Generator
from contextlib import contextmanager
from html import escape
from typing import Any

import ipywidgets as w

from workbench.progress import heard


class Progress:
    """Words and a bar, which are there only while something is being done.

    Attributes:
        box: The widget to show.
    """

    def __init__(self) -> None:
        self._said = w.HTML()
        self._bar: Any = w.FloatProgress(0, min=0, max=1, layout={"width": "24em"})
        self.box: Any = w.HBox([self._bar, self._said]).add_class("wb-progress")
        self.box.layout.display = "none"

    @contextmanager
    def of(self, what: str) -> Generator[None]:
        """Show how far it is.

        Args:
            what: Is being done, in words.
        """

        def told(step: str, part: float) -> None:
            self._bar.value = part
            words = f"{what}: {step}, {100 * part:.0f} %"
            self._said.value = f'<span role="status">{escape(words)}</span>'

        self._bar.value = 0
        self._said.value = f'<span role="status">{escape(what)} …</span>'
        self.box.layout.display = ""
        try:
            with heard(told):
                yield
        finally:
            self.box.layout.display = "none"
