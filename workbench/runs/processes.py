"""Telling one process from another that later gets the same number."""

import platform
from dataclasses import asdict, dataclass
from typing import Any

import psutil


@dataclass(frozen=True)
class Process:
    """A process on a host: its number, and when it started, in s since 1970."""

    host: str
    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> "Process":
        """The process of that number on this host.

        Raises:
            psutil.NoSuchProcess: there is none.
        """
        return cls(platform.node(), pid, psutil.Process(pid).create_time())

    @classmethod
    def read(cls, known: Any) -> "Process | None":
        """What ``plain`` wrote; ``None`` if it is not that."""
        try:
            host, pid = str(known["host"]), int(known["pid"])
            return cls(host, pid, float(known["started"]))
        except (KeyError, TypeError, ValueError):
            return None

    def plain(self) -> dict[str, Any]:
        """As plain values for a JSON file."""
        return asdict(self)

    @property
    def here(self) -> bool:
        """Whether this host is its host."""
        return self.host == platform.node()

    @property
    def alive(self) -> bool:
        """Whether it runs; only its own host can tell.

        A zombie does not run, and a process of the same number that started at another
        time is another process.
        """
        try:
            found = psutil.Process(self.pid)
            same = abs(found.create_time() - self.started) < 1  # s; clocks are adjusted
            return same and found.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False
