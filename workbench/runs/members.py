"""Runs that were launched together, each in a folder of its own under ``members/``."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workbench.runs.state import State

MEMBERS = "members"
LONGEST = 60  # characters of a name
FIRST: tuple[State, ...] = (  # what is said of all when it is so of one
    "running",
    "stopping",
    "starting",
    "paused",
    "queued",
    "failed",
    "lost",
    "stopped",
    "finished",
)


def label(number: int, given: Mapping[str, Any], chosen: Mapping[str, Any]) -> str:
    """A member's name: its number, and what it does not share: ``2-seed-7``.

    Args:
        number: From 1.
        given: Settings of all; what has several values is a list.
        chosen: Those of this member.
    """
    lists = {name: value for name, value in given.items() if isinstance(value, list)}
    own = [name for name, values in lists.items() if len(values) > 1]
    parts = [f"{name.rpartition('.')[2]}-{chosen[name]}" for name in own]
    return re.sub(r"[^\w.+-]+", "_", "-".join([str(number), *parts]))[:LONGEST]


def state_of(states: Sequence[State]) -> State:
    """The state of runs that belong together: the liveliest, then the worst."""
    return min(states, key=FIRST.index)


def told(states: Iterable[State]) -> str:
    """How many are in which state: ``3 members: 1 running, 2 queued``."""
    counts = Counter(states)
    parts = [f"{counts[state]} {state}" for state in FIRST if counts[state]]
    return f"{counts.total()} members: {', '.join(parts)}"
