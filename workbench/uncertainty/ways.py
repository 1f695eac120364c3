"""Ways to ask one trained network for several answers, whose mean is taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.errors import BadInput
from workbench.runs.trained import Trained
from workbench.uncertainty.answers import Answers, How, asked_often
from workbench.uncertainty.dropout import PASSES, dropout
from workbench.uncertainty.laplace import laplace
from workbench.uncertainty.turned import turned

NAMES = {
    "laplace": "last-layer Laplace",
    "dropout": "MC dropout",
    "symmetry": "symmetries averaged",
}


@dataclass(frozen=True)
class Way:
    """A way to ask.

    Attributes:
        name: For people.
        how: Asks about a batch.
        passes: Of a sample through the network.
        draws: Whether answers are of draws of weights, so that their disagreement is
            doubt about the network.
    """

    name: str
    how: How
    passes: int
    draws: bool

    def __call__(self, ready: Trained, batches: Any, what: str) -> list[Answers]:
        """Each answer to all events of a loader."""
        target, what = ready.task.target, f"{what}, {self.name}"
        return asked_often(ready.model, batches, target, what, self.how)


@dataclass(frozen=True)
class Said:
    """What was said when one network was asked in a way, each time by itself.

    Attributes:
        way: The way.
        val: Of validation events.
        test: Of others.
    """

    way: Way
    val: Sequence[Answers]
    test: Sequence[Answers]


def way(name: str, ready: Trained, seed: int = 0) -> Way:
    """A way by its name on the command line.

    Raises:
        BadInput: there is no such way, or the network or the task does not allow it.
    """
    if name not in NAMES:
        raise BadInput(f"no method {name!r}: choose from {', '.join(NAMES)}")
    if name == "laplace":
        return Way(NAMES[name], laplace(ready, seed).ask, 1, True)
    if name == "dropout":
        return Way(NAMES[name], dropout(ready.model, seed), PASSES, True)
    return Way(NAMES[name], turned(ready.task), 1 + len(ready.task.symmetries), False)


def ways(
    ready: Trained, names: Sequence[str] | None, seed: int = 0
) -> tuple[list[Way], Mapping[str, str]]:
    """The ways of those names, or all that there are.

    Returns:
        The ways, and why each other is not offered, by its name.

    Raises:
        BadInput: one that is asked for by name is not offered.
    """
    if names is not None:
        return [way(name, ready, seed) for name in names], {}
    found: list[Way] = []
    refused: dict[str, str] = {}
    for name in NAMES:
        try:
            found.append(way(name, ready, seed))
        except BadInput as error:
            refused[NAMES[name]] = str(error).split(":")[0]
    return found, refused
