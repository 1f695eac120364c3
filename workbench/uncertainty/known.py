"""Events of the kind that a network was trained on, which neither trained nor chose it.

They mend its probabilities, calibrate its promises, and are what new events are held
against.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from workbench.runs.trained import Trained
from workbench.uncertainty.answers import Answers, asked
from workbench.uncertainty.cohort import Cohort
from workbench.uncertainty.scaling import Temperature

EVENTS = 5000  # fresh ones that calibrate promises
SEED = 246_813_579  # of calibration events: of no training


def fresh_batches(ready: Trained, events: int, seed: int) -> Any | None:
    """Loads events that nothing has seen; ``None`` where such cannot be made."""
    fresh = ready.task.fresh and ready.task.fresh(ready.data, events, SEED + seed)
    if not fresh:
        return None
    fresh.prepare_data()
    fresh.setup("test")
    return fresh.test_dataloader()


def halves(events: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of test events that calibrate, and of those that are left to try on."""
    order = np.random.default_rng(seed).permutation(events)
    return order[: events // 2], order[events // 2 :]


@dataclass(frozen=True)
class Known:
    """What a network says of events of the kind that it was trained on.

    Attributes:
        validation: Answers to the events by which it was chosen.
        calibration: Answers to events that nothing has seen.
        tested: Numbers (M,) of a cohort's events on which promises can be tried.
    """

    validation: Answers
    calibration: Answers
    tested: np.ndarray

    @cached_property
    def temperature(self) -> Temperature:
        """That mends the probabilities, learned from the validation events."""
        return Temperature.fit(self.validation.logits, self.validation.labels)

    @classmethod
    def of(cls, cohort: Cohort, events: int = EVENTS, seed: int = 0) -> "Known":
        """Ask a cohort's network.

        Args:
            cohort: Its test events; half of them calibrate where no others can be made.
            events: Fresh ones that are made to calibrate.
            seed: Of what is drawn.
        """
        ready = cohort.trained
        target = ready.task.target
        val = asked(ready.model, ready.data.val_dataloader(), target, "validate")
        batches = fresh_batches(ready, events, seed)
        if batches is None:
            mine, tested = halves(len(cohort), seed)
            return cls(val, cohort.answers[mine], np.sort(tested))
        found = asked(ready.model, batches, target, "calibrate")
        return cls(val, found, np.arange(len(cohort)))
