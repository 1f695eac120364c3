"""What a network would say of a sample, were the sample a little different."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch

from workbench.errors import BadInput
from workbench.explain.cache import remembered
from workbench.explain.changes import Change, blanks, changed
from workbench.explain.explanation import asked, class_of
from workbench.explain.flips import Flip, least_noise
from workbench.explain.responses import response
from workbench.runs.trained import Trained

AT_ONCE = 32  # changed samples in a pass
STEPS = 41  # of a curve, at most
AS_IT_IS = Change()


@dataclass(frozen=True)
class Range:
    """How far something can be changed.

    Attributes:
        name: Of the thing, and its unit, as people read it.
        low: Least value.
        high: Largest.
        step: Between two.
        unit: What one is, in the unit of the name.
    """

    name: str
    low: float
    high: float
    step: float
    unit: float = 1.0

    @property
    def values(self) -> np.ndarray:
        """Values from the least to the largest, not too many."""
        number = round((self.high - self.low) / self.step)
        every = -(-number // (STEPS - 1))
        return np.round(self.low + self.step * np.arange(0, number + 1, every), 6)


class WhatIf:
    """A sample that can be changed, and the network's chances of each class then.

    Where the network outlines things, chances are means over the points of one thing as
    it was outlined at first.

    Args:
        trained: The network.
        sample: As the data's ``sample`` gives it.
        thing: Which of those outlined, where that is what the network does.

    Raises:
        BadInput: as :func:`workbench.explain.explanation.explain`.
    """

    def __init__(
        self, trained: Trained, sample: Mapping[str, Any], thing: int = 0
    ) -> None:
        own = replace(trained, model=deepcopy(trained.model))  # others may watch layers
        self.task, self.sample = trained.task, sample
        self.question, _ = asked(own, [sample], thing=thing)
        self._channels = [name for name, *_ in trained.about.get("channels", ())]

    @cached_property
    def before(self) -> np.ndarray:
        """Chances of the sample as it is (K,)."""
        return self.chances(AS_IT_IS)[0]

    @property
    def truth(self) -> int | None:
        """The true class, where it is known and is one."""
        return class_of(self.task, self.sample)

    @property
    def blanks(self) -> tuple[str, ...]:
        """What can be blanked."""
        return blanks(self.question, self._channels)

    @cached_property
    def ranges(self) -> dict[str, Range]:
        """What of :class:`Change` is a number, and how far it can go."""
        found: dict[str, Range] = {}
        line = self.question.evidence.line
        if line is not None:
            places = np.concatenate([*line.places(self.sample).values()])
            low, high = float(places.min()), float(places.max())
            far = int((high - low) / line.step / 2)
            name = f"moved [{line.unit}]"
            found["moved"] = Range(name, -far, far, 1, line.step)
            found["dead"] = Range(f"dead {line.unit}", 0, 40, 1)
            found["first"] = Range(f"first dead [{line.unit}]", low, high, 1)
        found["scale"] = Range("scale of all numbers", 0.5, 1.5, 0.02)
        found["noise"] = Range("noise on each number", 0.0, 0.6, 0.02)
        return found

    def inputs(self, change: Change) -> tuple[torch.Tensor, ...]:
        """What the network reads after a change (1, …)."""
        return changed(self.question, self.sample, change, self._channels)

    @torch.no_grad()
    def chances(self, *changes: Change) -> np.ndarray:
        """Of each class after each change (N, K)."""
        said: list[torch.Tensor] = []
        weights = self.question.weights.clamp(min=0).sum(1, keepdim=True)
        for first in range(0, len(changes), AT_ONCE):
            each = [self.inputs(one) for one in changes[first : first + AT_ONCE]]
            inputs = (torch.cat(parts) for parts in zip(*each, strict=True))
            chances = self.question.model(*inputs).float().softmax(1) * weights
            said.append(chances.flatten(2).sum(2) if chances.ndim > 2 else chances)
        return torch.cat(said).numpy()

    def curve(self, name: str, change: Change = AS_IT_IS) -> np.ndarray:
        """Chances (V, K) at the values of a range, other things changed or not.

        Raises:
            BadInput: there is no such range.
        """
        around = [
            replace(change, **{name: _as(value, name)})
            for value in self.range(name).values
        ]
        return self.chances(*around)

    def range(self, name: str) -> Range:
        """How far something can be changed."""
        if name not in self.ranges:
            raise BadInput(f"{name!r} has no range: choose {', '.join(self.ranges)}")
        return self.ranges[name]

    def turns(self, name: str) -> tuple[float, float]:
        """Nearest values below and above at which the answer is another, or nan."""
        values, start = self.range(name).values, getattr(AS_IT_IS, name)
        other = self.curve(name).argmax(1) != self.before.argmax()
        below, above = (
            values[other & (values < start)],
            values[other & (values > start)],
        )
        return (
            float(below.max()) if len(below) else float("nan"),
            float(above.min()) if len(above) else float("nan"),
        )

    def flip(self) -> Flip | None:
        """The least part of all numbers that turns the answer, each the worst way.

        ``None`` where the network answers for each point of a map.
        """
        whole = self.question.evidence.seen is None
        return least_noise(self.question) if whole else None

    def shares(self, method: str) -> np.ndarray:
        """Shares of all cells by a method (1, M), made once."""
        found = remembered(self.question, method)
        return found.cells(self.question.evidence.axes)

    def plot(self, name: str, change: Change = AS_IT_IS) -> Any:
        """Chances over a range, as a matplotlib ``Figure``."""
        one = self.range(name)
        curve, here = self.curve(name, change), getattr(change, name)
        values = one.values * one.unit
        return response(
            values, curve, self.task.classes, one.name, here * one.unit, self.truth
        )


def _as(value: float, name: str) -> float:
    return int(value) if name in ("moved", "dead") else float(value)
