"""A new run from a checkpoint of the one that is shown."""

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as w

from workbench.errors import BadInput
from workbench.panels.events import on_click
from workbench.runs.run import Run

FROM = {"last checkpoint": "last.ckpt", "best checkpoint": "best.ckpt"}
TAKEN = {"with its optimizer": False, "weights only": True}


class Branching:
    """A button that branches, from which checkpoint, and how much of it.

    Args:
        run: Tells which run is shown.
        show: Called with the new run.
        do: Has something done beside the kernel's thread.

    Attributes:
        box: The widget to show.
    """

    def __init__(
        self,
        run: Callable[[], Run | None],
        show: Callable[[Sequence[Run]], None],
        do: Callable[[Callable[[], Any]], None],
    ) -> None:
        self._run, self._show, self._do = run, show, do
        self.button: Any = w.Button(
            description="Branch",
            tooltip="Start a new run from a checkpoint of this one, which stays as is",
            disabled=True,
        )
        look = {"width": "auto"}
        self._from = w.Dropdown(options=FROM, layout=look)
        self._from.tooltip = "The checkpoint that Branch starts from"
        self._taken = w.Dropdown(options=TAKEN, layout=look)
        self._taken.tooltip = (
            "Go on at its step with its optimizer, or begin at step 0 with its weights"
        )
        for widget, name in (
            (self.button, "wb-branch"),
            (self._from, "wb-branch-from"),
            (self._taken, "wb-branch-taken"),
        ):
            widget.add_class(name)
        on_click(self.button, self._clicked)
        self.box = w.HBox([self.button, self._from, self._taken])
        self.box.add_class("wb-branching")

    def look(self, run: Run) -> None:
        """Whether there is a checkpoint to branch from."""
        place = run.folder / "checkpoints"
        off = not any((place / name).exists() for name in FROM.values())
        if self.button.disabled != off:
            self.button.disabled = off

    def _clicked(self) -> None:
        self.button.disabled = True  # until it is done: a second click is no wish
        self._do(self._branch)

    def _branch(self) -> None:
        from workbench.runs.branch import branch  # loads torch

        run = self._run()
        if run is None:
            raise BadInput("no run is shown: choose one under Runs")
        weights_only = bool(self._taken.value)
        self._show([branch(run, str(self._from.value), weights_only=weights_only)])
