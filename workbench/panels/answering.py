"""A panel that opens at once and fills while its network answers."""

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as w

from workbench.panels.modules import style
from workbench.panels.progress import Progress
from workbench.panels.spoken import alert
from workbench.panels.worker import Worker


class Answering(w.VBox):
    """Asks beside the kernel's own thread; what is in it ends with it.

    Args:
        styles: Names of its style sheets.
    """

    _endings: tuple[Callable[[], Any], ...] = ()  # none where it is refused or closed

    def __init__(self, styles: Sequence[str]) -> None:
        self._said = w.HTML().add_class("wb-said")
        self._progress = Progress()
        self._worker = Worker(self._failed)
        self._endings = (self._worker.end,)
        sheets = "".join(style(f"{name}.css") for name in styles)
        self._look = w.HTML(f"<style>{sheets}</style>")
        super().__init__()

    @property
    def closed(self) -> bool:
        """Whether it was taken away."""
        return not self._endings

    def close(self) -> None:
        """Take the panel away; a selection stays."""
        for end in self._endings:
            end()
        self._endings = ()
        super().close()

    def _keep(self, end: Callable[[], Any]) -> None:
        """Do this when the panel is closed, or now where that has happened."""
        if self.closed:
            end()
        else:
            self._endings = (end, *self._endings)

    def _failed(self, error: Exception) -> None:
        self._said.value = alert(error)
