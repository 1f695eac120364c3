"""Where data cards, browser modules and what is made once and kept are."""

import os
from pathlib import Path

PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """The folder ``datasets`` or ``widgets``, in a wheel or in a checkout.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for place in (PACKAGE.parent / name, PACKAGE / f"_{name}"):
        if (place / "README.md").is_file():
            return place
    raise FileNotFoundError(
        f"the folder {name}/ is missing beside {PACKAGE}: reinstall science-workbench"
    )


def cache(name: str) -> Path:
    """Where what can be made again stays: ``$WORKBENCH_CACHE`` or ~/.cache."""
    home = os.environ.get("WORKBENCH_CACHE") or "~/.cache/science-workbench"
    return Path(home).expanduser() / name
