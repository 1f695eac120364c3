"""What is asked of Slurm for a run, and what it costs."""

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as w

from workbench.errors import BadInput
from workbench.panels.events import on_change
from workbench.panels.field import placed
from workbench.panels.spoken import alert
from workbench.runs.site import CHOICES
from workbench.runs.slurm import Allocation, allocation

HELP = {
    "account": "Who pays.",
    "partition": "Slurm's; empty for its own choice.",
    "qos": "Quality of service; empty for Slurm's own choice.",
    "constraint": "What the nodes must have.",
    "time": "Limit of a job, such as 2:30:00; training goes on in the next job.",
}
MOST = 100_000  # nodes and processes; Slurm knows its own limits


class Nodes:
    """Controls that begin with what was asked last, or what the site's profile says.

    Args:
        processes: The control of the number of processes, on each node here.

    Attributes:
        box: The widget to show.
    """

    def __init__(self, processes: Any) -> None:
        self._processes = processes
        try:
            self._known = allocation()
        except BadInput:  # the cost below says why
            self._known = Allocation(nodes=1, processes=1, gpus=0, cores=1)
        self._nodes = placed(w.BoundedIntText(1, min=1, max=MOST), "nodes")
        self._gpus = placed(w.BoundedIntText(self._known.gpus, max=MOST), "gpus")
        self._gpus.tooltip = "On each node; one process for each of them"
        self._texts = {
            name: placed(w.Text(getattr(self._known, name), placeholder="-"), name)
            for name in CHOICES
        }
        for name, control in self._texts.items():
            control.tooltip = HELP[name]
        self._cost = w.HTML().add_class("wb-cost")
        grid = w.Box([self._nodes, self._gpus, *self._texts.values()])
        grid.add_class("wb-grid")
        self.box = w.VBox([grid, self._cost]).add_class("wb-slurm")
        on_change(self._gpus, self._follow)
        for control in (*self._controls(), processes):
            on_change(control, lambda _: self._tell())

    def observe(self, call: Callable[[Any], None]) -> None:
        """Call when anything changes."""
        for control in self._controls():
            control.observe(call, "value")

    def show(self, on: bool) -> None:
        """Whether a run goes to Slurm; if so, with a process for each GPU."""
        self.box.layout.display = "" if on else "none"
        if on:
            self._follow(self._gpus.value)
            self._tell()

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return self._nodes.value

    def asked(self) -> dict[str, str | int]:
        """Options for ``launch``; an empty text where the profile's is not wanted."""
        values = {name: c.value.strip() for name, c in self._texts.items()}
        values["gpus"] = self._gpus.value
        return {n: v for n, v in values.items() if v or getattr(self._known, n)}

    def _controls(self) -> list[Any]:
        return [self._nodes, self._gpus, *self._texts.values()]

    def _follow(self, gpus: int) -> None:
        self._processes.value = max(1, gpus)

    def _tell(self) -> None:
        try:
            wanted = allocation(self.nodes, self._processes.value, **self.asked())
            self._cost.value = escape(str(wanted))
        except BadInput as error:
            self._cost.value = alert(error)
