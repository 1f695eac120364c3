"""What a browser has of a curve, and what it lacks."""

import numpy as np

from workbench.panels.thin import thin
from workbench.runs.history import Curve

LIMIT = 2000  # points of a curve that a browser holds
ROOM = 3  # part of them that stays free for new points after thinning

Rows = np.ndarray  # (3, N): steps, seconds, values


class Shown:
    """The points of one curve that were sent, steps, seconds and values.

    Attributes:
        rows: All of them (3, ≤ LIMIT).
    """

    def __init__(self) -> None:
        self.rows: Rows = np.empty((3, 0))
        self._taken = 0  # points of the curve that are sent or left out
        self._last = None, None

    def update(self, curve: Curve, again: bool) -> tuple[bool, Rows] | None:
        """Points to send now, and whether they replace all earlier ones.

        Args:
            curve: The curve as it is read by now.
            again: Whether earlier points may have changed.
        """
        count, taken = len(curve.steps), self._taken
        again = again or count < taken
        if taken and not again:
            last = curve.steps[taken - 1], curve.values[taken - 1]
            again = last[0] != self._last[0] or not _same(last[1], self._last[1])
        if not again and count == taken:
            return None
        kept = np.arange(0 if again else taken, count)
        if self.rows.shape[1] + count - taken > LIMIT or (again and count > LIMIT):
            again = True
            kept = thin(np.asarray(curve.values), LIMIT - LIMIT // ROOM)
        columns = (curve.steps, curve.times, curve.values)
        rows = np.array([np.asarray(column)[kept] for column in columns], float)
        self.rows = rows if again else np.hstack([self.rows, rows])
        self._taken = count
        self._last = (curve.steps[-1], curve.values[-1]) if count else (None, None)
        return again, rows


def _same(a: float, b: float | None) -> bool:
    return a == b or (a != a and b != b)  # not a number equals itself here
