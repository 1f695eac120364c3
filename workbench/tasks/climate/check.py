"""What maps a folder or file holds, and everything that is wrong with them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import xarray as xr

from workbench.errors import BadInput
from workbench.progress import with_progress
from workbench.task import FileReport
from workbench.tasks.climate.files.convert import refuse_other
from workbench.tasks.climate.files.layouts import layout_of, open_maps
from workbench.tasks.climate.files.limits import (
    NOBODY,
    POSSIBLE,
    wrong_codes,
    wrong_values,
)
from workbench.tasks.climate.files.parts import Parts
from workbench.tasks.climate.store import Store, is_own
from workbench.tasks.climate.variables import CLASSES, NAMES, VARIABLES

_LISTED = 10  # lines of problems
_BLOCK = 4  # maps of a store read at once


def check(path: Path | str) -> FileReport | None:
    """Read every map and say what they are; ``None`` if there are none.

    Raises:
        BadInput: it cannot be opened at all.
    """
    path = Path(path)
    seen = _Seen()
    if is_own(path):
        store = Store(path)
        facts = {"layout": "store", "fingerprint": str(store.about["fingerprint"])}
        pieces = _of_store(store, seen)
    else:
        if layout_of(path) is None:
            return None
        parts = open_maps(path)
        facts = {"layout": parts.layout}
        pieces = _of_files(parts, seen)
    for data, where in pieces:
        seen.add(data, where)
    return FileReport(path, facts | seen.facts(), seen.problems())


def _of_store(store: Store, seen: "_Seen") -> Iterator[tuple[xr.Dataset, str]]:
    blocks = (
        np.arange(k, min(k + _BLOCK, len(store))) for k in range(0, len(store), _BLOCK)
    )
    for rows in with_progress(blocks, len, len(store), "maps", what="check"):
        try:
            yield store.maps(rows), f"maps {rows[0]}–{rows[-1]}"
        except BadInput as error:
            seen.lines.append(str(error))


def _of_files(parts: Parts, seen: "_Seen") -> Iterator[tuple[xr.Dataset, str]]:
    first: tuple[xr.Dataset, Path] | None = None
    each = with_progress(
        parts.each, lambda part: part.maps, parts.maps, "maps", what="check"
    )
    for part in each:
        try:
            data = part.read()
            first = first or (data.isel(time=slice(0)), part.path)
            refuse_other(data, part.path, *first)
        except BadInput as error:
            seen.lines.append(str(error))
            continue
        yield data, str(part.path)


@dataclass
class _Seen:
    """What was found so far.

    Attributes:
        lines: Problems, a line each.
    """

    lines: list[str] = field(default_factory=list[str])
    maps: int = 0
    background: int = 0
    grids: Counter[str] = field(default_factory=Counter[str])
    years: Counter[int] = field(default_factory=Counter[int])
    people: int = 0
    classes: dict[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    ranges: dict[str, tuple[float, float]] = field(
        default_factory=dict[str, tuple[float, float]]
    )

    def add(self, data: xr.Dataset, where: str) -> None:
        """Count some maps, and keep what is wrong with them."""
        self.lines += [f"{where}: {x}" for x in wrong_values(data) + wrong_codes(data)]
        self.maps += data.sizes["time"]
        self.grids[f"{data.sizes['lat']}x{data.sizes['lon']}"] += data.sizes["time"]
        time = data.time.to_numpy()
        dated = time[~np.isnat(time)].astype("datetime64[Y]").astype(int) + 1970
        self.years.update(dated.tolist())
        self.people = max(self.people, data.sizes.get("annotator", 0))
        for name in ("TRUTH", "LABELS"):
            if name in data and data[name].size:
                self._count(name, data[name])
        for name in filter(data.__contains__, NAMES):
            values = data[name].to_numpy()
            values = values[np.isfinite(values)]
            low, high = self.ranges.get(name, (np.inf, -np.inf))
            if len(values):
                low, high = min(low, values.min()), max(high, values.max())
            self.ranges[name] = (float(low), float(high))

    def _count(self, name: str, codes: xr.DataArray) -> None:
        counts = np.bincount(codes.to_numpy().ravel(), minlength=NOBODY + 1)
        self.classes[name] = self.classes.get(name, 0) + counts[: len(CLASSES)]
        others = [dim for dim in codes.dims if dim != "time"]
        drawn = codes.isin([1, 2]).any(others).to_numpy()
        if name == "TRUTH" or "TRUTH" not in self.classes:
            self.background += int((~drawn).sum())

    def facts(self) -> dict[str, str]:
        """Name → what people read."""
        facts = {"maps": f"{self.maps:,}"}
        facts["grid"] = ", ".join(self.grids) or "none"
        known = sorted(self.years)
        facts["years"] = ", ".join(f"{y}: {self.years[y]}" for y in known) or "no dates"
        facts["annotators"] = str(self.people)
        for name, counts in self.classes.items():
            shares = counts / max(1, counts.sum())
            facts[name] = ", ".join(
                f"{what} {share:.2%}"
                for what, share in zip(CLASSES, shares, strict=True)
            )
        if self.background:
            facts["empty"] = f"{self.background} maps are all background"
        for variable in VARIABLES:
            if variable.name in self.ranges:
                low, high = self.ranges[variable.name]
                least, most = POSSIBLE[variable.name]
                facts[variable.name] = (
                    f"{low:.4g} to {high:.4g} {variable.unit} (possible: {least:g} to "
                    f"{most:g})"
                )
        missing = [name for name in NAMES if name not in self.ranges]
        if missing:
            facts["not there"] = ", ".join(missing)
        return facts

    def problems(self) -> list[str]:
        """The first of the lines, and how many more there are."""
        more = len(self.lines) - _LISTED
        extra = [f"and {more:,} more such lines"] if more > 0 else []
        return self.lines[:_LISTED] + extra
