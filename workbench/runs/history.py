"""Reading ``metrics.jsonl`` while it grows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.runs.columns import Columns, columns

KNOWN = {"attempt", "step", "epoch", "time"}
FIRST = {"attempt", "step", "time"}  # in every line that the logger writes
BLOCK = 4_000_000  # bytes read at a time, so that memory stays small
MANY = 100_000  # bytes from which columns are faster than lines


@dataclass
class Curve:
    """One logged quantity: its values, and the step and the second of each."""

    steps: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def add(self, step: int, time: float, value: float) -> None:
        """Append a value; one logged again for the same step replaces the first."""
        if self.steps and self.steps[-1] == step:
            self.times[-1], self.values[-1] = time, value
            return
        self.steps.append(step)
        self.times.append(time)
        self.values.append(value)

    def extend(self, steps: Any, times: Any, values: Any) -> None:
        """Append many (N,); of equal steps in a row the last one stays."""
        import numpy as np

        last = np.append(steps[1:] != steps[:-1], True)
        steps, times, values = (row[last].tolist() for row in (steps, times, values))
        self.add(steps[0], times[0], values[0])
        self.steps += steps[1:]
        self.times += times[1:]
        self.values += values[1:]

    def forget(self, step: int) -> None:
        """Drop what was logged for that step and later ones."""
        keep = len(self.steps)
        while keep and self.steps[keep - 1] >= step:
            keep -= 1
        del self.steps[keep:], self.times[keep:], self.values[keep:]


class History:
    """What a run has logged, name → curve; ``read`` goes on where it left off.

    Steps that a resumed training does again supersede what was logged of them before.

    Attributes:
        curves: Name → curve.
        torn: Number of lines that could not be read.
        seconds: Time of the last line, over all attempts.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "metrics.jsonl"
        self._offset = 0
        self._attempt, self._earlier = 0, 0.0
        self.curves: dict[str, Curve] = {}
        self.torn = 0
        self.seconds = 0.0
        self.resets = 0

    def read(self) -> bool:
        """Take in lines that are new; whether there were any."""
        try:
            with self._file.open("rb") as stream:
                stream.seek(self._offset)
                text = stream.read()
        except OSError:
            return False
        end = text.rfind(b"\n") + 1  # the last line may be half written
        self._offset += end
        for start, stop in _blocks(text, end):
            block = text[start:stop]
            if len(block) < MANY or not self._take_many(block):
                for line in _lines(block):
                    self._take(line)
        return end > 0

    def _take(self, line: Any) -> None:
        if not isinstance(line, dict) or not isinstance(line.get("step"), int):
            self.torn += 1
            return
        step = line["step"]
        self._begin(line.get("attempt", 1), step)
        self.seconds = self._earlier + line.get("time", 0.0)
        for name, value in line.items():
            if name not in KNOWN:
                curve = self.curves.setdefault(name, Curve())
                value = float("nan") if value is None else value
                curve.add(step, self.seconds, value)

    def _begin(self, attempt: int, step: int) -> None:
        """Forget what another attempt than the last one does again from a step on."""
        if attempt != self._attempt:
            self._attempt, self._earlier = attempt, self.seconds
            self.resets += 1
            for curve in self.curves.values():
                curve.forget(step)

    def _take_many(self, text: bytes) -> bool:
        """Take in lines of one attempt as columns; ``False`` if they are not such."""
        import numpy as np

        parts = columns(text)
        if parts is None or any(not FIRST <= part.values.keys() for part in parts):
            return False
        attempts = {a for part in parts for a in np.unique(part.values["attempt"])}
        first = min(parts, key=lambda part: part.lines[0]).values
        if len(attempts) != 1 or not all(map(_counts, parts)):
            return False
        self._begin(int(attempts.pop()), int(first["step"][0]))
        for name in dict.fromkeys(n for part in parts for n in part.values):
            if name not in KNOWN:
                having = [part for part in parts if name in part.values]
                order = np.argsort(np.concatenate([p.lines for p in having]))
                steps, times, values = (
                    np.concatenate([p.values[of] for p in having])[order]
                    for of in ("step", "time", name)
                )
                curve = self.curves.setdefault(name, Curve())
                curve.extend(steps.astype(int), times + self._earlier, values)
        last = max(parts, key=lambda part: part.lines[-1]).values
        self.seconds = self._earlier + float(last["time"][-1])
        return True


def _counts(part: Columns) -> bool:
    """Whether every step is a whole number."""
    steps = part.values["step"]
    return bool((steps == steps.round()).all())


def _blocks(text: bytes, end: int) -> Iterator[tuple[int, int]]:
    """Where blocks of whole lines begin and end."""
    start = 0
    while start < end:
        stop = text.rfind(b"\n", start, start + BLOCK) + 1
        stop = stop or text.index(b"\n", start) + 1  # one line is longer than a block
        yield start, stop
        start = stop


def _lines(text: bytes) -> Iterator[Any]:
    """The values of JSON lines, all at once if they are whole; ``None`` if not."""
    if not text:
        return
    try:
        yield from json.loads(b"[" + text.replace(b"\n", b",")[:-1] + b"]")
        return
    except ValueError:
        pass
    for line in text.splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            yield None
