"""What takes seconds, done beside the kernel's own thread."""

from collections.abc import Callable
from threading import Thread
from typing import Any


def aside(job: Callable[[], Any], failed: Callable[[Exception], Any]) -> None:
    """Do it now, in a thread of its own; tell what went wrong."""

    def work() -> None:
        try:
            job()
        except Exception as error:  # shown to the person
            failed(error)

    Thread(target=work, name="aside", daemon=True).start()
