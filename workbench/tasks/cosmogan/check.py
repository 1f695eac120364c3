"""What convergence maps a file holds, and everything that is wrong with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from workbench.errors import BadInput
from workbench.progress import with_progress
from workbench.task import FileReport
from workbench.tasks.cosmogan.field import FIELDS
from workbench.tasks.cosmogan.files.choice import stacks
from workbench.tasks.cosmogan.files.folder import files_in
from workbench.tasks.cosmogan.files.found import Found
from workbench.tasks.cosmogan.files.hdf5 import arrays_in
from workbench.tasks.cosmogan.files.limits import unfit
from workbench.tasks.cosmogan.files.opening import find, layout_of
from workbench.tasks.cosmogan.files.zarr_folder import arrays_of

_BLOCK = 1 << 22  # pixels read at once
_LISTED = 10  # lines of problems
_POSSIBLE = 1e-4, 1.0  # σ of any convergence; counts and per cent lie outside


def check(path: Path | str) -> FileReport | None:
    """Read every map and say what they are; ``None`` if there are none.

    Raises:
        BadInput: it cannot be opened at all.
    """
    path = Path(path)
    if not _is_ours(path):
        return None
    found = find(path)
    seen = _Seen()
    for values, rows in _blocks(found):
        seen.add(values, rows)
    return FileReport(path, _facts(found) | seen.facts(), seen.problems(found))


def _is_ours(path: Path) -> bool:
    """Whether a file holds maps; other tasks keep their data in HDF5 and Zarr too."""
    layout = layout_of(path)
    if layout == "folder":
        return _is_ours(files_in(path)[0])
    if layout not in ("hdf5", "zarr"):
        return layout is not None
    try:
        return bool(stacks((arrays_in if layout == "hdf5" else arrays_of)(path)))
    except BadInput:  # whose it was nobody can tell
        return False


def _blocks(found: Found) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Some whole maps at a time, with their numbers."""
    maps, high, wide = found.stack.shape
    step = max(1, _BLOCK // (high * wide))
    ranges = [range(k, min(k + step, maps)) for k in range(0, maps, step)]
    for part in with_progress(ranges, len, maps, "maps", what="check"):
        numbers = slice(part.start, part.stop)
        values = found.stack.window(numbers, slice(0, high), slice(0, wide))
        yield values, np.array(part)


def _facts(found: Found) -> dict[str, str]:
    maps, high, wide = found.stack.shape
    scale, source = found.scale, found.source
    unknown = f"not said: type --field {' or '.join(FIELDS)}, or --degrees 3.5"
    return {
        "layout": found.layout,
        "maps": f"{maps:,}",
        "pixels": f"{high} × {wide}",
        "field": f"{scale * min(high, wide):.4g}°, {60 * scale:.3g}′ a pixel"
        if scale
        else unknown,
        "sources": "redshift not said" if source is None else f"redshift {source:g}",
        "origin": _origin(found.about),
    }


def _origin(about: Mapping[str, Any]) -> str:
    """Where the maps come from, as their file says."""
    made = {**about, **about.get("made", {})}
    words = [str(made.get("origin") or ("simulated" if made.get("simulated") else ""))]
    words += [
        f"{name} {made[name]}" for name in ("kind", "seed", "run") if name in made
    ]
    return ", ".join(filter(None, words)) or "not said"


@dataclass
class _Seen:
    """What was found so far.

    Attributes:
        lines: Problems, a line each.
        sums: Of the first to third powers of κ, with the number of pixels before.
    """

    lines: list[str] = field(default_factory=list[str])
    sums: np.ndarray = field(default_factory=lambda: np.zeros(4))
    low: float = np.inf
    high: float = -np.inf

    def add(self, values: np.ndarray, rows: np.ndarray) -> None:
        """Count some maps, and keep what is wrong with them."""
        self.lines += unfit(values, rows)
        known = values[np.isfinite(values)].astype(np.float64)
        self.sums += [known.size, known.sum(), (known**2).sum(), (known**3).sum()]
        self.low = min(self.low, known.min(initial=np.inf))
        self.high = max(self.high, known.max(initial=-np.inf))

    @property
    def moments(self) -> tuple[float, float, float]:
        """Mean, standard deviation and skewness of all pixels."""
        one, two, three = self.sums[1:] / max(1, self.sums[0])
        spread = float(np.sqrt(max(0.0, two - one**2)))
        skewness = (three - 3 * one * two + 2 * one**3) / spread**3 if spread else 0.0
        return float(one), spread, float(skewness)

    def facts(self) -> dict[str, str]:
        """Name → what people read."""
        if not self.sums[0]:
            return {"κ": "no finite pixel"}
        mean, spread, skewness = self.moments
        return {
            "κ": f"{self.low:.4g} to {self.high:.4g}",
            "mean": f"{mean:.3g}",
            "σ": f"{spread:.4g}",
            "skewness": f"{skewness:.3g}",
        }

    def problems(self, found: Found) -> list[str]:
        """What is wrong with all maps, and the first of those with one."""
        _, high, wide = found.stack.shape
        lines: list[str] = []
        if high != wide:
            lines.append(
                f"maps of {high} × {wide} are no squares: crop them, or have squares "
                f"cut: type --pixels {min(high, wide)}"
            )
        spread = self.moments[1]
        if spread and not _POSSIBLE[0] <= spread <= _POSSIBLE[1]:
            lines.append(
                f"σ is {spread:.3g}, of convergence {_POSSIBLE[0]:g} to "
                f"{_POSSIBLE[1]:g}: give κ itself, without unit"
            )
        more = len(self.lines) - _LISTED
        extra = [f"and {more:,} more such maps"] if more > 0 else []
        return lines + self.lines[:_LISTED] + extra
