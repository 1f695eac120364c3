"""A bar that shows how far a long work is."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from tqdm.auto import tqdm

Part = TypeVar("Part")


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
    with tqdm(total=total, initial=done, unit=f" {unit}", desc=what) as bar:
        for part in parts:
            yield part
            bar.update(size(part))
