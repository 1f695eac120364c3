"""The workbench among the kernels of a Jupyter server that is not its own."""

import argparse
import os
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from workbench.errors import BadInput
from workbench.runs.folder import write_json, write_text
from workbench.runs.site import SITE, Site, site
from workbench.writing import explained

NAME = "workbench"
START = """\
#!/usr/bin/env bash
# Written by `workbench kernel install` for the site {site}; its lines may be changed.
{setup}
exec {command} -m ipykernel_launcher "$@"
"""
MODULE = """\
# a hub that starts notebooks without a login does not know `module`
type module >/dev/null 2>&1 || . /etc/profile
"""


def install_kernel(name: str = NAME, prefix: str | Path | None = None) -> Path:
    """Let a Jupyter server offer this workbench as a kernel; returns the new folder.

    What the profile of the site says of modules, environment and container comes before
    the kernel as it comes before a training: the folder holds ``start.sh`` for people
    to read. A kernel of that name is replaced.

    Args:
        name: Tells it from other kernels: a-z, 0-9, ``.``, ``_`` and ``-``.
        prefix: Put it into ``share/jupyter/kernels`` there, for everybody who uses that
            environment; if not given, it is for one's own account alone.

    Raises:
        BadInput: the name or the site's profile is none, or the place cannot be
            written.
    """
    from jupyter_core.paths import jupyter_data_dir

    if not re.fullmatch(r"[a-z0-9._-]+", name):
        raise BadInput(f"--name {name!r}: only a-z, 0-9, '.', '_' and '-': mend it")
    data = Path(prefix) / "share" / "jupyter" if prefix else Path(jupyter_data_dir())
    place = data.absolute() / "kernels" / name
    with explained(place):
        write_text(place / "start.sh", _start(site()))
        write_json(place / "kernel.json", _spec(name))
    return place


def _start(here: Site) -> str:
    """The script that becomes the kernel."""
    modules = [f"module load {module}" for module in here.words("modules")]
    setup = [MODULE] * bool(modules) + [*modules, *here.words("setup")]
    python = shlex.quote(str(here.script.get("python", sys.executable)))
    command = " ".join([*here.words("container"), python])
    lines = "\n".join(line.rstrip("\n") for line in setup)
    return START.format(site=here.name, setup=lines, command=command)


def _spec(name: str) -> dict[str, Any]:
    """What Jupyter reads; trainings launched from the kernel know the site, too."""
    chosen = os.environ.get(SITE, "")
    path = Path(chosen).expanduser()
    known = {SITE: str(path.absolute()) if path.is_file() else chosen}
    return {
        "argv": ["bash", "{resource_dir}/start.sh", "-f", "{connection_file}"],
        "display_name": "Science workbench" + f" ({name})" * (name != NAME),
        "language": "python",
        "env": known if chosen else {},
        "metadata": {"debugger": True},
    }


def _kernel(args: argparse.Namespace, rest: list[str]) -> int:
    if rest:
        raise BadInput(f"kernel takes no {rest[0]}: see workbench kernel --help")
    print(install_kernel(args.name, args.prefix))
    return 0


def add_command(verb: Callable[..., argparse.ArgumentParser]) -> None:
    """Add ``workbench kernel`` to the command line."""
    about = "offer the workbench in a Jupyter server that is not its own"
    asked = verb("kernel", _kernel, about)
    asked.add_argument("what", choices=("install",))
    where = asked.add_mutually_exclusive_group()
    where.add_argument("--user", action="store_true", help="for oneself: the default")
    where.add_argument("--prefix", type=Path, help="for all users of an environment")
    asked.add_argument("--name", default=NAME, help="where there are several")
