"""Live curves of several runs on one canvas."""

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

import anywidget
import numpy as np
import traitlets

from workbench.panels.modules import module, style
from workbench.panels.shown import Shown
from workbench.runs.history import History
from workbench.runs.run import Run


def _now(_: Any, widget: Any) -> dict[str, Any]:
    return widget.whole()


class Curves(anywidget.AnyWidget):
    """What runs have logged, drawn in the browser while it grows.

    The browser gets the whole once, and again after a reload; then only what is new,
    as binary messages numbered in their order. If it misses one, it asks for the whole.
    """

    _esm = module("train.js")
    _css = style("train.css")
    _whole = traitlets.Dict().tag(sync=True, to_json=_now)

    def __init__(self) -> None:
        self._lock = Lock()  # the browser asks from another thread than the follower's
        self._histories: dict[str, History] = {}
        self._resets: dict[str, int] = {}
        self._shown: dict[tuple[str, str], Shown] = {}
        self._number = 0
        super().__init__()
        self.on_msg(self._on_message)

    def show(self, runs: Sequence[Run]) -> None:
        """Show these runs, the first in the first colour, and no others."""
        with self._lock:
            self._histories = {r.name: History(r.folder) for r in runs}
            self._resets, self._shown = {}, {}
            self._number += 1
            for name in self._histories:
                self._read(name)
        self.send_state("_whole")

    def look(self) -> bool:
        """Read what the runs have logged since, and send it; whether there was any."""
        with self._lock:
            changes = [c for name in self._histories for c in self._read(name)]
            if not changes:
                return False
            self._number += 1
            content = {
                "number": self._number,
                "changes": [
                    {"run": run, "name": name, "replace": replace}
                    for run, name, replace, _ in changes
                ],
            }
            self.send(content, [_plain(rows) for *_, rows in changes])
        return True

    def last(self, run: str) -> Mapping[str, float]:
        """The last value of each of a run's curves."""
        with self._lock:
            history = self._histories.get(run)
            curves = history.curves if history else {}
            return {name: c.values[-1] for name, c in curves.items() if c.values}

    def whole(self) -> dict[str, Any]:
        """All that is shown: ``curves`` hold steps, seconds, values (3, N) as bytes."""
        with self._lock:
            return {
                "number": self._number,
                "runs": list(self._histories),
                "curves": [
                    {"run": run, "name": name, "points": _plain(shown.rows)}
                    for (run, name), shown in self._shown.items()
                ],
            }

    def _read(self, run: str) -> list[tuple[str, str, bool, np.ndarray]]:
        history = self._histories[run]
        if not history.read():
            return []
        again = history.resets != self._resets.get(run)
        self._resets[run] = history.resets
        changes: list[tuple[str, str, bool, np.ndarray]] = []
        for name, curve in history.curves.items():
            change = self._shown.setdefault((run, name), Shown()).update(curve, again)
            if change:
                changes.append((run, name, *change))
        return changes

    def _on_message(self, _: Any, content: Any, buffers: Any) -> None:
        if content == "whole":
            self.send_state("_whole")


def _plain(rows: np.ndarray) -> bytes:
    return np.ascontiguousarray(rows, "<f8").tobytes()
