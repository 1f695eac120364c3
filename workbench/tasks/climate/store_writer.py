"""Writing a store: whole or not at all, going on where an interrupted one stopped."""

import json
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any
from zlib import crc32

import numpy as np
import xarray as xr

from workbench.errors import BadInput
from workbench.tasks.climate.files.limits import NOBODY
from workbench.tasks.climate.store import FORMAT, VERSION
from workbench.tasks.climate.variables import CLASSES, NAMES, VARIABLES
from workbench.unfinished import Lines, Unfinished
from workbench.writing import explained


class StoreWriter:
    """Writes maps to a store, of which all have one grid and the same variables.

    The journal says of what kind the maps are, then has a line for each whole map; the
    folder gets its name when all are there.

    Args:
        path: The folder to be.
        maps: How many there will be.
        made: How they are made, as plain types; a store that was begun is gone on with
            only if it says the same.
        annotators: The most people who draw on a map.

    Attributes:
        maps: Whole maps so far.
    """

    def __init__(
        self, path: Path | str, maps: int, made: dict[str, Any], annotators: int = 0
    ) -> None:
        self.path = Path(path)
        self.total, self.annotators = maps, annotators
        self.made: dict[str, Any] = json.loads(json.dumps(made))
        self.maps = 0
        self._kind: dict[str, Any] = {}
        self._rows: list[dict[str, Any]] = []
        self._group: Any = None
        self._folder = Unfinished(self.path)

    def __enter__(self) -> "StoreWriter":
        """Begin, or go on after the last whole map.

        Raises:
            BadInput: the place is taken, or what was begun there is something else.
        """
        self._folder.begin(self._resume)
        return self

    def _resume(self, lines: Lines) -> Lines:
        head = {"made": self.made, "maps": self.total, "annotators": self.annotators}
        if lines and lines[0] != head:
            raise BadInput(
                f"{self._folder.partial}: was begun with other settings: remove it or "
                "give another path"
            )
        if len(lines) < 3:
            return [head]
        import zarr

        there = self._there(lines[1])
        if not there:
            return [head]
        self._kind, self._rows = lines[1], lines[2 : 2 + there]
        self.maps = len(self._rows)
        self._group = zarr.open_group(self._folder.partial, mode="r+", zarr_format=3)
        return lines[: 2 + there]

    def _there(self, kind: dict[str, Any]) -> int:
        """Maps, from the first on, whose files nobody has deleted meanwhile."""
        names = ["image", *["truth", "ignore"] * kind["truth"]]
        names += ["labels"] * (self.annotators > 0)
        place, there = self._folder.partial, set(range(self.total))
        if not (place / "zarr.json").is_file():
            return 0
        for name in names:
            if not (place / name / "zarr.json").is_file():
                return 0
            files = (file.name for file in (place / name).glob("c.*"))
            there &= {int(file.split(".")[1]) for file in files}
        return next(n for n in range(self.total + 1) if n not in there)

    def add(self, data: xr.Dataset) -> None:
        """Write some maps, each whole or not at all.

        Args:
            data: In the one form.

        Raises:
            BadInput: the disk is full, or these maps are of another kind than the
                first.
        """
        kind = _kind_of(data)
        if not self._kind:
            self._begin(kind)
        for name, wanted in self._kind.items():
            if name != "said" and not _same(kind[name], wanted):
                raise BadInput(
                    f"{self.path}: map {self.maps}: {name} {_short(kind[name])}, of "
                    f"those before {_short(wanted)}: write two stores"
                )
        if self.maps + data.sizes["time"] > self.total:
            raise BadInput(
                f"{self.path}: more than {self.total} maps: write two stores"
            )
        for step in range(data.sizes["time"]):
            self._add(data.isel(time=step))

    def _begin(self, kind: dict[str, Any]) -> None:
        from workbench.tasks.climate.store_arrays import create

        with explained(self.path):
            place = self._folder.partial
            self._group = create(place, kind, self.total, self.annotators)
            self._folder.note(kind)
        self._kind = kind

    def _add(self, one: xr.Dataset) -> None:
        image = np.stack([one[name].to_numpy() for name in self._kind["channels"]])
        parts: dict[str, np.ndarray] = {"image": image.astype(np.float32)}
        counts = np.zeros((1 + self.annotators, len(CLASSES)), np.int64)
        if self._kind["truth"]:
            truth, ignore = one["TRUTH"].to_numpy(), one["IGNORE"].to_numpy()
            parts |= {"truth": truth, "ignore": ignore}
            counts[0] = _counted(truth[ignore == 0])
        if self.annotators:
            labels = np.full((self.annotators, *image.shape[1:]), NOBODY, np.uint8)
            drawn = one["LABELS"].to_numpy() if "LABELS" in one else labels[:0]
            labels[: len(drawn)] = drawn
            counts[1:] = [_counted(labels[k]) for k in range(self.annotators)]
            parts["labels"] = labels
        time = one.time.to_numpy().astype("datetime64[s]")
        row = {
            "time": int(time.astype(np.int64)),
            "sequence": int(one.sequence),
            "counts": counts.tolist(),
            "crc": [crc32(part.tobytes()) for part in parts.values()],
        }
        size = sum(part.nbytes for part in parts.values())
        kept = (
            f"{self.maps:,} whole maps are kept in {self._folder.partial}: make room "
            "and run the same command again"
        )
        with explained(self.path, size, kept):
            for name, part in parts.items():
                self._group[name][self.maps] = part
            self._folder.note(row)
        self._rows.append(row)
        self.maps += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the store its name, or leave what there is for another attempt."""
        try:
            if error is None:
                self._finish()
        finally:
            self._folder.leave(resumable=self.maps > 0)

    def _finish(self) -> None:
        from workbench.tasks.climate.store_arrays import finish

        if not self.maps or self.maps != self.total:
            raise BadInput(
                f"{self.path}: {self.maps} maps of {self.total}: run the same command "
                "again"
            )
        about = {
            "format": FORMAT,
            "version": VERSION,
            "maps": self.maps,
            "channels": self._kind["channels"],
            "units": {v.name: v.unit for v in VARIABLES},
            "annotators": self.annotators,
            "truth": self._kind["truth"],
            "simulated": self._kind["said"].get("simulated") == "yes",
            "fingerprint": self._fingerprint(),
            "made": self.made,
            "said": self._kind["said"],
        }
        small = {
            "time": np.array([row["time"] for row in self._rows], np.int64),
            "sequence": np.array([row["sequence"] for row in self._rows], np.int64),
            "counts": np.array([row["counts"] for row in self._rows], np.int64),
        }
        kept = "make room and run the same command again"
        with explained(self.path, 1 << 16, kept):
            finish(self._folder.partial, small, about)
            self._folder.finish()

    def _fingerprint(self) -> str:
        kind = {name: v for name, v in self._kind.items() if name != "said"}
        content = sha256(json.dumps([kind, self.annotators]).encode())
        for row in self._rows:
            content.update(f"{row['time']} {row['sequence']} {row['crc']};".encode())
        return content.hexdigest()[:16]


def _kind_of(data: xr.Dataset) -> dict[str, Any]:
    """What all maps of a store share."""
    said = {
        str(name): value.item() if isinstance(value, np.generic) else value
        for name, value in data.attrs.items()
        if isinstance(value, str | int | float | np.generic)
    }
    return {
        "channels": [name for name in NAMES if name in data],
        "lat": data.lat.to_numpy().astype(float).tolist(),
        "lon": data.lon.to_numpy().astype(float).tolist(),
        "truth": "TRUTH" in data and "IGNORE" in data,
        "said": said,
    }


def _same(one: Any, other: Any) -> bool:
    if one and isinstance(one, list) and isinstance(one[0], float):
        return len(one) == len(other) and np.allclose(one, other, atol=1e-3)
    return one == other


def _short(value: Any) -> str:
    """A grid by its size and ends, other things as they are."""
    if isinstance(value, list) and value and isinstance(value[0], float):
        return f"{len(value)} from {value[0]:g} to {value[-1]:g}"
    return ", ".join(value) if isinstance(value, list) else str(value)


def _counted(codes: np.ndarray) -> np.ndarray:
    return np.bincount(codes.ravel(), minlength=NOBODY + 1)[: len(CLASSES)]
