"""A question to two sets of maps, and what they answer."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbench.tasks.cosmogan.physics.floor import SPLITS, halves

Sets = tuple[np.ndarray, np.ndarray]
Effect = Callable[[np.ndarray, np.ndarray], np.ndarray]
Judged = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray | None]]


@dataclass(frozen=True)
class Evidence:
    """What a group of statistics says of two sets.

    Attributes:
        effects: How far each of the other set is from the reference.
        floors: Root mean square of what halves of the reference give.
        p: Chance of each effect in equal sets; ``None`` where it is not known.
    """

    effects: np.ndarray
    floors: np.ndarray
    p: np.ndarray | None


@dataclass(frozen=True)
class Question:
    """A group of statistics in which two sets are compared; the unit is the map.

    Attributes:
        group: What kind they are.
        names: Of each.
        unit: Of the effects.
        sets: The reference (N, …) and the other (M, …).
        effect: Of two sets.
        judged: The same and its chance in equal sets.
        splits: How often halves of the reference are compared.
    """

    group: str
    names: tuple[str, ...]
    unit: str
    sets: Sets
    effect: Effect
    judged: Judged
    splits: int = SPLITS

    def answer(self, seed: int) -> Evidence:
        """Ask the two sets, and halves of the first."""
        real = self.sets[0]
        pairs = halves(len(real), seed, self.splits)
        split = [self.effect(real[one], real[two]) for one, two in pairs]
        effects, p = self.judged(*self.sets)
        return Evidence(effects, np.sqrt(np.mean(np.square(split), 0)), p)


def with_p(effect: Effect, p: Effect) -> Judged:
    """An effect together with what finds its chance."""
    return lambda reference, other: (effect(reference, other), p(reference, other))


def without_p(effect: Effect) -> Judged:
    """An effect that is shown, and judges nothing."""
    return lambda reference, other: (effect(reference, other), None)
