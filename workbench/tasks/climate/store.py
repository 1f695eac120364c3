"""The workbench's own file of maps: a Zarr folder, one map a chunk.

``image`` (time, channel, lat, lon) float32 holds all channels in their units; ``truth``
and ``ignore`` (time, lat, lon) and ``labels`` (time, annotator, lat, lon) are class
codes, 255 where nobody drew; ``counts`` (time, 1 + annotator, class) says how many
points of a map have each class by the truth and by each annotator. The attributes,
written last, say what the channels are and how the maps were made. Any Zarr library
opens it: ``xarray.open_zarr(path)``.
"""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numcodecs import Blosc

from workbench.damage import damaged, gone, spoilt
from workbench.errors import BadInput
from workbench.tasks.climate.files.normal import maps

_BLOSC = Blosc()  # reads whatever blosc wrote
FORMAT, VERSION = "science-workbench maps", 1
_ATTRIBUTES = {
    "maps": int,
    "channels": list,
    "annotators": int,
    "truth": bool,
    "fingerprint": str,
    "made": dict,
    "simulated": bool,
}


@dataclass(frozen=True)
class Block:
    """Some maps of a store, as numpy arrays.

    Attributes:
        image: (B, C, H, W) float32.
        truth: (B, H, W) uint8, where a generator knows it.
        ignore: The same, 1 on points to leave out.
        labels: (B, A, H, W) uint8, ``NOBODY`` where an annotator drew nothing.
    """

    image: np.ndarray
    truth: np.ndarray | None
    ignore: np.ndarray | None
    labels: np.ndarray | None


def is_own(path: Path) -> bool:
    """Whether a folder is a store of ours, whole, unfinished or damaged."""
    marks = (path / "journal.jsonl", path / "image" / "zarr.json")
    if any(map(os.path.isfile, marks)):
        return True
    try:
        return FORMAT in (path / "zarr.json").read_text()
    except (OSError, UnicodeDecodeError):
        return False


class Store:
    """Maps of a store, read at random without loading it.

    Pickles as its path; each process opens the arrays for itself.

    Args:
        path: The folder.

    Raises:
        BadInput: not a complete store.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        if not (self.path / "zarr.json").is_file() or self.path.suffix == ".partial":
            if self.path.suffix != ".partial" and (self.path / "image").is_dir():
                raise gone(self.path, "zarr.json")
            hint = "an unfinished" if is_own(self.path) else "not a"
            raise BadInput(
                f"{self.path}: {hint} store: make it with `workbench data make climate "
                "--layout zarr`"
            )
        self._arrays: dict[str, Any] = {}
        attributes = self._group_attributes()
        version = attributes.get("version"), attributes.get("format")
        if version != (VERSION, FORMAT):
            raise BadInput(
                f"{self.path}/zarr.json: {version[1]} version {version[0]}, wanted "
                f"{FORMAT} version {VERSION}: write it anew"
            )
        for name, kind in _ATTRIBUTES.items():
            if not isinstance(attributes.get(name), kind):
                raise self._damaged(f"{name} {attributes.get(name)!r}")
        self.about: dict[str, Any] = attributes
        self.channels: tuple[str, ...] = tuple(attributes["channels"])
        self.annotators: int = attributes["annotators"]
        self.has_truth: bool = attributes["truth"]
        self.simulated: bool = attributes["simulated"]
        shape = self._array("image").shape
        if shape[:2] != (len(self), len(self.channels)):
            raise self._damaged(f"image of shape {shape}")
        self.shape: tuple[int, int] = shape[2:]

    def __getstate__(self) -> dict[str, Any]:
        """Without the open arrays, which belong to this process."""
        kept = {name: v for name, v in self.__dict__.items() if name != "_small"}
        return {**kept, "_arrays": {}}

    def __len__(self) -> int:
        """Number of maps."""
        return int(self.about["maps"])

    @property
    def grid(self) -> str:
        """``ROWSxCOLUMNS``."""
        return f"{self.shape[0]}x{self.shape[1]}"

    def _damaged(self, what: str) -> BadInput:
        return spoilt(self.path, what)

    def _group(self) -> Any:
        import zarr

        try:
            return zarr.open_group(self.path, mode="r", zarr_format=3)
        except PermissionError as error:
            raise damaged(self.path, error) from None
        except Exception as error:  # zarr raises what its JSON reader raises
            raise self._damaged(f"zarr.json cannot be read ({error})") from None

    def _group_attributes(self) -> dict[str, Any]:
        return dict(self._group().attrs)

    def _array(self, name: str) -> Any:
        if name not in self._arrays:
            try:
                self._arrays[name] = self._group()[name]
            except KeyError:
                raise self._damaged(f"no array {name}") from None
        return self._arrays[name]

    @cached_property
    def _small(self) -> dict[str, np.ndarray]:
        names = ("lat", "lon", "time", "sequence", "counts")
        return {name: np.asarray(self._array(name)[:]) for name in names}

    @property
    def lat(self) -> np.ndarray:
        """Degrees north, (H,), south first."""
        return self._small["lat"]

    @property
    def lon(self) -> np.ndarray:
        """Degrees east, (W,), from 0°."""
        return self._small["lon"]

    @property
    def time(self) -> np.ndarray:
        """When each map holds, (N,) datetime64[s]; NaT where nobody says."""
        return self._small["time"].astype("datetime64[s]")

    @property
    def sequence(self) -> np.ndarray:
        """Maps of one sequence follow one another, (N,) int64."""
        return self._small["sequence"]

    @property
    def counts(self) -> np.ndarray:
        """Points of each class by truth and annotators, (N, 1 + A, 3) int64."""
        return self._small["counts"]

    def read(self, index: np.ndarray, channels: list[int] | None = None) -> Block:
        """The maps of those rows, in that order.

        Args:
            index: Row numbers, (B,).
            channels: Places of the channels wanted; all if not given.

        Raises:
            BadInput: a chunk is missing or damaged.
        """
        image = self._rows("image", index)
        if channels is not None:
            image = image[:, channels]
        truth = self._rows("truth", index) if self.has_truth else None
        ignore = self._rows("ignore", index) if self.has_truth else None
        labels = self._rows("labels", index) if self.annotators else None
        return Block(image, truth, ignore, labels)

    def _rows(self, name: str, index: np.ndarray) -> np.ndarray:
        """Chunks unpacked from their files: zarr takes 2 ms more for each (measured).

        Zarr would also take a missing chunk for an empty one.
        """
        array = self._array(name)
        out = np.empty((len(index), *array.shape[1:]), array.dtype)
        rest = ".0" * (out.ndim - 1)
        for place, row in enumerate(np.asarray(index).tolist()):
            file = self.path / name / f"c.{row}{rest}"
            try:
                packed = file.read_bytes()
                # blosc's header: bytes when unpacked, of a block, and when packed
                plain, _, size = np.frombuffer(packed, "<u4", 3, 4).tolist()
                if plain != out[place].nbytes or size != len(packed):
                    raise ValueError(f"{len(packed):,} bytes of {size:,}")
                _BLOSC.decode(packed, out[place])
            except PermissionError as error:
                raise damaged(file, error) from None
            except FileNotFoundError:
                raise gone(self.path, f"{name}: map {row} ({file.name})") from None
            except (OSError, ValueError, RuntimeError) as error:
                raise self._damaged(f"{name}: map {row} ({error})") from None
        return out

    def maps(self, index: np.ndarray) -> xr.Dataset:
        """The maps of those rows in the form that the generator makes."""
        block = self.read(index)
        return maps(
            {name: block.image[:, k] for k, name in enumerate(self.channels)},
            lat=self.lat,
            lon=self.lon,
            time=self.time[index],
            sequence=self.sequence[index],
            attrs=dict(self.about["said"]),
            TRUTH=block.truth,
            IGNORE=block.ignore,
            LABELS=None if block.labels is None else block.labels.swapaxes(0, 1),
        )
