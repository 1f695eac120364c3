"""Reading ``metrics.jsonl`` while it grows."""

from array import array
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.runs.logged import Logged, logged

BLOCK = 1_000_000  # bytes parsed at a time, so that memory stays small


def _whole() -> "array[int]":
    return array("q")


def _real() -> "array[float]":
    return array("d")


@dataclass
class Curve:
    """One logged quantity: its values, and the step and the second of each."""

    steps: "array[int]" = field(default_factory=_whole)
    times: "array[float]" = field(default_factory=_real)
    values: "array[float]" = field(default_factory=_real)

    def extend(self, steps: Any, times: Any, values: Any) -> None:
        """Append many (N,); of equal steps in a row the last one stays."""
        import numpy as np  # here, for importing the workbench is light

        if self.steps and self.steps[-1] == steps[0]:
            self.forget(self.steps[-1])
        last = np.append(steps[1:] != steps[:-1], True)
        self.steps.frombytes(steps[last].astype(np.int64).tobytes())
        self.times.frombytes(times[last].tobytes())
        self.values.frombytes(values[last].tobytes())

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
        resets: How often another attempt began.
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
        before = self._offset
        with suppress(OSError), self._file.open("rb") as stream:
            stream.seek(before)
            while lines := stream.readlines(BLOCK):
                if not lines[-1].endswith(b"\n"):  # the last line may be half written
                    lines.pop()
                self._offset += sum(map(len, lines))
                for part in logged(lines):
                    if part is None:
                        self.torn += 1
                    else:
                        self._take(part)
        return self._offset > before

    def _take(self, part: Logged) -> None:
        if part.attempt != self._attempt:
            self._attempt, self._earlier = part.attempt, self.seconds
            self.resets += 1
            for curve in self.curves.values():
                curve.forget(part.first)
        for name, (steps, times, values) in part.columns.items():
            curve = self.curves.setdefault(name, Curve())
            curve.extend(steps, times + self._earlier, values)
        self.seconds = self._earlier + part.last
