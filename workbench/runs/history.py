"""Reading ``metrics.jsonl`` while it grows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KNOWN = {"attempt", "step", "epoch", "time"}


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
        for line in _lines(text[:end]):
            self._take(line)
        return end > 0

    def _take(self, line: Any) -> None:
        if not isinstance(line, dict) or not isinstance(line.get("step"), int):
            self.torn += 1
            return
        attempt, step = line.get("attempt", 1), line["step"]
        if attempt != self._attempt:
            self._attempt, self._earlier = attempt, self.seconds
            self.resets += 1
            for curve in self.curves.values():
                curve.forget(step)
        self.seconds = self._earlier + line.get("time", 0.0)
        for name, value in line.items():
            if name not in KNOWN:
                curve = self.curves.setdefault(name, Curve())
                value = float("nan") if value is None else value
                curve.add(step, self.seconds, value)


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
