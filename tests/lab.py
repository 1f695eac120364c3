"""A JupyterLab of its own for browser tests, and Chromium to look at it."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.serving import free_port, no_news, our_path, serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def needs_browser() -> None:
    """Skip, or fail where ``$WORKBENCH_REQUIRE`` names the browser."""
    if find_spec("playwright") is None:
        missing("browser", "playwright is not installed: pip install -e .[test]")
    if CHROMIUM is None:
        missing("browser", "no chromium on PATH (Debian: apt install chromium)")


def missing(what: str, why: str) -> NoReturn:
    """Skip, or fail where ``$WORKBENCH_REQUIRE`` names it."""
    if what in os.environ.get("WORKBENCH_REQUIRE", "").split(","):
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
    port = free_port()
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
    no_news(folder / ".jupyter" / "settings")
    address = f"http://127.0.0.1:{port}"
    words = ["jupyterlab", *words]
    with serving(words, f"{address}/api", folder, own | our_path()):
        yield f"{address}/lab/tree/panel.ipynb"


@contextmanager
def chromium(height: int = 1100, *words: str) -> Iterator[Any]:
    """A page of a headless Chromium, which may be given more words."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", *words]
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
        run_all(page)
        yield page


def run_all(page: Any) -> None:
    """Run all cells of the notebook that JupyterLab is about to show."""
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    command(page, "application:toggle-left-area")
    command(page, "notebook:run-all-cells")


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
