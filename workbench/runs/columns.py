"""Many JSON lines of numbers at once, ten times as fast as line by line."""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

KEY = re.compile(rb'"([A-Za-z0-9_./-]+)": ')
PLAIN = b"0123456789.eE+-, {}nul"  # numbers and null, in objects


@dataclass(frozen=True)
class Columns:
    """Lines that have the same names.

    Attributes:
        lines: Where they stand among all (N,).
        values: Name → values (N,), not a number for null.
    """

    lines: Any
    values: dict[str, Any]


def columns(text: bytes) -> list[Columns] | None:
    """Whole JSON lines as columns; ``None`` if a line is not a flat one of numbers."""
    import numpy as np  # here, for importing the workbench is light

    groups: dict[tuple[int | bytes, ...], list[int]] = defaultdict(list)
    lines = text.splitlines()
    for number, line in enumerate(lines):
        last = line.rsplit(b'"', 2)[1:2]  # by the last name and how many there are
        groups[line.count(b'"'), *last].append(number)
    found: list[Columns] = []
    for numbers in groups.values():
        values = _values([lines[n] for n in numbers])
        if values is None:
            return None
        found.append(Columns(np.array(numbers), values))
    return found


def _values(lines: list[bytes]) -> dict[str, Any] | None:
    """Columns of lines whose names are those of the first, in the same order."""
    import numpy as np

    names = KEY.findall(lines[0])
    marks = bytes(range(128, 128 + len(names)))
    if not names or len(names) > 100:
        return None
    text = b",".join(lines)
    for mark, name in zip(marks, names, strict=True):
        text = text.replace(b'"%s": ' % name, bytes([mark]))
    rest = text.translate(None, PLAIN)
    if rest != marks * len(lines):  # other names, another order, or no numbers
        return None
    numbers = text.translate(None, marks + b"{}").replace(b"null", b"nan")
    table = np.fromstring(numbers.decode(), sep=",")
    if len(table) != len(lines) * len(names):
        return None
    known = (name.decode() for name in names)
    return dict(zip(known, table.reshape(len(lines), -1).T, strict=True))
