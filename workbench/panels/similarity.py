"""How similar other events are to those a network was trained on."""

from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as w

from workbench.panels.aside import aside
from workbench.panels.events import on_change, on_click
from workbench.panels.lines import Axis, Line, Lines
from workbench.panels.selection import Selection
from workbench.panels.tables import table_html
from workbench.progress import heard
from workbench.refusals import told
from workbench.uncertainty.comparison import WARNING, Comparison
from workbench.uncertainty.foreign import SCORES
from workbench.uncertainty.known import EVENTS, Known
from workbench.uncertainty.reference import Reference

LABEL = {"description_width": "8em"}
STRONGEST = 3.0
ABOUT = (
    "Events made under another condition, or read from a file, are held against events "
    "of the kind that the network was trained on. Labels are not looked at."
)


class Similarity:
    """Choose other events, compare them, and read whether they may be answered.

    Args:
        selection: Whose run it is.
        known: Whose temperature mends probabilities.
        events: How many known events others are held against.

    Attributes:
        box: The widget to show.
        found: The last comparison.
    """

    found: Comparison | None = None

    def __init__(self, selection: Selection, known: Known, events: int = EVENTS):
        self._selection, self._known, self._events = selection, known, events
        self._reference: Reference | None = None
        task = selection.cohort.trained.task
        names = list(task.conditions)
        self.condition: Any = w.Dropdown(
            options=names,
            value=names[-1] if names else None,
            description="condition",
            style=LABEL,
        ).add_class("wb-condition")
        self.strength: Any = w.FloatSlider(
            1.0, min=0, max=STRONGEST, step=0.25, description="strength", style=LABEL
        ).add_class("wb-strength")
        self.number: Any = w.BoundedIntText(
            1000, min=100, max=100_000, step=100, description="events", style=LABEL
        ).add_class("wb-number")
        self.path: Any = w.Text(
            placeholder="a file or folder that the task reads",
            description="or a file",
            style=LABEL,
            layout={"width": "32em"},
        ).add_class("wb-path")
        self.compare = w.Button(description="Compare", button_style="primary")
        self.compare.add_class("wb-compare")
        self.compare.tooltip = (
            "Make or read the events and hold them against known ones"
        )
        self._meaning = w.HTML().add_class("wb-help")
        self._bar: Any = w.FloatProgress(0, min=0, max=1, layout={"width": "24em"})
        self._bar.style = LABEL
        self._bar.add_class("wb-comparing")
        self._said = w.HTML().add_class("wb-said")
        self._verdict = w.HTML().add_class("wb-verdict")
        self._table = w.HTML()
        self.score: Any = w.Dropdown(
            options=list(SCORES), description="score", style=LABEL
        ).add_class("wb-score")
        self.histogram = Lines(
            "How foreign single events are",
            Axis("score, higher for what is foreign"),
            Axis("share of events", low=1e-4, log=True, percent=True),
        ).add_class("wb-foreign")
        self._result = w.VBox([]).add_class("wb-compared")
        made = [w.HBox([self.condition, self.strength, self.number]), self._meaning]
        self.box = w.VBox(
            [
                w.HTML(f"<p>{escape(ABOUT)}</p>"),
                *(made if names and task.fresh else []),
                w.HBox([self.path, self.compare, self._bar]),
                self._said,
                self._result,
            ]
        ).add_class("wb-similarity")
        on_click(self.compare, self._asked)
        on_change(self.score, self._draw)
        on_change(self.condition, self._mean)
        self._mean(self.condition.value)

    def close(self) -> None:
        """Let the known events go."""
        self._reference = None

    def _mean(self, name: str | None) -> None:
        meaning = self._selection.cohort.trained.task.conditions.get(name or "", "")
        self._meaning.value = f"<small>{escape(meaning)}</small>"

    def _asked(self) -> None:
        self.compare.disabled = True
        self._say("Comparing …")
        aside(self._compare, self._failed)

    def _compare(self) -> None:
        with heard(self._progress):
            if self._reference is None:  # the known events are seen once
                self._reference = Reference.of(
                    self._selection.run,
                    self._events,
                    temperature=self._known.temperature,
                )
            path = self.path.value.strip()
            if path:
                found = self._reference.file(Path(path).expanduser())
            else:
                how = self.condition.value, self.strength.value, self.number.value
                found = self._reference.condition(*how)
            self._say("Telling them apart …")
            self._show(found)
        self._say("")
        self.compare.disabled = False

    def _progress(self, what: str, part: float) -> None:
        self._bar.value, self._bar.description = part, what

    def _show(self, found: Comparison) -> None:
        self.found = found
        self._table.value = table_html(found.table())
        self._draw(self.score.value)
        self._verdict.value = _told(found, self._selection.run.name)
        self._result.children = [
            self._verdict,
            w.HBox([self._table, w.VBox([self.score, self.histogram])]).add_class(
                "wb-beside"
            ),
        ]

    def _draw(self, score: str) -> None:
        if self.found is None:
            return
        edges, shares = self.found.histogram(score)
        names = "known", self.found.name
        self.histogram.show(
            [
                Line(name, edges, share, "steps", colour=i)
                for i, (name, share) in enumerate(zip(names, shares, strict=True))
            ]
        )

    def _say(self, text: str, role: str = "status") -> None:
        self._said.value = f'<span role="{role}">{escape(text)}</span>' if text else ""

    def _failed(self, error: Exception) -> None:
        self._say(told(error), "alert")
        self._bar.value = 0
        self.compare.disabled = False


def _told(found: Comparison, run: str) -> str:
    """The verdict in words, what the simulation knows beside it, and the warning."""
    answer = "yes" if found.trusted else "no"
    parts = [
        f'<p role="status" class="wb-answer wb-answer-{answer}"><b>{escape(found.name)}'
        f"</b>: {escape(found.verdict)}.</p>"
    ]
    if found.truth is not None:
        right, held = found.truth
        parts.append(
            "<p>Their truth is known, though not to the verdict: "
            f"{100 * right.value:.1f} % are answered rightly, and "
            f"{100 * held.value:.1f} % of sets hold the truth where "
            f"{100 * (1 - found.promise.alpha):.4g} % were promised.</p>"
        )
    if found.sign is None:
        parts.append(
            "<p>What foretells harm is not known of this run: <code>workbench "
            f"uncertainty {escape(run)}</code> finds it out.</p>"
        )
    else:
        sign = found.sign
        parts.append(
            f"<p>Harm is foretold by the {escape(sign.name)}: "
            f"{found.similarity.numbers[sign.name]:.3g} here, harmful above "
            f"{sign.threshold:.3g}. On shifted samples that did not set the threshold "
            f"it missed {100 * sign.missed:.0f} % of the harmful ones and gave false "
            f"alarm for {100 * sign.alarms:.0f} % of the others.</p>"
        )
    return "".join([*parts, f'<p class="wb-warning">{escape(WARNING)}</p>'])
