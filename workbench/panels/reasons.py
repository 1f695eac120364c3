"""One method's map of an event, what it is worth, and what it says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import ipywidgets as w
import numpy as np

from workbench.errors import BadInput
from workbench.explain.badges import Badge
from workbench.explain.explanation import Explanation, explain
from workbench.explain.methods import METHODS
from workbench.panels.drawn import png
from workbench.panels.events import on_change
from workbench.panels.field_map import FieldMap, put
from workbench.panels.picture import Picture
from workbench.panels.spoken import COMPUTING, alert, status
from workbench.panels.worker import Do
from workbench.runs.trained import Trained

SIZE = 6.2, 6.4  # inches of a map, of which two stand side by side
MARKS = {None: ("·", ""), True: ("✓", "passes: "), False: ("✗", "fails: ")}


@dataclass(frozen=True)
class Asked:
    """What an event is asked.

    Attributes:
        event: Its number.
        sample: As the task's ``plot`` takes it.
        of: Why this class; the likeliest if not given.
        against: Rather than that one; the next if not given.
        thing: Of those outlined.
        answer: What the network says of it, as ``plot`` takes it.
    """

    event: int
    sample: Any
    of: int | None
    against: int | None
    thing: int
    answer: Any


class Reasons:
    """A list of methods, the map of the chosen one, and its badges.

    Args:
        trained: The network.
        method: To begin with.
        do: Has something done soon, in the panel's own thread.
        made: Called when there is another map.

    Attributes:
        box: The widget to show.
        found: What is shown; ``None`` while it is made.
    """

    found: Explanation | None = None

    def __init__(
        self, trained: Trained, method: str, do: Do, made: Callable[[], Any]
    ) -> None:
        self._trained, self._do, self._name = trained, do, f"map {id(self)}"
        self._told = made
        self._asked: Asked | None = None
        self._busy = False
        self._methods: Any = w.Dropdown(options=[method], description="method")
        self._methods.add_class("wb-method")
        self._said = w.HTML().add_class("wb-caption")
        self._badges = w.HTML().add_class("wb-badges")
        self._picture = Picture()
        self._holder = w.VBox([])
        parts = [self._methods, self._said, self._holder, self._badges]
        self.box: Any = w.VBox(parts).add_class("wb-reasons")
        on_change(self._methods, lambda _: self._make())

    @property
    def method(self) -> str:
        """The chosen method."""
        return self._methods.value

    def offer(self, methods: Sequence[str]) -> None:
        """Let a person choose from these methods, the chosen one among them."""
        if tuple(methods) != tuple(self._methods.options):
            chosen, self._busy = self.method, True
            try:
                self._methods.options = list(methods)
                self._methods.value = chosen
            finally:
                self._busy = False

    def show(self, asked: Asked) -> None:
        """Explain another event, or the same in another way."""
        self._asked = asked
        self._make()

    def _make(self) -> None:
        asked, method = self._asked, self.method
        if asked is not None and not self._busy:
            self._said.value = COMPUTING
            self._badges.value, self.found = "", None
            self._do(self._name, lambda: self._explained(asked, method))

    def _explained(self, asked: Asked, method: str) -> None:
        """Make the map and show it; its badges come after it."""
        try:
            found = explain(
                self._trained, [asked.sample], asked.of, asked.against, asked.thing,
                method,
            )  # fmt: skip
            shown = self._drawn(found, asked)
        except BadInput as error:
            if self._current(asked, method):
                self._said.value = alert(error)
            return
        if self._current(asked, method):
            self._said.value = caption(found)
            put(self._holder, shown)
            self.found = found
            self._told()
            self._badges.value = status("computing badges …")
            badge = f"{self._name} badges"
            self._do(badge, lambda: self._stamped(found, asked, method))

    def _stamped(self, found: Explanation, asked: Asked, method: str) -> None:
        if self._current(asked, method):
            text = listed(found.badges)
            if self._current(asked, method):
                self._badges.value = text

    def _current(self, asked: Asked, method: str) -> bool:
        return asked is self._asked and method == self.method

    def _drawn(self, found: Explanation, asked: Asked) -> Any:
        maps = {name: values[0] for name, values in found.attribution.maps.items()}
        task = self._trained.task
        if task.chart is not None:
            return FieldMap(task, asked.sample, asked.answer, maps)
        figure = task.plot(asked.sample, attribution=maps)
        words = f"Map of {found.attribution.method} of test event {asked.event}"
        self._picture.show(png(figure, *SIZE), words)
        return self._picture


def caption(found: Explanation) -> str:
    """What a map shows, in words."""
    one = found.attribution
    parts = {name: float(np.abs(values).sum()) for name, values in one.maps.items()}
    total = sum(parts.values()) or 1.0
    shares = ", ".join(
        f"{name} {100 * part / total:.0f} %" for name, part in parts.items()
    )
    where = f" Of all shares, whichever sign: {shares}." if len(parts) > 1 else ""
    return (
        f"<b>Why {escape(one.about)}?</b> A share is {METHODS[one.method].says}. "
        f"Orange speaks for it, purple against it.{where}"
    )


def listed(badges: Sequence[Badge]) -> str:
    """Badges as a list."""
    lines: list[str] = []
    for badge in badges:
        mark, word = MARKS[badge.good]
        kind = {None: "open", True: "good", False: "bad"}[badge.good]
        lines.append(
            f'<li class="wb-badge-{kind}"><span aria-hidden="true">{mark}</span> '
            f"<b>{escape(badge.name)}</b> {word}{escape(badge.says)}</li>"
        )
    return f"<ul>{''.join(lines)}</ul>"
