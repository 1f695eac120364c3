"""How a computing centre wants its jobs: a small TOML file, chosen by name or path."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.errors import BadInput

SITE = "WORKBENCH_SITE"
PROFILES = Path(__file__).with_name("sites")
CHOICES = ("account", "partition", "qos", "constraint", "time")
KEYS: dict[str, tuple[str, ...]] = {
    "defaults": CHOICES,
    "node": ("gpus", "cores"),
    "script": ("sbatch", "modules", "setup", "srun", "container", "python"),
    "variables": (),  # any
    "folders": ("runs", "stage"),
}


@dataclass(frozen=True)
class Site:
    """What a profile says; ``sites/generic.toml`` explains each.

    Attributes:
        name: The file's, without its ending.
        defaults: Options of ``sbatch`` that a person may choose otherwise.
        node: Number of ``gpus`` and ``cores`` of a node.
        script: What else ``job.sh`` needs.
        variables: Name → value, read by the shell of the first node.
        folders: Where ``runs`` go, and where each node may ``stage`` the data.
    """

    name: str
    defaults: Mapping[str, str] = field(default_factory=dict)
    node: Mapping[str, int] = field(default_factory=dict)
    script: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, str] = field(default_factory=dict)

    def words(self, key: str) -> list[str]:
        """A list of the profile's script; empty if it has none."""
        return [str(word) for word in self.script.get(key, [])]


def site() -> Site:
    """The site that ``$WORKBENCH_SITE`` names, by name or path; else the generic one.

    Raises:
        BadInput: there is no such profile, or it says what nobody understands.
    """
    name = os.environ.get(SITE) or "generic"
    path = PROFILES / f"{name}.toml"
    if not path.is_file():
        path = Path(name).expanduser()
    try:
        with path.open("rb") as stream:
            known = tomllib.load(stream)
    except OSError as error:
        there = ", ".join(sorted(p.stem for p in PROFILES.glob("*.toml")))
        raise BadInput(
            f"${SITE} {name}: no such profile: name one of {there}, or the path of a "
            f"file like {PROFILES / 'generic.toml'}"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path}: not valid TOML ({error}): mend that place") from error
    _check(path, known)
    return Site(path.stem, **known)


def scratch() -> Path | None:
    """Where the chosen site keeps runs; ``None`` if no site is chosen, or it is silent.

    Raises:
        BadInput: the site's folder needs a variable that is not set.
    """
    if not os.environ.get(SITE):
        return None
    given = site().folders.get("runs")
    if given is None:
        return None
    path = os.path.expandvars(os.path.expanduser(given))
    if "$" in path:
        raise BadInput(
            f"the site's folder for runs is {given}, which is not set: --runs"
        )
    return Path(path)


def _check(path: Path, known: Mapping[str, Any]) -> None:
    for part, values in known.items():
        if part not in KEYS or not isinstance(values, dict):
            raise BadInput(f"{path}: no part [{part}]: one of {', '.join(KEYS)}")
        for key, value in values.items():
            if KEYS[part] and key not in KEYS[part]:
                raise BadInput(
                    f"{path}: [{part}] has no {key}: one of {', '.join(KEYS[part])}"
                )
            wanted: type = str
            if part == "node":
                wanted = int
            elif part == "script" and key != "python":
                wanted = list
            if not isinstance(value, wanted):
                raise BadInput(
                    f"{path}: [{part}] {key} is {value!r}: wants {wanted.__name__}"
                )
