"""What a report is made of, and nothing that a browser would run."""

import re

import nh3

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
    return nh3.clean(
        text,
        tags=TAGS,
        clean_content_tags=SILENT,
        attributes={"div": {"class"}, "img": {"alt", "src"}},
        attribute_filter=_kept,
        url_schemes={"data"},
        link_rel=None,
    )


def _kept(tag: str, name: str, value: str) -> str | None:
    allowed = ATTRIBUTES.get((tag, name))
    return value if allowed and allowed.fullmatch(value) else None
