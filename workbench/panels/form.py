"""What a run is started with: data, model, training, and where."""

import shlex
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import ipywidgets as w
import yaml

from workbench.allotted import usable_cores
from workbench.errors import BadInput
from workbench.panels.events import on_change
from workbench.panels.field import Field, placed
from workbench.panels.nodes import MOST, Nodes
from workbench.panels.signature import Parameter, parameters
from workbench.runs.launch import launch
from workbench.runs.local import has_gpu
from workbench.runs.run import Run
from workbench.runs.settings import as_words, full_name
from workbench.task import Task

TRAINER = (
    Parameter("trainer.max_epochs", int, 5, help="Passes over the training data."),
    Parameter("seed_everything", int, 0, help="Seed of weights and random numbers."),
    Parameter(
        "trainer.accelerator",
        str,
        "auto",
        ("auto", "cpu", "gpu"),
        help="Processor; auto takes a GPU where there is one.",
    ),
    Parameter(
        "trainer.log_every_n_steps", int, 10, help="Steps between two logged values."
    ),
)


@dataclass(frozen=True)
class Plan:
    """A launch as it is shown and as it is made."""

    task: str
    processes: int
    compute: Literal["local", "slurm"]
    settings: Mapping[str, Any]
    runs: Path | None
    nodes: int
    asked: Mapping[str, Any]  # of Slurm

    def command(self) -> str:
        """The command line that does the same."""
        words = ["workbench", "launch", self.task]
        if self.compute != "local":
            words += ["--compute", self.compute]
        if self.nodes > 1:
            words += ["--nodes", str(self.nodes)]
        if self.processes > 1 or self.compute != "local":
            words += ["--processes", str(self.processes)]
        for name, value in self.asked.items():
            words += [f"--{name}", str(value)]
        if self.runs:
            words += ["--runs", str(self.runs)]
        return shlex.join([*words, *as_words(self.settings)])

    def launch(self) -> Run:
        """Start it."""
        return launch(
            self.task,
            compute=self.compute,
            processes=self.processes,
            settings=self.settings,
            runs=self.runs,
            nodes=self.nodes,
            **self.asked,
        )


class Form:
    """Controls of everything that a task's constructors take.

    Args:
        task: The task.
        runs: Where runs go.
        settings: Values to begin with, by their place in the configuration.

    Attributes:
        task: The task's name.
        fields: Place in the configuration → control.
        box: The widget to show.

    Raises:
        BadInput: a setting that the task does not have.
    """

    def __init__(
        self, task: Task, runs: Path | None, settings: Mapping[str, Any]
    ) -> None:
        self.task, self._task, self._runs = task.name, task, runs
        config = yaml.safe_load(task.fit.read_text())
        self._defaults: dict[str, Any] = {}
        self.fields: dict[str, Field] = {}
        data = self._group("data", task.data, config)
        model = self._group("model", task.model, config)
        training = [
            self._field(about.name, about, _given(config, about.name, about.default))
            for about in TRAINER
        ]
        compute = ["local", *(["slurm"] if shutil.which("sbatch") else [])]
        self._compute = placed(w.Dropdown(options=compute), "compute")
        self._processes = placed(w.BoundedIntText(1, min=1), "processes")
        self._slurm = Nodes(self._processes)
        on_change(self._compute, lambda _: self._place())
        self._place()
        for key, field in self.fields.items():  # what both are told must agree
            twin = self.fields.get(key.replace("model.", "data."))
            if twin not in (None, field):
                w.link((field.control, "value"), (twin.control, "value"))
        self._set(settings)
        where = [self._compute, self._processes, w.HTML(_machine())]
        rest = w.VBox([_grid([*training, *where]), self._slurm.box])
        self.box = w.Accordion(
            children=[_grid(data), _grid(model), rest],
            titles=("Data", "Model", "Training and machine"),
            selected_index=0,
        )
        self.box.add_class("wb-form")

    def observe(self, call: Callable[[Any], None]) -> None:
        """Call when anything changes."""
        for field in self.fields.values():
            field.observe(call)
        self._compute.observe(call, "value")
        self._processes.observe(call, "value")
        self._slurm.observe(call)

    def plan(self) -> Plan:
        """What would be launched now; settings left at their defaults are not named."""
        settings = {
            key: field.value
            for key, field in self.fields.items()
            if field.value != self._defaults[key]
        }
        compute: Any = self._compute.value
        return Plan(
            self._task.name,
            self._processes.value,
            compute,
            settings,
            self._runs,
            nodes=self._slurm.nodes if compute == "slurm" else 1,
            asked=self._slurm.asked() if compute == "slurm" else {},
        )

    def _place(self) -> None:
        """Offer what there is where the run goes."""
        local = self._compute.value == "local"
        self._processes.max = usable_cores() if local else MOST
        self._slurm.show(not local)

    def _group(self, name: str, owner: type, config: Mapping[str, Any]) -> list[Any]:
        given = config.get(name, {}).get("init_args", {})
        known = parameters(owner)
        if self._task.conditions:
            names = tuple(self._task.conditions)
            known = [
                replace(p, choices=names) if p.name == "condition" else p for p in known
            ]
        return [
            self._field(
                f"{name}.{about.name}", about, given.get(about.name, about.default)
            )
            for about in known
        ]

    def _field(self, key: str, about: Parameter, default: Any) -> Any:
        scale = self._task.settings.get(about.name)
        self.fields[key] = Field(key, replace(about, default=default), scale)
        self._defaults[key] = self.fields[key].value
        return self.fields[key].box

    def _set(self, settings: Mapping[str, Any]) -> None:
        for name, value in settings.items():
            field = self.fields.get(full_name(name))
            if field is None:
                known = ", ".join(self.fields)
                raise BadInput(f"{self._task.name} has no setting {name}: {known}")
            field.value = value


def _given(config: Mapping[str, Any], key: str, default: Any) -> Any:
    """What a configuration says at a place."""
    value: Any = config
    for part in key.split("."):
        value = value.get(part, default) if isinstance(value, dict) else default
    return value


def _grid(parts: list[Any]) -> Any:
    grid = w.Box(parts)
    grid.add_class("wb-grid")
    return grid


def _machine() -> str:
    gpu = "a GPU" if has_gpu() else "no GPU"
    slurm = "Slurm" if shutil.which("sbatch") else "no Slurm"
    return f"<small>This machine has {usable_cores()} cores, {gpu}, {slurm}.</small>"
