"""How far a panel's thread is with what takes seconds."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import ipywidgets as w

from workbench.panels.spoken import status
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
            self._said.value = status(f"{what}: {step}, {100 * part:.0f} %")

        self._bar.value = 0
        self._said.value = status(f"{what} …")
        self.box.layout.display = ""
        try:
            with heard(told):
                yield
        finally:
            self.box.layout.display = "none"
