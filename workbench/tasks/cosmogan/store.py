"""The workbench's own folder of simulated maps: plain arrays, mapped into memory.

``maps.npy`` holds κ (N, S, S) float32, ``parameters.npy`` Ωm, σ8 and box of each map
(N, 3), ``about.json`` the field and how the maps were made. While it is written it is
``NAME.partial`` with a journal, and goes on where it was interrupted.
"""

import json
from pathlib import Path
from typing import Any

from workbench.damage import damaged, gone
from workbench.errors import BadInput
from workbench.unfinished import JOURNAL

FORMAT, VERSION = "science-workbench convergence maps", 1
MAPS, PARAMETERS, ABOUT = "maps.npy", "parameters.npy", "about.json"


def read_about(path: Path) -> dict[str, Any]:
    """What a store says of itself.

    Raises:
        BadInput: it is unfinished or no store, or of another version.
    """
    try:
        about: dict[str, Any] = json.loads((path / ABOUT).read_text())
        version = about.get("format"), about.get("version")
    except FileNotFoundError:
        if path.suffix != ".partial" and not (path / JOURNAL).exists():
            raise gone(path, ABOUT) from None
        version, about = None, {}
    except PermissionError as error:
        raise damaged(path, error) from None
    except (OSError, ValueError, AttributeError):
        version, about = None, {}
    if version != (FORMAT, VERSION) or path.suffix == ".partial":
        what = "unfinished" if (path / MAPS).is_file() else "no store of maps"
        raise BadInput(
            f"{path}: {what}: make it with `workbench data make cosmogan --out {path}`"
        )
    return about


def is_described(path: Path) -> bool:
    """Whether a folder says that it is a store, whatever else is left in it."""
    try:
        return FORMAT in (path / ABOUT).read_text()
    except (OSError, UnicodeDecodeError):
        return False
