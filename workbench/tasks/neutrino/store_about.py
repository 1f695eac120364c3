"""What ``about.json`` says of a store, and whether the arrays beside it agree."""

import json
from pathlib import Path
from typing import Any

from workbench.damage import damaged, gone, spoilt
from workbench.errors import BadInput
from workbench.tasks.neutrino.layouts import WIDTHS
from workbench.tasks.neutrino.segments import PLANE_CODES
from workbench.tasks.neutrino.store_writer import ARRAYS, FORMAT, VERSION

_NEEDED = {"hits", "planes", "hit_start"}
_COUNTS = ("rows", "bytes", "crc32")
_HEADER = range(64, 1 << 12)  # bytes before the rows of an .npy file


def read_about(path: Path) -> dict[str, Any]:
    """The description of a complete store, its arrays as long as it says.

    Raises:
        BadInput: the store is unfinished, damaged, or of another version.
    """
    try:
        about: Any = json.loads((path / "about.json").read_text())
    except FileNotFoundError:
        if path.suffix != ".partial" and any(path.glob("*.npy")):
            raise gone(path, "about.json") from None
        hint = "an unfinished" if path.suffix == ".partial" else "not a"
        raise BadInput(
            f"{path}: no about.json, so {hint} store: make it with "
            "`workbench data make neutrino`"
        ) from None
    except (PermissionError, NotADirectoryError) as error:
        raise damaged(path, error) from None
    except (ValueError, RecursionError, OSError) as error:
        raise spoilt(path, f"about.json: {error}") from None
    if not isinstance(about, dict):
        raise spoilt(path, "about.json: no description of a store")
    if about.get("format") != FORMAT or about.get("version") != VERSION:
        raise BadInput(
            f"{path}/about.json: {about.get('format')} version {about.get('version')}, "
            f"wanted {FORMAT} version {VERSION}: update the workbench"
        )
    if wrong := _wrong(about):
        raise spoilt(path, f"about.json: {wrong}")
    for name, array in about["arrays"].items():
        file = path / f"{name}.npy"
        if not file.is_file():
            raise gone(path, file.name)
        if (size := file.stat().st_size) != array["bytes"]:
            raise spoilt(path, f"{file.name}: {size:,} bytes of {array['bytes']:,}")
    return about


def _wrong(about: dict[str, Any]) -> str | None:
    """What of the description no store has."""
    events, arrays, made = (about.get(name) for name in ("events", "arrays", "made"))
    if not _count(events) or not events:
        return f"events {events}"
    fingerprint = about.get("fingerprint")
    if not isinstance(fingerprint, str) or not fingerprint:
        return f"fingerprint {fingerprint!r}"
    if not isinstance(made, dict) or made.get("columns", 94) not in WIDTHS:
        return f"made {made}"
    if made.get("plane_codes", 174) not in PLANE_CODES.values():
        return f"plane_codes {made['plane_codes']}"
    if not isinstance(arrays, dict) or not _NEEDED <= arrays.keys() <= ARRAYS.keys():
        return f"arrays {list(arrays) if isinstance(arrays, dict) else arrays}"
    if ("particles" in arrays) != ("particle_start" in arrays):
        return f"arrays {list(arrays)}"
    for name, array in arrays.items():
        if not isinstance(array, dict) or not all(map(_count, map(array.get, _COUNTS))):
            return f"{name} {array}"
        wanted = {"hits": None, "particles": None}.get(
            name, events + name.endswith("_start")
        )
        if wanted is not None and array["rows"] != wanted:
            return f"{name} has {array['rows']} rows, not {wanted}"
        if array["bytes"] - array["rows"] * ARRAYS[name].itemsize not in _HEADER:
            return f"{name} has {array['bytes']} bytes for {array['rows']} rows"
    return None


def _count(value: Any) -> bool:
    return type(value) is int and value >= 0
