"""Pages of the documentation: what they tell the reader to write and to type."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(r"^```(.+?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CAPTION = re.compile(r":caption: `(\S+)`\n\n")


@dataclass(frozen=True)
class Block:
    """A block of a page, and the file it is for, if it is for one."""

    language: str
    text: str
    file: str | None = None

    def write(self, folder: Path) -> None:
        """Write its file as the reader would; of a ``diff`` only what is new."""
        assert self.file is not None
        path = folder / self.file
        if self.language != "diff":
            path.write_text(self.text)
            return
        written = path.read_text()
        for old, new in re.findall(r"^ (.*)\n\+(.*)$", self.text, re.MULTILINE):
            assert written.count(f"{old}\n") == 1, old
            written = written.replace(f"{old}\n", f"{old}\n{new}\n")
        path.write_text(written)


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page, in order."""
    for head, text in BLOCK.findall(page.read_text()):
        caption = CAPTION.match(text)
        language = head.removeprefix("{code-block} ")
        if caption is None:
            yield Block(language, text)
        else:
            yield Block(language, text[caption.end() :], caption[1])


def commands(page: Path) -> list[str]:
    """What a page has the reader type; behind prompts, if there are, stand answers."""
    typed: list[str] = []
    for block in blocks(page):
        if block.language == "console":
            lines = block.text.replace("\\\n", " ").splitlines()
            asked = [line[2:] for line in lines if line.startswith("$ ")]
            typed += asked or lines
    return [line.split(" #")[0].strip() for line in typed if line.strip()]
