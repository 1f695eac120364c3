"""`workbench lab` where a proxy stands between it and the browser."""

import json
import urllib.request
from collections.abc import Iterator
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.conftest import TASKS
from tests.lab import chromium, keeper, missing, needs_browser
from tests.serving import ROOT, free_port, no_news, our_path, serving
from workbench.lab import proxied

pytestmark = pytest.mark.slow

BASE = "/user/ada/"
HOST = "hub.example"  # as the browser knows it; a proxy passes the name on
TOKEN = "of-the-server-in-front"
CELL = """\
import os, workbench; from workbench.panels import Train
print("at", os.path.dirname(workbench.__file__)); Train("pebbles")"""


@pytest.fixture
def front(tmp_path: Path) -> Iterator[tuple[psutil.Process, int]]:
    """A server as a hub starts it, with jupyter-server-proxy, and its port."""
    needs_browser()
    if find_spec("jupyter_server_proxy") is None:
        missing("hub", "jupyter-server-proxy is not installed: pip install -e .[test]")
    port, config = free_port(), tmp_path / "config"
    no_news(tmp_path / "settings")
    config.mkdir()
    shown = {"LabApp": {"expose_app_in_browser": True}}  # the proxied one reads it, too
    (config / "jupyter_lab_config.json").write_text(json.dumps(shown))
    words = ["--no-browser", "--allow-root", f"--port={port}", "--ip=127.0.0.1"]
    words += [f"--ServerApp.base_url={BASE}", f"--IdentityProvider.token={TOKEN}"]
    words += ["--ServerApp.allow_remote_access=True"]
    own = {
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"),
        "WORKBENCH_TASKS": str(TASKS),
    }
    address = f"http://127.0.0.1:{port}{BASE}api"
    words = ["jupyterlab", *words]
    with serving(words, address, tmp_path, own | our_path()) as server:
        yield psutil.Process(server.pid), port


def typed(page: Any, text: str) -> None:
    """Type into a new console, which saves nothing."""
    page.wait_for_function("() => window.jupyterapp?.restored")
    page.evaluate(
        "() => { window.jupyterapp.commands.execute('console:create', "
        "{kernelPreference: {name: 'python3', autoStart: true}}); }"
    )
    page.locator(".jp-CodeConsole-promptCell .cm-content").wait_for()
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel"
        "?.status == 'idle'"
    )
    page.locator(".jp-CodeConsole-promptCell .cm-content").click()
    page.keyboard.insert_text(text)
    page.keyboard.press("Shift+Enter")


def socket_of(server: psutil.Process) -> Path:
    """What the server that was started for us listens on."""
    words = [word for one in server.children(True) for word in one.cmdline()]
    (found,) = {w.partition("=")[2] for w in words if w.startswith("--ServerApp.sock=")}
    return Path(found)


def test_a_hubs_launcher_opens_it(
    front: tuple[psutil.Process, int], tmp_path: Path
) -> None:
    server, port = front
    picture, host = keeper(tmp_path), f"http://{HOST}:{port}{BASE}"
    (found,) = entry_points(group="jupyter_serverproxy_servers", name="workbench")
    assert found.load() is proxied
    with chromium(900, f"--host-resolver-rules=MAP {HOST} 127.0.0.1") as page:
        page.goto(f"{host}lab?token={TOKEN}")
        tile = page.locator(".jp-LauncherCard", has_text="Science workbench")
        tile.wait_for()
        picture(page, "lab-launcher")
        with page.expect_popup() as opened:
            tile.click()
        shown = opened.value
        shown.set_default_timeout(60_000)
        typed(shown, CELL)
        shown.get_by_text(f"at {ROOT / 'workbench'}").wait_for()
        shown.locator(".wb-train .wb-start").wait_for()
        shown.locator(".wb-command pre").wait_for()  # so the kernel answers
        picture(shown, "lab-behind-a-proxy")
        assert shown.url.startswith(f"{host}workbench/lab")
    socket = socket_of(server)
    assert socket.is_socket() and not socket.stat().st_mode & 0o077
    asked = f"http://127.0.0.1:{port}{BASE}workbench/api/contents"
    with urllib.request.urlopen(asked) as answer:  # of the server in front
        assert answer.url.startswith(f"http://127.0.0.1:{port}{BASE}login?")
