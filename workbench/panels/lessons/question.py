"""A question that is answered before one looks."""

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as w

from workbench.lessons.prediction import Prediction
from workbench.panels.events import on_change, on_click


class Question(w.VBox):
    """A prediction to make; what is right is told once one was made.

    Args:
        prediction: What is asked.
        show: Called at the reveal: it moves controls to where one sees it.
        veiled: What is hidden until then.

    Attributes:
        answers: The choices.
        reveal: The button.
        told: What the reveal says.
    """

    def __init__(
        self, prediction: Prediction, show: Callable[[], Any], *veiled: Any
    ) -> None:
        self._prediction, self._show, self._veiled = prediction, show, veiled
        for part in veiled:
            part.layout.display = "none"
        self.answers: Any = w.RadioButtons(
            options=[(text, i) for i, text in enumerate(prediction.choices)],
            index=None,
            layout={"width": "max-content"},
        )
        self.reveal = w.Button(
            description="Reveal", disabled=True, tooltip="Choose an answer first"
        ).add_class("wb-reveal")
        self.told: Any = w.HTML().add_class("wb-answered")
        on_change(self.answers, self._chosen)
        on_click(self.reveal, self._revealed)
        asked = w.HTML(f"<p><b>Before you look:</b> {escape(prediction.question)}</p>")
        super().__init__([asked, self.answers, self.reveal, self.told])
        self.add_class("wb-question")

    def _chosen(self, _: Any) -> None:
        self.reveal.disabled = self.answers.index is None

    def _revealed(self) -> None:
        known = self._prediction
        right = self.answers.value == known.right
        word = "Yes" if right else f"No: {known.choices[known.right]}"
        self.told.value = f'<p role="status">{escape(f"{word}. {known.why}")}</p>'
        for part in self._veiled:
            part.layout.display = None
        self._show()
