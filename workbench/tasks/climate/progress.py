"""A bar that shows how many maps there are."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tqdm.auto import tqdm

if TYPE_CHECKING:
    import xarray as xr


def with_progress(
    sequences: "Iterable[xr.Dataset]", total: int, done: int = 0
) -> "Iterator[xr.Dataset]":
    """The sequences, while a bar shows how many of ``total`` maps there are."""
    with tqdm(total=total, initial=done, unit=" maps", desc="simulate") as bar:
        for data in sequences:
            yield data
            bar.update(data.sizes["time"])
