"""Known events, to hold new ones against."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import BadInput
from workbench.runs.run import Run
from workbench.runs.trained import Trained, trained, with_data
from workbench.uncertainty.comparison import Comparison
from workbench.uncertainty.conformal import Conformal, suited_alpha
from workbench.uncertainty.fresh import fresh
from workbench.uncertainty.known import EVENTS, fresh_data, halves
from workbench.uncertainty.remembered import remembered
from workbench.uncertainty.scaling import Temperature
from workbench.uncertainty.shifts import EVENTS as SHIFTED
from workbench.uncertainty.shifts import SEED, mended
from workbench.uncertainty.sight import Sight, sight
from workbench.uncertainty.verdict import Sign

LEAST = 100  # new events from which anything can be told


@dataclass(frozen=True)
class Reference:
    """Events of the kind that a network was trained on, to hold others against.

    Attributes:
        trained: The network; its data are set up.
        known: What it sees in them, with mended probabilities.
        temperature: That mends them.
        promise: Of sets, calibrated on them.
        sign: That foretells harm.
    """

    trained: Trained
    known: Sight
    temperature: Temperature
    promise: Conformal
    sign: Sign | None

    @classmethod
    def of(
        cls,
        run: Run,
        events: int = EVENTS,
        seed: int = 0,
        temperature: Temperature | None = None,
    ) -> "Reference":
        """Look at known events with a run's network, the first of an ensemble's.

        Args:
            run: A trained run; where ``workbench uncertainty`` has judged it, that says
                what foretells harm.
            events: Fresh ones to be made; half of the test events where none can be.
            seed: Of what is drawn.
            temperature: Fitted to validation events if not given.

        Raises:
            BadInput: nothing is trained, answers are not one class an event, or the
                task does not say what its networks go by.
        """
        ready = trained(run.members[0] if run.members else run)
        if not ready.task.classes:
            raise BadInput(
                f"{run.name}: the task {ready.task.name} tells nothing apart"
            )
        with_data(ready)
        if temperature is None:
            said = remembered(ready, ready.data, "val", "validate")
            temperature = Temperature.fit(said.logits, said.labels)
        made = fresh_data(ready, events, seed)
        if made is None:
            seen = sight(ready.task, ready.model, ready.data.test_dataloader(), "see")
            seen = seen[halves(len(seen), seed)[0]]
        else:
            batches = made.test_dataloader()
            seen = sight(ready.task, ready.model, batches, "see")
        known, results = mended(seen, temperature), run.results
        assert known.labels is not None
        right = float((known.probabilities.argmax(1) == known.labels).mean())
        alpha = results.get("uncertainty/alpha", suited_alpha(right))
        promise = Conformal.fit(known.probabilities, known.labels, alpha)
        return cls(ready, known, temperature, promise, Sign.kept(results))

    def condition(
        self, name: str, strength: float, events: int = SHIFTED
    ) -> Comparison:
        """Make events under one of the task's named conditions and compare them.

        Raises:
            BadInput: no such condition, or the run's own events are not simulated.
        """
        task = self.trained.task
        if name not in task.conditions:
            known = ", ".join(task.conditions) or "none"
            raise BadInput(f"no condition {name!r} of {task.name}: there are {known}")
        data = fresh(self.trained, events, SEED, name, strength)
        if data is None:
            raise BadInput(
                "the run's events come from a file, so none can be made under a "
                "condition: compare with another file"
            )
        return self._against(f"{name}, {strength:g}", data.test_dataloader())

    def file(self, path: str | Path) -> Comparison:
        """Compare the events of a file, in any layout that the task reads.

        Raises:
            BadInput: it cannot be read, does not fit the network or has few events.
        """
        path = Path(path)
        if not path.exists():
            raise BadInput(f"{path}: no such file or folder")
        own = self.trained.data
        data = type(own)(**{**own.hparams, "path": str(path)})
        data.prepare_data()
        data.setup("predict")
        return self._against(path.name, data.predict_dataloader())

    def _against(self, name: str, batches: Any) -> Comparison:
        new = sight(self.trained.task, self.trained.model, batches, name)
        if len(new) < LEAST:
            raise BadInput(
                f"{name}: {len(new)} events: {LEAST} are the least that can be told "
                "from others"
            )
        new = mended(new, self.temperature)
        return Comparison(name, self.known, new, self.sign, self.promise)
