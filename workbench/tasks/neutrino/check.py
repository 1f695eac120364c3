"""What an event file is, and everything that is wrong with it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from workbench.errors import BadInput
from workbench.task import FileReport
from workbench.tasks.neutrino.dense_file import DenseFile
from workbench.tasks.neutrino.events import Events
from workbench.tasks.neutrino.files import EventSource, kind_of, open_events
from workbench.tasks.neutrino.segments import (
    BOUNDS,
    CLASS_NAMES,
    NO_PLANE_CODE,
    PLANE_CODES,
    Z_ORDER,
    segment_of,
)
from workbench.tasks.neutrino.store import Store

_BLOCK = 500  # events read at once
_LISTED = 10  # lines of one sort of problem
_TOLERANCE = 1.0  # mm; closer to a bound either segment may be meant


def check(path: Path | str) -> FileReport | None:
    """Read the whole file and say what it is; ``None`` if it holds no such events.

    Raises:
        BadInput: it cannot be opened at all.
    """
    path = Path(path)
    kind = kind_of(path)
    if kind is None:
        return None
    if kind in ("2016", "2017"):
        dense = DenseFile(path, strict=False)
        if dense.problems:
            facts = {"layout": kind, "events": f"{len(dense):,}"}
            return FileReport(path, facts, dense.problems)
    source = open_events(path)
    facts = {
        "layout": kind,
        "events": f"{len(source):,}",
        "columns": "/".join(str(source.columns // n) for n in (1, 2, 2)),
        "times": "yes" if source.times else "no",
        "fingerprint": str(source.about["fingerprint"]),
    }
    problems = source.damage() if isinstance(source, Store) else []
    truth = source.raw_truth if isinstance(source, DenseFile) else source.truth
    facts["truth"] = "none: it serves only `predict`" if truth is None else "yes"
    if truth is not None:
        problems += _wrong_labels(truth)
        facts["plane codes"] = str(source.about.get("plane_codes", 174))
        facts["segments"] = _shares(truth["segment"])
    ids = source.ids
    if ids is not None and len(np.unique(ids)) < len(ids):
        repeated = len(ids) - len(np.unique(ids))
        facts["event numbers"] = f"{repeated:,} are repeated; keep them on one side"
    return FileReport(path, facts, problems + _read_all(source, facts))


def _shares(segment: np.ndarray) -> str:
    counts = np.bincount(segment, minlength=256)
    shares = [f"{code}: {counts[code] / len(segment):.1%}" for code in Z_ORDER]
    return ", ".join(shares) + " (along z)"


def _some(lines: list[str], total: int) -> list[str]:
    more = total - len(lines)
    return [*lines, f"and {more:,} more such events"] if more > 0 else lines


def _wrong_labels(truth: np.ndarray) -> list[str]:
    segment, z, code = truth["segment"], truth["z"], truth["plane_code"]
    unreal = np.flatnonzero(segment >= len(CLASS_NAMES))
    lines = [
        f"event {i}: segment {segment[i]} is not one of 0–10" for i in unreal[:_LISTED]
    ]
    problems = _some(lines, len(unreal))
    known = np.isfinite(z) & (segment < len(CLASS_NAMES))
    near = np.abs(z[:, None] - BOUNDS).min(axis=1) < _TOLERANCE
    apart = np.flatnonzero(known & ~near & (segment_of(z) != segment))
    lines = [
        f"event {i}: segment {segment[i]}, but z = {z[i]:.1f} mm lies in "
        f"{segment_of(z[i])}"
        for i in apart[:_LISTED]
    ]
    problems += _some(lines, len(apart))
    unreal = np.flatnonzero((code >= PLANE_CODES["full"]) & (code != NO_PLANE_CODE))
    lines = [f"event {i}: plane code {code[i]} is not real" for i in unreal[:_LISTED]]
    return problems + _some(lines, len(unreal))


def _read_all(source: EventSource, facts: dict[str, str]) -> list[str]:
    """Read every event; add what was seen to the facts."""
    lines: list[str] = []
    wrong, hits, empty = 0, 0, 0
    lowest, highest = np.inf, 0.0
    for events in _readable(source, lines):
        if isinstance(events, int):
            wrong += events
            continue
        hits += len(events.hits)
        empty += int((np.diff(events.hit_start) == 0).sum())
        if len(events.hits):
            energy = events.hits["energy"]
            lowest = min(lowest, float(energy.min()))
            highest = max(highest, float(energy.max()))
    facts["hits"] = f"{hits / max(1, len(source)):.1f} an event, {empty:,} events empty"
    if hits:
        facts["hit energies"] = f"{lowest:.4g} to {highest:.4g} MeV"
    return _some(lines, wrong)


def _readable(source: EventSource, lines: list[str]) -> Iterator[Events | int]:
    """Events a block at a time, or one by one around the bad ones, which count 1."""
    total = len(source)
    with tqdm(total=total, unit=" events", desc="check", disable=None) as bar:
        for first in range(0, total, _BLOCK):
            rows = np.arange(first, min(first + _BLOCK, total))
            try:
                yield source.read_hits(rows)
            except BadInput:
                for row in rows.tolist():
                    try:
                        yield source.read_hits(np.array([row]))
                    except BadInput as error:
                        if len(lines) < _LISTED:
                            lines.append(str(error))
                        yield 1
            bar.update(len(rows))
