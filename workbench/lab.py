"""JupyterLab at the notebooks, here or behind the proxy of another Jupyter server."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def proxied() -> dict[str, Any]:
    """The workbench as jupyter-server-proxy starts it, for an entry in the launcher.

    It listens on a socket that only its owner can open, not on a port: on a login node
    everybody reaches everybody's ports. So it asks for no token of its own; the server
    in front of it has asked.
    """
    own = [sys.executable, "-m", "workbench.main", "lab"]
    where = ["--base-url={base_url}workbench/", "--socket={unix_socket}"]
    return {
        "command": [*own, *where],
        "unix_socket": True,
        "absolute_url": True,
        "timeout": 60,
        "launcher_entry": {"title": "Science workbench"},
    }


def command(base_url: str = "", socket: Path | None = None) -> list[str]:
    """What starts JupyterLab at the notebooks; elsewhere at the current folder.

    Args:
        base_url: The path under which a proxy shows it: ``/user/ada/lab/``.
        socket: Listen there, for its owner alone, instead of on a port.
    """
    notebooks = Path(__file__).parents[1] / "notebooks"
    place = notebooks if os.access(notebooks, os.W_OK) else Path()
    words = [f"--ServerApp.root_dir={place.absolute()}"]
    if base_url:
        words += [f"--ServerApp.base_url={base_url}", "--no-browser"]
    if socket:
        words += [f"--ServerApp.sock={socket}", "--ServerApp.sock_mode=0600"]
        words += ["--IdentityProvider.token=", "--ServerApp.allow_remote_access=True"]
        words += ["--allow-root"] * (os.geteuid() == 0)  # so does who started it
    return [sys.executable, "-m", "jupyterlab", *words]


def _lab(args: argparse.Namespace, rest: list[str]) -> int:
    os.execv(sys.executable, [*command(args.base_url, args.socket), *rest])


def add_command(verb: Callable[..., argparse.ArgumentParser]) -> None:
    """Add ``workbench lab`` to the command line."""
    asked = verb("lab", _lab, "JupyterLab at the notebooks, with any option of its own")
    asked.add_argument("--base-url", default="", help="the path that a proxy gives it")
    asked.add_argument("--socket", type=Path, help="listen there instead of on a port")
