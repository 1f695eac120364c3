"""Many lines of ``metrics.jsonl`` at once."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

KNOWN = {"attempt", "step", "epoch", "time"}


@dataclass(frozen=True)
class Logged:
    """Lines that one attempt wrote one after another.

    Attributes:
        attempt: Which training in the folder it is, from 1.
        first: Step of the first line.
        last: Second of the last line.
        columns: Name → steps, seconds, values, each (N,); null is not a number.
    """

    attempt: int
    first: int
    last: float
    columns: dict[str, tuple[Any, ...]]


def logged(texts: list[bytes]) -> Iterator[Logged | None]:
    """Lines in their order; ``None`` for one that is torn, or not numbers at a step.

    They are read all together. If that fails they are halved, until the one that
    cannot be read stands alone.
    """
    import orjson

    try:
        lines = orjson.loads(b"[" + b",".join(texts) + b"]")
        if len(lines) != len(texts):
            raise ValueError("one line holds several objects")
        parts = [
            _part(attempt, list(group))
            for attempt, group in groupby(lines, itemgetter("attempt"))
        ]
    except (KeyError, TypeError, ValueError):
        if len(texts) == 1:
            yield None
        else:
            half = len(texts) // 2
            yield from logged(texts[:half])
            yield from logged(texts[half:])
    else:
        yield from parts


def _part(attempt: int, lines: list[dict[str, Any]]) -> Logged:
    """Lines of one attempt as columns, those with the same names at once."""
    import numpy as np

    parts: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for names, numbers in _kinds(lines).items():
        same = map(lines.__getitem__, numbers)
        values = chain.from_iterable(map(dict.values, same))
        table = np.fromiter(values, float, len(names) * len(numbers))
        columns = dict(zip(names, table.reshape(-1, len(names)).T, strict=True))
        steps, times = columns["step"], columns.get("time", np.zeros(len(numbers)))
        if not np.isfinite([steps, times]).all():
            raise ValueError("a line without a step or a time")
        for name in names:
            if name not in KNOWN:
                parts[name].append((numbers, steps, times, columns[name]))
    return Logged(
        attempt,
        lines[0]["step"],
        lines[-1].get("time", 0.0),
        {name: _in_order(found) for name, found in parts.items()},
    )


def _kinds(lines: list[dict[str, Any]]) -> dict[tuple[str, ...], list[int]]:
    """Numbers of the lines that hold the same names in the same order."""
    kinds: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, names in enumerate(map(tuple, lines)):
        kinds[names].append(number)
    return kinds


def _in_order(parts: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Steps, seconds and values by the numbers of their lines."""
    import numpy as np

    if len(parts) == 1:
        return parts[0][1:]
    numbers, *rows = map(np.concatenate, zip(*parts, strict=True))
    order = np.argsort(numbers)
    return tuple(row[order] for row in rows)
