"""The ways to be sure that are held against each other."""

from collections.abc import Mapping, Sequence

from workbench.uncertainty.answers import Answers
from workbench.uncertainty.scaling import Temperature, Vector

Pair = tuple[Answers, Answers]  # to validation events, and to new ones


def methods(
    known: Sequence[Answers],
    new: Sequence[Answers],
    others: Mapping[str, Pair] | None = None,
) -> dict[str, Answers]:
    """Answers to new events by each method, what it has to learn learned from known.

    Args:
        known: Each member's answers to validation events.
        new: Each member's answers to test events.
        others: Name → mean answers of one network that was asked in several ways.

    Returns:
        Name → answers; the first is the network as it is, the last the best founded.
    """
    found = {"as it is": new[0]}
    for name, pair in (others or {}).items():
        found |= {name: pair[1], _after(name): _at_temperature(*pair)}
    found |= _mended("", known[0], new[0])
    if len(new) > 1:
        pooled = Answers.pooled(known), Answers.pooled(new)
        name = f"{len(new)} members"
        found |= {name: pooled[1]} | _mended(name, *pooled)
    return found


def _mended(before: str, known: Answers, new: Answers) -> dict[str, Answers]:
    vector = Vector.fit(known.logits, known.labels)
    return {
        _after(before, "vector scaling"): new.after(vector),
        _after(before): _at_temperature(known, new),
    }


def _at_temperature(known: Answers, new: Answers) -> Answers:
    return new.after(Temperature.fit(known.logits, known.labels))


def _after(name: str, scaling: str = "temperature") -> str:
    return f"{name}, {scaling}" if name else scaling
