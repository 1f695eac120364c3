"""What a person chose last for a site's queue, kept for the next time."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from workbench.runs.folder import read_json, write_json


def _file() -> Path:
    home = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(home).expanduser() / "science-workbench" / "slurm.json"


def remembered(site: str) -> dict[str, Any]:
    """What was chosen last at a site, option → value."""
    known = read_json(_file()).get(site)
    return known if isinstance(known, dict) else {}


def remember(site: str, chosen: Mapping[str, Any]) -> None:
    """Keep what was chosen; a home that cannot be written is no reason to fail."""
    if chosen:
        known = read_json(_file())
        known[site] = remembered(site) | dict(chosen)
        with suppress(OSError):
            write_json(_file(), known)
