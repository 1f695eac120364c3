"""The workbench's own folder of simulated maps: plain arrays, mapped into memory.

``maps.npy`` holds κ (N, S, S) float32, ``parameters.npy`` Ωm, σ8 and box of each map
(N, 3), ``about.json`` the field and how the maps were made. While it is written it is
``NAME.partial`` with a journal, and goes on where it was interrupted.
"""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from zlib import crc32

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.files.maps import Maps
from workbench.unfinished import Lines, Unfinished
from workbench.writing import explained, write_all

FORMAT, VERSION = "science-workbench convergence maps", 1
MAPS, PARAMETERS, ABOUT = "maps.npy", "parameters.npy", "about.json"


def open_store(path: Path | str) -> Maps:
    """The maps of a store, read where they are asked for.

    Raises:
        BadInput: it is unfinished, damaged or no store.
    """
    path = Path(path)
    about = read_about(path)
    try:
        values = np.load(path / MAPS, mmap_mode="r")
        field = Field(**about["field"])
        if values.shape != (about["maps"], field.pixels, field.pixels):
            raise ValueError(f"{MAPS} has the shape {values.shape}")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BadInput(
            f"{path}: the store is damaged ({error}): make or copy it again"
        ) from None
    return Maps(values, field, about)


def read_about(path: Path) -> dict[str, Any]:
    """What a store says of itself.

    Raises:
        BadInput: it is unfinished or no store, or of another version.
    """
    try:
        about: dict[str, Any] = json.loads((path / ABOUT).read_text())
        version = about.get("format"), about.get("version")
    except (OSError, ValueError, AttributeError):
        version = None
        about = {}
    if version != (FORMAT, VERSION) or path.suffix == ".partial":
        what = "unfinished" if (path / MAPS).is_file() else "no store of maps"
        raise BadInput(
            f"{path}: {what}: make it with `workbench data make cosmogan --out {path}`"
        )
    return about


def write_store(
    path: Path,
    chunks: Callable[[int], Iterable[np.ndarray]],
    field: Field,
    parameters: np.ndarray,
    made: dict[str, Any],
) -> None:
    """Write a store, whole or not at all, going on after what is there of it.

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
    head: dict[str, Any] = {"maps": maps, "field": asdict(field), "made": made}
    head = json.loads(json.dumps(head))
    folder, lines = Unfinished(path), [head]

    def resume(found: Lines) -> Lines:
        if found and found[0] != head:
            raise BadInput(
                f"{folder.partial}: was begun with other settings: remove it or give "
                "another path"
            )
        lines.extend(_there(folder.partial / MAPS, field, found[1:]))
        return lines

    folder.begin(resume)
    try:
        done = sum(line["maps"] for line in lines[1:])
        with explained(path), open(folder.partial / MAPS, "ab") as file:
            file.truncate(_start(file, maps, field) + done * _bytes(field))
            for chunk in chunks(done):
                content = np.ascontiguousarray(chunk, "<f4").tobytes()
                line = {"maps": len(chunk), "crc": crc32(content)}
                kept = (
                    f"{done:,} maps are kept in {folder.partial}: make room and run "
                    "the same command again"
                )
                with explained(path, len(content), kept):
                    write_all(file.fileno(), content)
                    folder.note(line)
                lines.append(line)
                done += len(chunk)
            os.fsync(file.fileno())
        if done != maps:
            raise BadInput(f"{path}: {done} of {maps} maps: run the same command again")
        said = {"format": FORMAT, "version": VERSION, "simulated": True, **head}
        said["fingerprint"] = sha256(json.dumps(lines).encode()).hexdigest()[:16]
        with explained(path):
            np.save(folder.partial / PARAMETERS, parameters)
            (folder.partial / ABOUT).write_text(json.dumps(said, indent=1) + "\n")
            folder.finish()
    finally:
        folder.leave(resumable=len(lines) > 1)


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
        return os.fstat(file.fileno()).st_size
    with open(file.name, "rb") as begun:
        np.lib.format.read_magic(begun)
        np.lib.format.read_array_header_1_0(begun)
        return begun.tell()


def _there(file: Path, field: Field, lines: Lines) -> Lines:
    """The lines of a journal whose maps are in the file, as they were written."""
    kept: Lines = []
    if not file.is_file():
        return kept
    with open(file, "rb") as begun:
        try:
            np.lib.format.read_magic(begun)
            np.lib.format.read_array_header_1_0(begun)
        except ValueError:
            file.unlink()
            return kept
        for line in lines:
            if crc32(begun.read(line["maps"] * _bytes(field))) != line["crc"]:
                break
            kept.append(line)
    return kept
