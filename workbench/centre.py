"""What a computing centre says of itself: one TOML file, and where it is looked for.

The first of these counts: what ``$WORKBENCH_SITE`` names, the environment's
``etc/science-workbench/site.toml``, the system's, the generic profile. A person's own
``~/.config/science-workbench/site.toml`` is laid over it.
"""

import os
import stat
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import BadInput

SITE = "WORKBENCH_SITE"
PROFILES = Path(__file__).parent / "runs" / "sites"
PLACE = Path("science-workbench") / "site.toml"
CHOICES = ("account", "partition", "qos", "constraint", "time")
_NODE: dict[str, type] = {"gpus": int, "cores": int}
_SCRIPT: dict[str, type] = dict.fromkeys(
    ("sbatch", "modules", "setup", "srun", "container"), list
)
KEYS: dict[str, dict[str, type]] = {
    "centre": {"name": str, "help": str},
    "defaults": dict.fromkeys(CHOICES, str),
    "node": _NODE,
    "partitions": {},  # any name, each with the keys below
    "script": {**_SCRIPT, "python": str},
    "variables": {},  # any
    "folders": dict.fromkeys(("runs", "stage", "cache", "data"), str),
}
PARTITION: dict[str, type] = {**_NODE, "time": str}
OWN = ("defaults", "variables", "folders")  # what a person may say otherwise


@dataclass(frozen=True)
class Profile:
    """A profile that was found, and what it says.

    Attributes:
        path: The centre's file.
        why: Why this one.
        own: A person's own file laid over it.
        said: Part → key → value.
    """

    path: Path
    why: str
    own: Path | None
    said: Mapping[str, Mapping[str, Any]]


def profile() -> Profile:
    """The profile that counts here, with a person's own choices over it.

    Raises:
        BadInput: there is no such profile, it cannot be read, says what nobody
            understands, or anybody could have written it.
    """
    path, why = next(_places())
    said, own = _read(path), _own()
    if own is not None:
        mine = _read(own)
        if foreign := [part for part in mine if part not in OWN]:
            raise BadInput(
                f"{own}: [{foreign[0]}] describes a centre, and half of one does not "
                f"fit another: keep {', '.join(OWN)} here, or name a whole profile in "
                f"${SITE}"
            )
        said |= {part: said.get(part, {}) | values for part, values in mine.items()}
    return Profile(path, why, own, said)


def folder_of(key: str, instead: str) -> Path | None:
    """A folder that the profile names; ``None`` where it is silent.

    Args:
        key: Of the part ``folders``.
        instead: What a person may type to have another.

    Raises:
        BadInput: it needs a variable that is not set.
    """
    found = profile()
    given = found.said.get("folders", {}).get(key)
    if given is None:
        return None
    path = os.path.expandvars(os.path.expanduser(given))
    if "$" in path:
        raise BadInput(
            f"{found.path}: the folder for {key} is {given}, of which a variable is "
            f"not set: set it, or {instead}"
        )
    return Path(path)


def _places() -> Iterator[tuple[Path, str]]:
    """Profiles that there are, the first of which counts."""
    if name := os.environ.get(SITE):
        path = PROFILES / f"{name}.toml"
        yield path if path.is_file() else Path(name).expanduser(), f"${SITE} names it"
    else:
        system = os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
        roots = {Path(sys.prefix) / "etc": "it is this environment's"}
        roots |= {Path(d): "it is the system's" for d in system.split(os.pathsep) if d}
        for root, why in roots.items():
            if (root / PLACE).exists():
                yield root / PLACE, why
    yield PROFILES / "generic.toml", "no other is here"


def _own() -> Path | None:
    home = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    path = Path(home).expanduser() / PLACE
    return path if path.exists() else None


def _read(path: Path) -> dict[str, Any]:
    try:
        _refuse_anybodys(path)
        known = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        there = ", ".join(sorted(p.stem for p in PROFILES.glob("*.toml")))
        raise BadInput(
            f"${SITE} {path}: no such profile: name one of {there}, or the path of a "
            f"file like {PROFILES / 'generic.toml'}"
        ) from error
    except OSError as error:
        raise BadInput(
            f"{path}: cannot be read ({error.strerror}): ask who wrote it to let you, "
            f"or do without: export {SITE}=generic"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{path}: not valid TOML ({error}): mend that place, or do without: "
            f"export {SITE}=generic"
        ) from error
    _check(path, known)
    return known


def _refuse_anybodys(path: Path) -> None:
    """Refuse a file that anybody may change: its lines run in everybody's jobs."""
    for place in (path, path.resolve().parent):
        mode = place.stat().st_mode
        sticky = place.is_dir() and mode & stat.S_ISVTX
        if mode & stat.S_IWOTH and not sticky:
            raise BadInput(
                f"{place}: anybody may write it, and what {path.name} says runs in "
                f"your jobs: chmod o-w {place}"
            )


def _check(path: Path, known: Mapping[str, Any]) -> None:
    for part, values in known.items():
        if part not in KEYS or not isinstance(values, dict):
            raise BadInput(f"{path}: no part [{part}]: one of {', '.join(KEYS)}")
        if part != "partitions":
            _check_part(path, part, values, KEYS[part])
            continue
        for name, about in values.items():
            if not isinstance(about, dict):
                raise BadInput(
                    f"{path}: [partitions] {name} is {about!r}: write "
                    f"[partitions.{name}], and below it {', '.join(PARTITION)}"
                )
            _check_part(path, f"partitions.{name}", about, PARTITION)


def _check_part(
    path: Path, part: str, values: Mapping[str, Any], kinds: Mapping[str, type]
) -> None:
    for key, value in values.items():
        if kinds and key not in kinds:
            raise BadInput(f"{path}: [{part}] has no {key}: one of {', '.join(kinds)}")
        wanted = kinds.get(key, str)
        if type(value) is not wanted:
            raise BadInput(
                f"{path}: [{part}] {key} is {value!r}: wants {wanted.__name__}"
            )
        if wanted is int and value < 0:
            raise BadInput(f"{path}: [{part}] {key} is {value}: wants 0 or more")
