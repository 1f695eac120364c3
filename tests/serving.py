"""A server of its own for a test, whose address answers before the test goes on."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


@contextmanager
def serving(
    words: list[str], address: str, folder: Path, own: Mapping[str, str]
) -> Iterator["subprocess.Popen[bytes]"]:
    """A Python module that serves from a folder; its last lines where a test fails.

    Args:
        words: The module, and what it is told.
        address: What answers once it is up.
        folder: Where it runs, and writes ``server.txt``.
        own: Its environment, beside this process's.
    """
    log = folder / "server.txt"
    with log.open("wb") as stream:
        server = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=folder,
            env=os.environ | own,
            stdout=stream,
            stderr=stream,
        )
    try:
        _wait_until_up(address, server)
        yield server
    except BaseException:
        print(log.read_text()[-8000:])
        raise
    finally:
        server.terminate()  # and it ends what it has started
        server.wait(60)


def our_path() -> dict[str, str]:
    """The environment in which Python finds this checkout."""
    before = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), before]))}


def no_news(settings: Path) -> None:
    """Have JupyterLab not ask whether it may fetch news."""
    news = settings / "@jupyterlab" / "apputils-extension"
    news.mkdir(parents=True)
    (news / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait_until_up(address: str, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"nobody answers at {address}")
