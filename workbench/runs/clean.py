"""What a report is made of, and nothing that a browser would run."""

import re
from html.parser import HTMLParser

from markupsafe import escape

TAGS = set(
    "b caption div figure h1 h2 img p table tbody td th thead tr".split()
)  # of report_part.html
SILENT = {"script", "style", "template", "title"}  # what they hold is no text
ATTRIBUTES = {
    ("div", "class"): re.compile("headline|scroll"),
    ("img", "alt"): re.compile(r"(?s).*"),
    ("img", "src"): re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]*"),
}


def clean(text: str) -> str:
    """A part of a report with the elements and pictures it is made of, no more.

    A run folder may be someone else's, and what stands in a notebook's page may do
    there what its owner may do.
    """
    kept = _Kept()
    kept.feed(text)
    kept.close()
    return "".join(kept.parts)


class _Kept(HTMLParser):
    """Writes down again what it knows."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self._silent = tag
        if self._silent or tag not in TAGS:
            return
        said = "".join(
            f' {name}="{escape(value or "")}"'
            for name, value in attrs
            if (allowed := ATTRIBUTES.get((tag, name)))
            and allowed.fullmatch(value or "")
        )
        self.parts.append(f"<{tag}{said}>")

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            self._silent = "" if tag == self._silent else self._silent
        elif tag in TAGS - {"img"}:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(str(escape(data)))
