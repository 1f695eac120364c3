"""Where data cards, browser modules and what is made once and kept are."""

import os
from pathlib import Path

from workbench.centre import folder_of

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


def cache(name: str = "") -> Path:
    """Where what can be made again stays.

    That is ``$WORKBENCH_CACHE``, the site's folder for it, or ~/.cache.

    Raises:
        BadInput: the site's folder needs a variable that is not set.
    """
    given = os.environ.get("WORKBENCH_CACHE")
    place = Path(given) if given else folder_of("cache", "export WORKBENCH_CACHE=…")
    return (place or Path("~/.cache/science-workbench")).expanduser() / name


def kept(name: str, entry: str) -> Path:
    """Where something that is made once is: with what is shared, or in one's own cache.

    What is shared is a cache that somebody filled for all, who only read it:
    ``$WORKBENCH_DATA``, or the site's folder for data.

    Args:
        name: Of the part of the cache, such as a task's.
        entry: What it is called there.

    Raises:
        BadInput: the site's folder needs a variable that is not set.
    """
    given = os.environ.get("WORKBENCH_DATA")
    shared = Path(given) if given else folder_of("data", "export WORKBENCH_DATA=…")
    if shared is not None:
        place = shared.expanduser() / name / entry
        if os.path.exists(place):  # False where one may not look, too
            return place
    return cache(name) / entry


def nearest(place: Path) -> Path:
    """The longest part of a path that exists."""
    whole = place.absolute()
    return next(part for part in (whole, *whole.parents) if part.exists())


def again(place: Path) -> str:
    """What to do about something of that place that is damaged, or partly gone."""
    if place.absolute().is_relative_to(cache().absolute()):
        return f"remove {place} and run the same command again, which makes it anew"
    return "make or copy it again"
