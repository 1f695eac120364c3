"""The ways to be sure that are held against each other."""

from collections.abc import Sequence

from workbench.uncertainty.answers import Answers
from workbench.uncertainty.scaling import Temperature, Vector


def methods(known: Sequence[Answers], new: Sequence[Answers]) -> dict[str, Answers]:
    """Answers to new events by each method, what it has to learn learned from known.

    Args:
        known: Each member's answers to validation events.
        new: Each member's answers to test events.

    Returns:
        Name → answers; the first is the network as it is, the last the best founded.
    """
    found = {"as it is": new[0]} | _mended("", known[0], new[0])
    if len(new) > 1:
        pooled = Answers.pooled(known), Answers.pooled(new)
        name = f"{len(new)} members"
        found |= {name: pooled[1]} | _mended(f"{name}, ", *pooled)
    return found


def _mended(before: str, known: Answers, new: Answers) -> dict[str, Answers]:
    fits = {
        "vector scaling": Vector.fit(known.logits, known.labels),
        "temperature": Temperature.fit(known.logits, known.labels),
    }
    return {f"{before}{name}": new.after(fit) for name, fit in fits.items()}
