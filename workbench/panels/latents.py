"""Which part of what a generator draws from moves which statistic of its maps."""

from typing import Any

import ipywidgets as w

from workbench.explain.latents import latent_of, moved_by, moves
from workbench.panels.spoken import COMPUTING
from workbench.panels.worker import Do
from workbench.runs.report import in_html
from workbench.runs.trained import Trained


class Latents:
    """A table and shades, made when they are first looked at.

    Args:
        trained: A generator; nobody else uses it meanwhile.
        do: Has something done soon, in the panel's own thread.

    Attributes:
        box: The widget to show.
    """

    def __init__(self, trained: Trained, do: Do) -> None:
        self._trained, self._do, self._made = trained, do, False
        self.box: Any = w.HTML().add_class("wb-report").add_class("wb-latent")

    def show(self) -> None:
        """Take slopes, once: they are of no single map."""
        if not self._made:
            self._made = True
            self.box.value = COMPUTING
            self._do("latents", self._make)

    def _make(self) -> None:
        self.box.value = in_html(moved_by(moves(latent_of(self._trained))))
