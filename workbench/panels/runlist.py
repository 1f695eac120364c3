"""The runs of a place: sorted, filtered, noted, laid over each other, deleted."""

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ipywidgets as w

from workbench.errors import BadInput
from workbench.panels.events import on_change, on_click
from workbench.runs.folder import write_text
from workbench.runs.run import Run, runs
from workbench.runs.state import OVER
from workbench.runs.watch import summary

NOTES = "notes.txt"
OFTEN = 2.0  # s between two looks at all runs
Order = Callable[[Run], Any]
ORDERS: dict[str, Order] = {
    "newest first": lambda run: 0,
    "name": lambda run: run.name,
    "state": lambda run: run.state,
    "best test": lambda run: -run.reached[1] if run.reached else 1.0,
}


class RunList:
    """A list of runs to choose from.

    Args:
        root: Where the runs are.
        show: Called with the chosen runs; the first is the one that is commanded.
        do: Has something done that takes time.
        say: Tells the person something.
    """

    def __init__(
        self,
        root: Path | None,
        show: Callable[[Sequence[Run]], None],
        do: Callable[[Callable[[], Any]], None],
        say: Callable[[str], None],
    ) -> None:
        self._root, self._show, self._say = root, show, say
        self._evidence: dict[str, Run] = {}  # states are told from look to look
        self._condemned: list[str] = []
        self._looked, self._listing = 0.0, False
        self._filter = w.Text(placeholder="name, state or note", description="filter")
        self._order = w.Dropdown(options=list(ORDERS), description="sort by")
        self._list = w.SelectMultiple(rows=8, layout={"width": "98%"})
        self._list.tooltip = "Runs; choose several to lay their curves over each other"
        show_button = _button("Show", "wb-show", "Show the chosen runs' curves")
        self._delete = _button("Delete", "wb-delete", "Delete the chosen runs' folders")
        self._notes = w.Textarea(
            placeholder="Notes on the first chosen run",
            continuous_update=False,
            layout={"width": "98%"},
        )
        on_click(show_button, lambda: do(lambda: show(self._chosen())))
        on_click(self._delete, lambda: do(self._deleted))
        for control in (self._filter, self._order):
            on_change(control, lambda _: do(self.look))
        on_change(self._list, lambda _: self._listing or do(self._noticed))
        on_change(self._notes, lambda _: do(self._noted))
        tools = w.HBox([self._filter, self._order, show_button, self._delete])
        self.box = w.VBox([tools, self._list, self._notes])
        for widget, name in ((self.box, "wb-runs"), (self._notes, "wb-notes")):
            widget.add_class(name)

    def look_now_and_then(self) -> None:
        """Look, unless it was done just now."""
        if time.monotonic() - self._looked > OFTEN:
            self.look()

    def look(self) -> None:
        """List the runs that there are now."""
        self._looked = time.monotonic()
        every = [one for r in reversed(runs(self._root)) for one in (r, *r.members)]
        found = {run.name: run for run in every}
        self._evidence = {n: self._evidence.get(n, run) for n, run in found.items()}
        order, wanted = ORDERS[str(self._order.value)], self._filter.value.lower()
        rows: list[tuple[str, str]] = []
        for run in sorted(self._evidence.values(), key=order):
            note = " ".join(_read(run).split())
            text = summary(run) + (f"  — {note[:60]}" if note else "")
            if wanted in text.lower():
                rows.append((text, run.name))
        if rows != list(self._list.options):
            chosen = [n for n in self._list.value if n in {name for _, name in rows}]
            self._listing = True  # not a person's choice
            self._list.options = rows  # which chooses none
            self._list.value = chosen
            self._listing = False

    def _chosen(self) -> list[Run]:
        return [self._evidence[n] for n in self._list.value if n in self._evidence]

    def _noticed(self) -> None:
        self._condemned, self._delete.description = [], "Delete"
        chosen = self._chosen()
        self._notes.value = _read(chosen[0]) if chosen else ""

    def _noted(self) -> None:
        chosen = self._chosen()
        if chosen and self._notes.value != _read(chosen[0]):
            try:
                write_text(chosen[0].folder / NOTES, self._notes.value)
            except OSError as error:
                raise BadInput(
                    f"{chosen[0].folder / NOTES}: cannot be written ({error.strerror})"
                ) from error

    def _deleted(self) -> None:
        """Ask again at the first click, delete at the second."""
        chosen = self._chosen()
        living = [run.name for run in chosen if run.state not in OVER]
        if living:
            raise BadInput(f"{living[0]} is {self._evidence[living[0]].state}: stop it")
        names = [run.name for run in chosen]
        if names and names != self._condemned:
            self._condemned = names
            self._delete.description = f"Really delete {len(names)}?"
            self._say(f"Click again to delete {', '.join(names)} for good.")
            return
        for run in chosen:
            try:
                shutil.rmtree(run.folder)
            except OSError as error:
                raise BadInput(
                    f"{run.folder}: cannot be deleted ({error.strerror or error})"
                ) from error
        self._say(f"Deleted {', '.join(names)}." if names else "Choose runs first.")
        self._condemned, self._delete.description = [], "Delete"
        self.look()


def _button(label: str, name: str, about: str) -> Any:
    button = w.Button(description=label, tooltip=about)
    button.add_class(name)
    return button


def _read(run: Run) -> str:
    try:
        return (run.folder / NOTES).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
