"""Iterators that are left before their end."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")


@contextmanager
def ended(parts: Iterable[T]) -> Generator[Iterable[T]]:
    """The parts; whoever goes through them and fails ends what makes them, too.

    A simulation that is only dropped ends in whatever thread frees it. That may be one
    of its own, and no thread can wait for itself.
    """
    try:
        yield parts
    finally:
        making: Any = parts
        if hasattr(making, "close"):
            making.close()
