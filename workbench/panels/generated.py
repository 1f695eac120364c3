"""What is known of a generator: its report, its scatter, its latent, and a walk."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import ipywidgets as w

from workbench.errors import BadInput
from workbench.panels.aside import aside
from workbench.panels.events import on_click
from workbench.panels.latents import Latents
from workbench.panels.spoken import alert, status
from workbench.panels.walk import Walk
from workbench.progress import heard
from workbench.runs.report import part_of
from workbench.runs.run import Run
from workbench.runs.trained import Trained, opened_with_data
from workbench.uncertainty.quantify import quantify

SCATTER = (
    "How the statistics of its maps scatter from draw to draw, and from member to "
    "member where it was trained several times, beside held-out maps. This takes "
    "minutes where maps are large; it is kept in the run's report."
)


def pages_of_generator(run: Run) -> Mapping[str, tuple[str, Callable[[], Any]]]:
    """Title of a tab → what is being done for it, and what makes it.

    Args:
        run: A trained and tested generator.

    Raises:
        BadInput: it was not tested yet.
    """
    first = run.members[0] if run.members else run
    tested = part_of(first.folder, "test")
    if tested is None:
        checkpoint = first.folder / "checkpoints" / "best.ckpt"
        raise BadInput(
            f"{first.name}: was not tested yet: type workbench test "
            f"--config={first.config} --ckpt_path={checkpoint}"
        )

    @cache
    def ready() -> Trained:
        return opened_with_data(run)

    def latent() -> Any:
        page = Latents(ready(), lambda _, job: job())  # this is the panel's thread
        page.show()
        return page.box

    def walk() -> Any:
        return Walk(ready().task, ready().model, ready().data)

    def test() -> Any:
        return w.HTML(tested).add_class("wb-report")

    return {
        "Test": ("Reading the report", test),
        "Scatter": ("Reading the report", lambda: Scatter(run)),
        "Latent": ("Taking slopes of statistics by the latent", latent),
        "Walk": ("Reading simulated maps", walk),
    }


class Scatter:
    """How a generator's statistics scatter, measured when a person asks for it.

    Args:
        run: A trained generator, or several trained alike.

    Attributes:
        box: The widget to show.
        measure: The button.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self.measure = w.Button(description="Measure", button_style="primary")
        self.measure.add_class("wb-measure")
        self._said = w.HTML().add_class("wb-said")
        self._found = w.HTML(part_of(run.folder, "uncertainty") or "")
        self._found.add_class("wb-report")
        head = [w.HTML(f"<p>{SCATTER}</p>"), w.HBox([self.measure, self._said])]
        self.box: Any = w.VBox([*head, self._found]).add_class("wb-scatter")
        on_click(self.measure, self._asked)

    def close(self) -> None:
        """Say nothing more."""
        self.measure.disabled = True

    def _asked(self) -> None:
        self.measure.disabled = True
        self._said.value = status("drawing …")
        aside(self._measured, self._failed)

    def _measured(self) -> None:
        def say(what: str, part: float) -> None:
            self._said.value = status(f"{what}, {100 * part:.0f} %")

        with heard(say):
            quantify(self._run)
        self._found.value = part_of(self._run.folder, "uncertainty") or ""
        self._said.value, self.measure.disabled = "", False

    def _failed(self, error: Exception) -> None:
        self._said.value = alert(error)
        self.measure.disabled = False
