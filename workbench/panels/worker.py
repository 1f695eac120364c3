"""A thread of a panel that does what was asked last."""

from collections.abc import Callable
from threading import Condition, Thread
from typing import Any

Do = Callable[[str, Callable[[], Any]], Any]  # a kind of job, and the job


class Worker:
    """One thread beside the kernel's; what is overtaken before it begins is left out.

    Args:
        failed: Called with what went wrong, which ends nothing.
    """

    def __init__(self, failed: Callable[[Exception], Any]) -> None:
        self._failed = failed
        self._jobs: dict[str, Callable[[], Any]] = {}
        self._some = Condition()
        self._ended = False
        self._thread = Thread(target=self._go, name="panel", daemon=True)
        self._thread.start()

    def do(self, kind: str, job: Callable[[], Any]) -> None:
        """Do it soon, after what was asked before; another of its kind is forgotten."""
        with self._some:
            self._jobs.pop(kind, None)
            self._jobs[kind] = job
            self._some.notify()

    def end(self) -> None:
        """Do nothing more."""
        with self._some:
            self._ended = True
            self._some.notify()

    def _go(self) -> None:
        while True:
            with self._some:
                self._some.wait_for(lambda: self._jobs or self._ended)
                if self._ended:
                    return
                job = self._jobs.pop(next(iter(self._jobs)))
            try:
                job()
            except Exception as error:  # shown to the person; the next may go well
                self._failed(error)
