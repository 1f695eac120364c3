"""Slices of events by what is known of them."""

from collections.abc import Mapping

import numpy as np

from workbench.errors import BadInput
from workbench.runs.trained import Trained
from workbench.task import Fact

Where = Mapping[str, tuple[float, float]]  # name of a fact → its least, its largest


def facts_of(ready: Trained) -> dict[str, Fact]:
    """What a task tells of its test samples, by name.

    Args:
        ready: A network whose data are set up.
    """
    if ready.task.facts is None:
        return {}
    found = ready.task.facts(ready.data, np.arange(*ready.data.bounds("test")))
    return {one.name: one for one in found}


def within(facts: Mapping[str, Fact], where: Where, events: int) -> np.ndarray:
    """Whether each event lies within all that is asked for (N,) bool.

    Raises:
        BadInput: there is no such fact.
    """
    chosen = np.ones(events, bool)
    for name, (low, high) in where.items():
        if name not in facts:
            known = ", ".join(facts) or "nothing"
            raise BadInput(f"no {name!r} is known of the events: there are {known}")
        values = np.asarray(facts[name].values)
        chosen &= (values >= low) & (values <= high)
    return chosen
