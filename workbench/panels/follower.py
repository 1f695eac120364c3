"""The one thread of a panel: looks at run folders and does what takes time."""

import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

FAST, SLOW = 0.1, 0.5  # s between two looks at what changes often and seldom


class Follower:
    """Look at files again and again, and do in between what was asked for.

    The kernel's own thread only puts things into the queue, so nothing blocks it; and
    as everything happens in one thread, nothing happens twice at once.

    Args:
        fast: Called ten times a second.
        slow: Called twice a second.
        failed: Called with what went wrong, which ends nothing.
    """

    def __init__(
        self,
        fast: Callable[[], Any],
        slow: Callable[[], Any],
        failed: Callable[[Exception], Any],
    ) -> None:
        self._fast, self._slow, self._failed = fast, slow, failed
        self._asked: SimpleQueue[Callable[[], Any] | None] = SimpleQueue()
        self._thread = Thread(target=self._go, name="panel", daemon=True)

    def begin(self) -> None:
        """Look from now on: what is looked at is there."""
        self._thread.start()

    def do(self, job: Callable[[], Any]) -> None:
        """Do it soon, in the follower's thread."""
        self._asked.put(job)

    def end(self) -> None:
        """Look no more."""
        self._asked.put(None)

    def _go(self) -> None:
        due = 0.0
        while True:
            try:
                job = self._asked.get(timeout=FAST)
            except Empty:
                job = self._fast
                if time.monotonic() >= due:
                    self._try(self._slow)
                    due = time.monotonic() + SLOW
            if job is None:
                return
            self._try(job)
            if job is not self._fast:
                due = 0.0  # show at once what has come of it

    def _try(self, job: Callable[[], Any]) -> None:
        try:
            job()
        except Exception as error:  # shown to the person; the next look may go well
            self._failed(error)
