"""What a network said of the same inputs, step after step."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets as w

from workbench.panels.events import on_change
from workbench.panels.picture import Picture
from workbench.runs.run import Run

HEAD = "Predictions for the same few validation samples"


class Previews:
    """The newest picture that a run has drawn, and a slider through those before it.

    Args:
        do: Has something done beside the kernel's thread.

    Attributes:
        box: The widget to show; nothing is in it while there is no picture.
    """

    def __init__(self, do: Callable[[Callable[[], Any]], None]) -> None:
        self._do = do
        self._run: Run | None = None
        self._known: list[tuple[int, Path]] = []
        self._chosen: int | None = None  # a step; the newest if it is not chosen
        self._sent: tuple[Path, int] | None = None
        self._placing = False
        self._picture = Picture()
        self._slider: Any = w.SelectionSlider(
            options=[("", 0)],
            continuous_update=False,
            description="drawn after",
            style={"description_width": "8em"},
            layout={"width": "32em"},
        )
        self._slider.tooltip = "Step after which the picture was drawn"
        self._slider.add_class("wb-preview-step")
        self._said = w.HTML()
        on_change(self._slider, self._moved)
        self.box = w.VBox().add_class("wb-previews")

    def show(self, run: Run) -> None:
        """Show pictures of another run."""
        if self._run is None or run.folder != self._run.folder:
            self._run, self._known = run, []
            self._chosen = self._sent = None
            self.box.children = ()

    def look(self) -> None:
        """Show what has been drawn since, unless an earlier picture is chosen."""
        found = self._run.previews if self._run else []
        if not found:
            return
        files = dict(found)
        step = self._chosen if self._chosen in files else found[-1][0]
        if found != self._known:
            self._known = found
            self._placing = True  # not a person's hand
            self._slider.options = [(f"step {at:,}", at) for at in files]
            self._slider.value = step
            self._placing = False
        self._send(step, files[step])
        parts = [self._said, self._picture]
        if len(found) > 1:  # a slider needs two places
            parts.insert(1, self._slider)
        if len(self.box.children) != len(parts):
            self.box.children = parts

    def _send(self, step: int, file: Path) -> None:
        """Send a picture that the browser does not have yet."""
        try:
            version = file, file.stat().st_mtime_ns
            if version == self._sent:
                return
            self._picture.show(
                file.read_bytes(), f"{HEAD}, drawn after {step:,} steps of training"
            )
        except OSError:  # thinned out just now: the next look finds another
            return
        self._sent = version
        self._said.value = f"<b>{HEAD}</b>, after step {step:,}"

    def _moved(self, step: int) -> None:
        if not self._placing:
            self._chosen = None if step == self._known[-1][0] else step
            self._do(self.look)
