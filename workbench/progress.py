"""A bar that shows how far a long work is."""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from tqdm.auto import tqdm

Part = TypeVar("Part")
Listener = Callable[[str, float], Any]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def heard(listener: Listener) -> Generator[None]:
    """Show no bars in this thread; tell what is being done, and which part is done."""
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)


def with_progress(
    parts: Iterable[Part],
    size: Callable[[Part], int],
    total: int,
    unit: str,
    *,
    done: int = 0,
    what: str = "simulate",
) -> Iterator[Part]:
    """The parts, while a bar shows how many of ``total`` units have been gone through.

    Args:
        parts: What is made one after another.
        size: How many units a part is.
        total: Of all parts and of those done before.
        unit: In the plural.
        done: Before the first part.
        what: Is being done.
    """
    listener = _listener.get()
    if listener is not None:
        for part in parts:
            yield part
            done += size(part)
            listener(what, done / max(1, total))
        return
    with tqdm(total=total, initial=done, unit=f" {unit}", desc=what) as bar:
        for part in parts:
            yield part
            bar.update(size(part))
