"""The site: made without a warning, whole in its links, and in need of no network."""

import os
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from tests.lab import chromium, keeper, needs_browser
from tests.notebooks import NOTEBOOKS, Executed

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
LOADS = {("script", "src"), ("img", "src"), ("iframe", "src"), ("link", "href")}


class Page(HTMLParser):
    """What a page links to, loads, and can be linked to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.places: set[str] = {""}
        self.pictures: list[dict[str, Any]] = []
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.places |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "img":
            self.pictures.append(given)
        self.loads += [given[n] for t, n in LOADS if t == tag and n in given]


@cache
def page(path: Path) -> Page:
    return Page(path)


@pytest.fixture(scope="module")
def site(executed: Executed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made of the docs and the notebooks as the tests execute them."""
    for path in NOTEBOOKS:
        executed(path)
    made = tmp_path_factory.mktemp("site")
    words = ["-W", "--keep-going", "-q", "-c", "docs", "-d", str(made / ".seen")]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *words, ".", str(made)],
        cwd=ROOT,
        env=os.environ | {"WORKBENCH_EXECUTED": str(executed.folder)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return made


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_every_page_and_notebook_is_there(site: Path) -> None:
    made = {path.relative_to(site).as_posix() for path in pages(site)}
    for source in [*ROOT.glob("docs/*.md"), *NOTEBOOKS, ROOT / "CONTRIBUTING.md"]:
        assert source.relative_to(ROOT).with_suffix(".html").as_posix() in made


def test_links_lead_somewhere(site: Path) -> None:
    broken: list[str] = []
    followed = 0
    for path in pages(site):
        for link in [*page(path).links, *page(path).loads]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)) if parts.path else path
            if target.is_dir():
                target /= "index.html"
            followed += 1
            found = target.is_file() and (
                target.suffix != ".html"
                or unquote(parts.fragment) in page(target.resolve()).places
            )
            if not found:
                broken.append(f"{path.relative_to(site)}: {link}")
    assert followed > 500 and not broken


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    foreign = [
        f"{path.relative_to(site)}: {load}"
        for path in pages(site)
        for load in page(path).loads
        if urlsplit(load).scheme not in ("", "data") or urlsplit(load).netloc
    ]
    styles = "".join(style.read_text() for style in site.rglob("*.css"))
    assert not foreign
    assert "url(http" not in styles and "@import" not in styles


def test_formulas_need_no_script(site: Path) -> None:
    text = (site / "docs" / "ideas.html").read_text()
    assert "<mi>α</mi>" in text and "MathJax" not in text


def test_pictures_are_told_in_words(site: Path) -> None:
    mute = [
        f"{path.relative_to(site)}: {one.get('src', '')[:60]}"
        for path in pages(site)
        for one in page(path).pictures
        if not one.get("alt")
    ]
    assert not mute


def test_a_browser_asks_for_nothing_else(site: Path, tmp_path: Path) -> None:
    needs_browser()
    asked: list[str] = []
    keep = keeper(tmp_path, "site-")
    with chromium() as shown:
        shown.on("request", lambda request: asked.append(request.url))
        shown.on("pageerror", lambda error: pytest.fail(str(error)))
        for dark in (False, True):
            shown.emulate_media(color_scheme="dark" if dark else "light")
            for name in ("docs/index", "docs/reference", "notebooks/01-neutrino"):
                shown.goto((site / f"{name}.html").as_uri())
                keep(shown, f"{Path(name).name}-{'dark' if dark else 'light'}")
    assert asked and all(url.startswith(("file://", "data:")) for url in asked)
