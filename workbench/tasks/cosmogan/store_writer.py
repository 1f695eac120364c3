"""Writing a store of maps: whole or not at all, going on where one was interrupted."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from zlib import crc32

import numpy as np

from workbench.ended import ended
from workbench.errors import BadInput
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.store import ABOUT, FORMAT, MAPS, PARAMETERS, VERSION
from workbench.unfinished import Lines, Unfinished
from workbench.writing import explained, write_all


def write_store(
    path: Path,
    chunks: Callable[[int], Iterable[np.ndarray]],
    field: Field,
    parameters: np.ndarray,
    made: dict[str, Any],
) -> None:
    """Write a store, going on after what is there of it.

    Its journal says how the maps are made, then has a line for each chunk that is
    whole.

    Args:
        path: The folder to be.
        chunks: Gives κ from a map on, some maps (n, S, S) at a time.
        field: The patch of sky.
        parameters: Ωm, σ8 and box of each map, (N, 3).
        made: How the maps are made, as plain types; what was begun there is gone on
            with only if it says the same.

    Raises:
        BadInput: the place is taken, was begun with other settings or cannot be
            written, or the disk is full.
    """
    maps = len(parameters)
    about: dict[str, Any] = {"maps": maps, "field": asdict(field), "made": made}
    about = json.loads(json.dumps(about))
    folder = Unfinished(path)
    lines: Lines = []

    def resume(found: Lines) -> Lines:
        if found and found[0] != about:
            raise BadInput(
                f"{folder.partial}: was begun with other settings: remove it or give "
                "another path"
            )
        lines[:] = [about, *_whole(folder.partial / MAPS, field, found[1:])]
        return lines

    folder.begin(resume)
    try:
        with explained(path), open(folder.partial / MAPS, "ab") as file:
            file.truncate(_start(file, maps, field) + _done(lines) * _bytes(field))
            with ended(chunks(_done(lines))) as rest:
                for line in _append(file, rest, folder, lines):
                    lines.append(line)
            os.fsync(file.fileno())
        if _done(lines) != maps:
            raise BadInput(
                f"{path}: {_done(lines)} maps of {maps}: run the same command again"
            )
        said = {"format": FORMAT, "version": VERSION, "simulated": True, **about}
        said["fingerprint"] = sha256(json.dumps(lines).encode()).hexdigest()[:16]
        with explained(path):
            np.save(folder.partial / PARAMETERS, parameters)
            (folder.partial / ABOUT).write_text(json.dumps(said, indent=1) + "\n")
            folder.finish()
    finally:
        folder.leave(resumable=_done(lines) > 0)


def _append(
    file: BinaryIO, chunks: Iterable[np.ndarray], folder: Unfinished, lines: Lines
) -> Iterator[dict[str, Any]]:
    """Write chunk after chunk, and the journal's line of each."""
    for chunk in chunks:
        content = np.ascontiguousarray(chunk, "<f4").tobytes()
        line = {"maps": len(chunk), "crc": crc32(content)}
        kept = (
            f"{_done(lines):,} maps are kept in {folder.partial}: make room and run "
            "the same command again"
        )
        with explained(folder.path, len(content), kept):
            write_all(file.fileno(), content)
            folder.note(line)
        yield line


def _done(lines: Lines) -> int:
    """Maps that a journal has after its first line."""
    return sum(line["maps"] for line in lines[1:])


def _bytes(field: Field) -> int:
    """Of one map."""
    return 4 * field.pixels**2


def _start(file: BinaryIO, maps: int, field: Field) -> int:
    """Where the first map begins; an empty file is given its header."""
    if not os.fstat(file.fileno()).st_size:
        shape = (maps, field.pixels, field.pixels)
        header = {"descr": "<f4", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        file.flush()
    with open(file.name, "rb") as begun:
        return _after_header(begun)


def _after_header(begun: BinaryIO) -> int:
    """Read past the header; raises ValueError where it is not whole."""
    np.lib.format.read_magic(begun)
    np.lib.format.read_array_header_1_0(begun)
    return begun.tell()


def _whole(file: Path, field: Field, lines: Lines) -> Lines:
    """The lines of a journal whose maps are in the file as they were written."""
    if not file.is_file():
        return []
    kept: Lines = []
    with open(file, "rb") as begun:
        try:
            _after_header(begun)
        except ValueError:
            file.unlink()
            return []
        for line in lines:
            if crc32(begun.read(line["maps"] * _bytes(field))) != line["crc"]:
                break
            kept.append(line)
    return kept
