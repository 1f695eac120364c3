"""Events of the kind that a network was trained on, which neither trained nor chose it.

They mend its probabilities, calibrate its promises, and are what new events are held
against.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from workbench.runs.trained import Trained
from workbench.uncertainty.answers import Answers
from workbench.uncertainty.cohort import Cohort
from workbench.uncertainty.fresh import fresh
from workbench.uncertainty.remembered import remembered
from workbench.uncertainty.scaling import Temperature

EVENTS = 5000  # fresh ones that calibrate promises
SEED = 246_813_579  # of calibration events: of no training


def fresh_data(ready: Trained, events: int, seed: int) -> Any:
    """Events that calibrate, as a test split; ``None`` if none can be made."""
    return fresh(ready, events, SEED + seed)


def halves(events: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of test events that calibrate, and of those that are left to try on."""
    order = np.random.default_rng(seed).permutation(events)
    return order[: events // 2], order[events // 2 :]


@dataclass(frozen=True)
class Known:
    """What a network says of events of the kind that it was trained on.

    Each part is asked for when it is first needed.

    Attributes:
        cohort: Its test events; half of them calibrate where no others can be made.
        events: Fresh ones that are made to calibrate.
        seed: Of what is drawn.
    """

    cohort: Cohort
    events: int = EVENTS
    seed: int = 0

    @cached_property
    def validation(self) -> Answers:
        """Answers to the events by which the network was chosen."""
        ready = self.cohort.trained
        return remembered(ready, ready.data, "val", "validate")

    @cached_property
    def calibration(self) -> Answers:
        """Answers to events that nothing has seen."""
        if self._fresh is None:
            return self.cohort.answers[halves(len(self.cohort), self.seed)[0]]
        return remembered(self.cohort.trained, self._fresh, "test", "calibrate")

    @cached_property
    def tested(self) -> np.ndarray:
        """Numbers (M,) of the cohort's events on which promises can be tried."""
        if self._fresh is None:
            return np.sort(halves(len(self.cohort), self.seed)[1])
        return np.arange(len(self.cohort))

    @cached_property
    def temperature(self) -> Temperature:
        """That mends the probabilities, learned from the validation events."""
        return Temperature.fit(self.validation.logits, self.validation.labels)

    @cached_property
    def _fresh(self) -> Any | None:
        return fresh_data(self.cohort.trained, self.events, self.seed)
