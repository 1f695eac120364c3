"""A JupyterLab of its own for browser tests, and Chromium to look at it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def needs_browser() -> None:
    """Skip, or fail where ``$WORKBENCH_REQUIRE`` names the browser."""
    if find_spec("playwright") is None:
        _missing("playwright is not installed: pip install -e .[test]")
    if CHROMIUM is None:
        _missing("no chromium on PATH (Debian: apt install chromium)")


def _missing(why: str) -> None:
    if "browser" in os.environ.get("WORKBENCH_REQUIRE", "").split(","):
        pytest.fail(why)
    pytest.skip(why)


def write_notebook(path: Path, cells: list[str]) -> None:
    """A notebook of code cells that nobody has run."""
    notebook = {
        "cells": [
            {"cell_type": "code", "id": f"cell-{i}", "source": text, "metadata": {}}
            | {"outputs": [], "execution_count": None}
            for i, text in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(notebook))


@contextmanager
def lab(folder: Path, cells: list[str]) -> Iterator[str]:
    """A server whose folder holds ``panel.ipynb``; the notebook's address.

    Notebook 7, where it is installed, shows the same at ``/notebooks/panel.ipynb``.
    """
    write_notebook(folder / "panel.ipynb", cells)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [
        "--no-browser",
        "--allow-root",
        f"--port={port}",
        "--ip=127.0.0.1",
        "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True",
        "--JupyterNotebookApp.expose_app_in_browser=True",
        f"--ServerApp.root_dir={folder}",
    ]
    own = {f"JUPYTER_{n}_DIR": str(folder / ".jupyter") for n in ("CONFIG", "RUNTIME")}
    own |= {"JUPYTERLAB_SETTINGS_DIR": str(folder / ".jupyter" / "settings")}
    news = folder / ".jupyter/settings/@jupyterlab/apputils-extension"
    news.mkdir(parents=True)
    (news / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    with (folder / "lab.txt").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *words],
            cwd=folder,
            env=os.environ | own | {"PYTHONPATH": path},
            stdout=log,
            stderr=log,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_up(address, server)
        yield f"{address}/lab/tree/panel.ipynb"
    finally:
        server.terminate()
        server.wait(20)


def _wait_until_up(address: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/api", timeout=5).close()
            return
        except OSError:
            time.sleep(0.3)
    raise AssertionError("JupyterLab did not start")


@contextmanager
def chromium(height: int = 1100) -> Iterator[Any]:
    """A page of a headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(viewport={"width": 1280, "height": height})
        page = context.new_page()
        context.set_default_timeout(60_000)
        yield page
        browser.close()


@contextmanager
def opened(folder: Path, cells: list[str], height: int = 1100) -> Iterator[Any]:
    """A page of Chromium with a notebook of these cells in JupyterLab, all run."""
    with lab(folder, cells) as address, chromium(height) as page:
        page.goto(address)
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        command(page, "application:toggle-left-area")
        command(page, "notebook:run-all-cells")
        yield page


def keeper(folder: Path, before: str = "") -> Callable[[Any, str], None]:
    """Keeps pictures of pages, beside the server or in ``$WORKBENCH_ARTEFACTS``."""
    place = Path(os.environ.get("WORKBENCH_ARTEFACTS") or folder / "pictures")
    place.mkdir(parents=True, exist_ok=True)
    return lambda shown, name: shown.screenshot(path=place / f"{before}{name}.png")


def command(page: Any, name: str, **arguments: Any) -> None:
    """Have JupyterLab do what its menus and palette call by that name."""
    page.wait_for_function(
        "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.isReady"
    )
    page.evaluate(
        "([name, given]) => { window.jupyterapp.commands.execute(name, given); }",
        [name, arguments],
    )
