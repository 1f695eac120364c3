"""Every picture has words for those who do not see it."""

import base64
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    page
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/*/*.md"))
    if ".venv" not in page.parts
)
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WORDS = 12  # letters that a description has at least


class Images(HTMLParser):
    """What stands for each picture of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.alt: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.alt.append(dict(attrs).get("alt") or "")


def told(text: str) -> list[str]:
    """What is said of each picture of a Markdown text."""
    return [*re.findall(r"!\[([^\]]*)\]\(", text), *Images(text).alt]


def texts(page: Path) -> Iterator[str]:
    if page.suffix == ".md":
        yield page.read_text()
        return
    for cell in json.loads(page.read_text())["cells"]:
        if cell["cell_type"] == "markdown":
            yield "".join(cell["source"])


@pytest.mark.parametrize("page", [*PAGES, *NOTEBOOKS], ids=lambda page: page.stem)
def test_every_picture_of_a_page_is_described(page: Path) -> None:
    for text in texts(page):
        assert all(len(words) > WORDS for words in told(text)), page


def test_the_pages_have_pictures() -> None:
    assert len(told((ROOT / "README.md").read_text())) > 2
    assert sum(len(told(text)) for page in NOTEBOOKS for text in texts(page)) > 2


def test_every_picture_of_a_report_is_described(small_run: Path) -> None:
    images = Images((small_run / "report.html").read_text())
    assert len(images.alt) > 3 and all(len(words) > 5 for words in images.alt)
    assert len(set(images.alt)) == len(images.alt)


def test_a_widget_makes_no_picture_without_words() -> None:
    made = 0
    for module in (ROOT / "widgets").glob("*.js"):
        text = module.read_text()
        if '("img")' in text:
            made += 1
            assert ".alt = " in text, module
        for canvas in re.findall(r'make\("canvas"[^)]*\)', text):
            assert "aria-label" in text or "aria-hidden" in text, (module, canvas)
    assert made
    for panel in (ROOT / "workbench" / "panels").rglob("*.py"):
        assert "w.Image(" not in panel.read_text(), panel  # it has no words: Picture


def test_the_pictures_are_pictures(small_run: Path) -> None:
    found = re.findall(r"base64,([^\"]+)", (small_run / "report.html").read_text())
    assert found and all(base64.b64decode(p).startswith(b"\x89PNG") for p in found)
