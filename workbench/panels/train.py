"""The training panel: start, watch and steer runs from a notebook."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as w

import workbench
from workbench.errors import BadInput
from workbench.panels import vitals
from workbench.panels.access import Access
from workbench.panels.aside import aside
from workbench.panels.branching import Branching
from workbench.panels.curves import Curves
from workbench.panels.events import on_change, on_click
from workbench.panels.follower import Follower
from workbench.panels.form import Form
from workbench.panels.modules import style
from workbench.panels.previews import Previews
from workbench.panels.runlist import RunList
from workbench.panels.spoken import alert, status
from workbench.panels.steer import Steer
from workbench.panels.trained import task_of_run
from workbench.runs.control import ask, reply_to
from workbench.runs.launch import relaunch
from workbench.runs.run import Run, open_run
from workbench.runs.state import OVER
from workbench.task import Task

BUTTONS = {  # label: what it does, and in which states it can be asked for
    "Start": ("Start a new run with these settings", ()),
    "Pause": ("Wait between two steps", ("running",)),
    "Resume": ("Go on, from where it was", ("paused", *OVER)),
    "Stop": ("Finish the step, save and end", ("running", "paused")),
    "Save": ("Write a checkpoint now", ("running", "paused")),
}
TABS = ("Settings", "Curves", "Log", "Runs")


class Train(w.VBox):
    """Settings, commands and live curves of training runs.

    Closing the notebook or restarting the kernel ends no run; ``attach`` shows it
    again.

    Args:
        task: Name of a task; ``None`` for none yet.
        runs: Where runs are and go; as ``workbench launch`` decides if not given.
        settings: Values to begin with: ``{"data.events": 4096, "epochs": 3}``.

    Attributes:
        run: The run that the buttons command.

    Raises:
        BadInput: no such task, or a setting that it does not have.
    """

    run: Run | None = None

    def __init__(
        self,
        task: str | None = "neutrino",
        runs: str | Path | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self._runs = Path(runs) if runs is not None else None
        self._asked: dict[str, str] = {}  # requests without an answer: id → verb
        self._form: Form | None = None
        self._steer: Steer | None = None
        self._state = w.HTML().add_class("wb-state")
        self._said = w.HTML().add_class("wb-said")
        self._bar = w.FloatProgress(0, min=0, max=1, layout={"width": "98%"})
        self._words = w.HTML().add_class("wb-progress")
        self._machine = w.HTML().add_class("wb-machine")
        self._log = w.HTML().add_class("wb-log")
        self.curves = Curves()
        self._names = w.Dropdown(options=workbench.task_names(), description="task")
        self._names.add_class("wb-task")
        self._command = w.HTML().add_class("wb-command")
        self._box = w.VBox().add_class("wb-settings")
        self._sliders = w.VBox()
        self._buttons = {label: self._button(label) for label in BUTTONS}
        self._follower = Follower(self.curves.look, self._look, self._failed)
        do = self._follower.do
        self._list = RunList(self._runs, self._show, do, self._say)
        self._branching = Branching(lambda: self.run, self._branched, do)
        self._previews = Previews(do)
        live = w.VBox([self._sliders, self.curves, self._previews.box])
        settings_box = w.VBox([self._names, self._box, self._command])
        parts = [settings_box, live, self._log, self._list.box]
        self._tabs = w.Tab(parts, titles=TABS).add_class("wb-tabs")
        look = w.HTML(f"<style>{style('panel.css')}</style>")
        buttons = w.HBox([*self._buttons.values()])
        head = w.HBox([buttons, self._branching.box])
        head.add_class("wb-head")
        shown = [self._state, self._bar, self._words, self._machine, self._said]
        super().__init__([look, head, *shown, self._tabs, Access()])
        self.add_class("wb-train")
        if task is not None:
            self._choose(workbench.load(task), settings or {})
        on_change(self._names, self._load)
        self._follower.begin()

    def close(self) -> None:
        """Take the panel away; runs go on."""
        self._follower.end()
        super().close()

    def attach(self, run: Run) -> None:
        """Show a run, all it has logged so far, and go on with it."""
        self.show([run])
        if self._form is None:  # its controls come after the curves, for they take long
            self._follower.do(
                lambda: aside(lambda: self._load_task_of(run), self._failed)
            )

    def show(self, runs: Sequence[Run]) -> None:
        """Lay the curves of runs over each other; the buttons command the first.

        Of runs that were launched together, all are shown, and one that trains is
        commanded.
        """
        self._follower.do(lambda: self._show(runs))

    def command(self) -> str:
        """The command line that Start runs now."""
        return self._form.plan().command() if self._form else ""

    def _choose(self, task: Task, settings: Mapping[str, Any]) -> None:
        """Build the controls of a task."""
        form = Form(task, self._runs, settings)
        form.observe(lambda _: self._tell_command())
        steer = Steer(task.settings, lambda values: self._ask("set", values))
        self._form, self._steer = form, steer
        self._names.value = task.name
        self._box.children, self._sliders.children = [form.box], [steer.box]
        self._tell_command()

    def _load_task_of(self, run: Run) -> None:
        self._choose(task_of_run(_commanded(run)), {})

    def _load(self, name: str) -> None:
        """Load a task beside the kernel's thread: its first loading takes seconds."""
        if self._form is not None and self._form.task == name:
            return
        aside(lambda: self._choose(workbench.load(name), {}), self._failed)

    def _tell_command(self) -> None:
        self._command.value = (
            "The same from a shell (one click chooses it all, to copy):"
            f'<pre tabindex="0">{escape(self.command())}</pre>'
        )

    def _button(self, label: str) -> Any:
        about, _ = BUTTONS[label]
        button = w.Button(description=label, tooltip=about)
        button.add_class(f"wb-{label.lower()}")
        if label == "Start":
            button.button_style = "primary"
        work = {"Start": self._start, "Resume": self._resume}.get(label)
        work = work or (lambda: self._ask(label.lower()))
        on_click(button, lambda: self._follower.do(work))
        button.disabled = label != "Start"
        return button

    def _start(self) -> None:
        if self._form is None:
            raise BadInput("no task is loaded yet: choose one under Settings")
        run = self._form.plan().launch()
        self._show([run])
        self._say(f"Started {run.name}.")

    def _resume(self) -> None:
        run = self.run
        if run is None:
            return
        if run.waits:
            self._ask("resume")
            return
        relaunch(run, {})
        self._say(f"Started {run.name} again from its newest checkpoint.")

    def _branched(self, runs: Sequence[Run]) -> None:
        self._show(runs)
        self._say(f"Started {runs[0].name} from a checkpoint.")

    def _ask(self, verb: str, values: dict[str, float] | None = None) -> None:
        if self.run is not None:
            name = ask(self.run.folder, verb, values)
            self._asked[name] = verb
            self._say(f"Asked to {verb} …")

    def _show(self, runs: Sequence[Run]) -> None:
        """Show runs, of which the first is commanded from now on."""
        if not runs:
            raise BadInput("choose runs in the list first")
        self.run = _commanded(runs[0])
        runs = [one for run in runs for one in run.members or [run]]
        self._asked.clear()
        if self._steer:
            self._steer.forget()
        self._tabs.selected_index = TABS.index("Curves")
        self.curves.show(runs)
        self._previews.show(self.run)

    def _look(self) -> None:
        """Say how the run is getting on, and what became of requests."""
        self._list.look_now_and_then()
        run = self.run
        if run is None:
            _put(self._state, "No run is shown: start one, or choose one under Runs.")
            return
        state, status = run.state, run.status
        for name, verb in list(self._asked.items()):
            reply = reply_to(run.folder, name)
            if reply:
                del self._asked[name]
                done = "" if reply.done else f"Refused to {verb}: "
                self._say(f"{done}{reply.message}, after step {reply.step}")
        text = f'{escape(run.name)} <span class="wb-is wb-is-{state}">{state}</span>'
        _put(self._state, text)
        part, words = vitals.progress(run, state, status)
        self._bar.value = part
        _put(self._words, words)
        _put(self._machine, vitals.machine(run, state))
        _put(self._log, vitals.log(run))
        for label, (_, states) in BUTTONS.items():
            off = label != "Start" and state not in states
            if self._buttons[label].disabled != off:
                self._buttons[label].disabled = off
        self._previews.look()
        self._branching.look(run)
        if self._steer:
            self._steer.enable(state in ("running", "paused"))
            self._steer.show(self.curves.last(run.name))

    def _say(self, text: str) -> None:
        _put(self._said, status(text))

    def _failed(self, error: Exception) -> None:
        _put(self._said, alert(error))


def attach(run: Run | str | Path, runs: str | Path | None = None) -> Train:
    """Show an existing run in a new panel, in whatever kernel this is.

    Args:
        run: The run, its folder or its name.
        runs: Where runs are.

    Raises:
        BadInput: there is no such run.
    """
    root = Path(runs) if runs is not None else None
    found = run if isinstance(run, Run) else open_run(run, root)
    panel = Train(None, root or found.folder.absolute().parent)
    panel.attach(found)
    return panel


def _commanded(run: Run) -> Run:
    """The run itself; of those that were launched together one that trains."""
    members = run.members or [run]
    train = (one for one in members if one.state not in (*OVER, "queued"))
    return next(train, members[0])


def _put(widget: Any, value: str) -> None:
    """Change a text only if it differs: each change is a message to the browser."""
    if widget.value != value:
        widget.value = value
