"""Reading MINERvA's public ROOT tuples (MasterAnaDev) as events.

A hit is a cell of a lattice; its index holds the view in bits 0–1, the plane in its
module in bits 2–3, the module plus five in bits 4–10 and the strip from bit 11 on
(MINERvA ``EnhMasterAnaDev``); planes in a module count from 1. Whether strips count
from 0 or from 1 is not published, and shows in a lattice that lists all of them.
"""

import os
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.neutrino.blocks import read_rows
from workbench.tasks.neutrino.events import HIT, PARTICLE, Events, starts
from workbench.tasks.neutrino.geometry import STRIPS, VIEW, table
from workbench.tasks.neutrino.tuple_labels import FINAL, read_ids, read_truth
from workbench.tasks.neutrino.validity import LARGEST

LATTICE = ("latticeEnergyIndices", "latticeNormEnergySums", "latticeRelativeTimes")
_STRIP_BIT = 11
_HCAL = 95 + 5  # module bits from here on lie beyond our planes


def cell_of(plane: np.ndarray, strip: np.ndarray) -> np.ndarray:
    """Lattice index of a strip; X is plane 2 of its module, U and V are plane 1."""
    view = VIEW[plane].astype(np.int64)
    module = np.array(table()["planes"]["module"])[plane] + 5
    return view | np.where(view == 0, 2, 1) << 2 | module << 4 | strip << _STRIP_BIT


def _plane_table() -> np.ndarray:
    """Our plane from bits 0–10 of an index; −1 where the lattice has none of ours."""
    planes = np.full(1 << _STRIP_BIT, -1, np.int16)
    ours = np.arange(len(VIEW))
    planes[cell_of(ours, np.zeros(len(ours), np.int64))] = ours
    return planes


_PLANE = _plane_table()


def _uproot() -> Any:
    try:
        import uproot
    except ImportError:
        raise BadInput(
            "ROOT tuples need uproot: type pip install 'science-workbench[root]'"
        ) from None
    return uproot


class TupleFile:
    """Events of a MasterAnaDev ROOT tuple.

    Pickles as its path; each process opens the file for itself.

    Args:
        path: The file.

    Raises:
        BadInput: uproot is missing, the file is damaged, or no tree in it has the
            lattice branches.
    """

    columns = 94
    times = True

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._handle: tuple[int, Any] | None = None
        self._events = int(self._tree.num_entries)
        if not self._events:
            raise BadInput(f"{self.path}: there are no events: take another file")

    def __getstate__(self) -> dict[str, Any]:
        """Without the open file and the labels, which belong to this process."""
        state = {**self.__dict__, "_handle": None}
        state.pop("_labels", None)
        return state

    @property
    def _tree(self) -> Any:
        if self._handle is None or self._handle[0] != os.getpid():
            self._handle = os.getpid(), self._open()
        return self._handle[1]

    def _open(self) -> Any:
        uproot = _uproot()
        try:
            file = uproot.open(self.path)
            trees = file.keys(filter_classname="TTree", cycle=False)
            branches = {name: set(file[name].keys()) for name in trees}
        except Exception as error:  # uproot raises whatever the bytes make it
            raise self._damaged(error) from None
        for name, there in branches.items():
            if there.issuperset(LATTICE):
                return file[name]
        raise BadInput(
            f"{self.path}: no tree in it ({', '.join(branches) or 'none at all'}) has "
            f"the branches {', '.join(LATTICE)}: the tuple was made or slimmed without "
            "them and holds no images; take one that kept its lattice* branches"
        )

    def _damaged(self, error: Exception) -> BadInput:
        text = " ".join(str(error).split())[:200]
        return BadInput(
            f"{self.path}: damaged ROOT file ({text}): copy or download it again"
        )

    def _arrays(self, names: tuple[str, ...], first: int, last: int) -> Any:
        try:
            return self._tree.arrays(list(names), entry_start=first, entry_stop=last)
        except Exception as error:  # as above
            raise self._damaged(error) from None

    def _column(self, name: str) -> np.ndarray | None:
        """A branch of all events as numpy, or ``None`` where the tree lacks it."""
        if name not in self._tree.keys():
            return None
        values = self._arrays((name,), 0, len(self))[name]
        if values.ndim > 1 and name == "slice_numbers":
            values = values[:, 0]
        return values.to_numpy()

    def __len__(self) -> int:
        """Number of events."""
        return self._events

    @property
    def about(self) -> dict[str, Any]:
        """Layout, origin and a fingerprint."""
        content = sha256(f"root {self.path.stat().st_size}".encode())
        content.update(self.ids.tobytes())
        return {
            "layout": "root",
            "source": str(self.path),
            "events": len(self),
            "columns": self.columns,
            "times": self.times,
            "plane_codes": 174,
            "fingerprint": content.hexdigest()[:16],
        }

    @property
    def ids(self) -> np.ndarray:
        """Event numbers, shape (N,) uint64; row numbers where the tree has none."""
        return self._labels[0]

    @property
    def truth(self) -> np.ndarray | None:
        """Truth of all events, shape (N,) TRUTH; ``None`` for detector data."""
        return self._labels[1]

    @cached_property
    def _labels(self) -> tuple[np.ndarray, np.ndarray | None]:
        ids = read_ids(self._column, len(self))
        try:
            return ids, read_truth(self._column, ids, self._final_state)
        except BadInput as error:
            raise BadInput(f"{self.path}: {error}") from None

    def _final_state(self) -> Events | None:
        """All particles that leave the nuclei, in GeV."""
        import awkward as ak

        if not set(FINAL) <= set(self._tree.keys()):
            return None
        arrays = self._arrays(FINAL, 0, len(self))
        number = ak.num(arrays[FINAL[0]]).to_numpy()
        particles = np.zeros(number.sum(), PARTICLE)
        particles["pdg"] = ak.flatten(arrays[FINAL[0]]).to_numpy()
        for name, branch in zip(("px", "py", "pz"), FINAL[1:], strict=True):
            particles[name] = ak.flatten(arrays[branch]).to_numpy() * 1e-3
        no_hits = np.zeros(len(self) + 1, np.int64)
        return Events(np.zeros(0, HIT), no_hits, None, particles, starts(number))

    @cached_property
    def _first_strip(self) -> int:
        _, index, _, _ = self._cells(0, min(100, len(self)))
        return int((index >> _STRIP_BIT).max(initial=0) == STRIPS)

    def _cells(
        self, first: int, last: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Row, lattice index, energy and time of every cell."""
        import awkward as ak

        arrays = self._arrays(LATTICE, first, last)
        number = ak.num(arrays[LATTICE[0]]).to_numpy()
        if any((ak.num(arrays[name]).to_numpy() != number).any() for name in LATTICE):
            raise BadInput(
                f"{self.path}: rows {first}–{last - 1}: the lattice* branches differ "
                "in length: copy or download it again"
            )
        index, energy, time = (ak.flatten(arrays[n]).to_numpy() for n in LATTICE)
        return np.repeat(np.arange(first, last), number), index, energy, time

    def _block(self, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        row, index, energy, time = self._cells(first, last)
        plane = _PLANE[index & ((1 << _STRIP_BIT) - 1)]
        strip = (index >> _STRIP_BIT) - self._first_strip
        beyond = (index >> 4 & 0x7F) >= _HCAL
        ours = (energy != 0) & ~beyond
        row, index, energy, time, plane, strip = (
            values[ours] for values in (row, index, energy, time, plane, strip)
        )
        good = (energy >= 0) & (energy <= LARGEST) & (np.abs(time) <= LARGEST)
        good &= (plane >= 0) & (strip >= 0) & (strip < STRIPS)
        if not good.all():
            bad = int(np.argmin(good))
            raise BadInput(
                f"{self.path}: event {row[bad]}: lattice cell {index[bad]} has energy "
                f"{energy[bad]:g} and time {time[bad]:g} ns; wanted: a cell of the "
                f"detector, energy from 0 to {LARGEST:g}, a time: leave the event out"
            )
        hits = np.zeros(len(row), HIT)
        hits["plane"], hits["strip"] = plane, strip
        hits["energy"], hits["time"] = energy, time
        order = np.lexsort((strip, plane, row))
        order = order[hits["energy"][order] > 0]
        return hits[order], row[order]

    def read_hits(self, index: np.ndarray) -> Events:
        """The events of those rows without their truth.

        Raises:
            BadInput: a cell, energy or time no hit can have, or the file is damaged.
        """
        return read_rows(index, len(self), self._block)

    def read(self, index: np.ndarray) -> Events:
        """The events of those rows, in that order.

        Raises:
            BadInput: as :meth:`read_hits`.
        """
        events, truth = self.read_hits(index), self.truth
        picked = None if truth is None else truth[index]
        return Events(events.hits, events.hit_start, picked)
