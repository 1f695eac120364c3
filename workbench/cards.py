"""Dataset cards: what the data are, whose they are, where to get them, their limits."""

import html
import os
import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.errors import BadInput
from workbench.paths import folder

NOT_PUBLISHED = "not published"
UNCHECKED = (
    "no checksum is published: that it is the right file is only the server's word"
)


@dataclass(frozen=True)
class Key:
    """One quantity of a sample: its name, shape, unit and meaning."""

    name: str
    shape: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class RemoteFile:
    """A public file and how to know that a copy is good.

    Attributes:
        name: What to call it, as in ``workbench data get NAME``.
        url: ``http(s)://…``, or ``root://…`` for an xrootd server.
        bytes: Size; 0 where it is not published.
        checksum: ``sha256:…``, ``sha1:…`` or ``md5:…``, or "not published".
        licence: What its owner allows.
        note: What it holds.
        folders: Where it is many files on a web server: the folders under ``url`` that
            it lists; ``bytes`` is then the size of all.
        each: Bytes of each of these files; 0 where they differ.
        checksums: ``FOLDER/FILE`` → checksum, of those of which one is published.
    """

    name: str
    url: str
    bytes: int = 0
    checksum: str = NOT_PUBLISHED
    licence: str = "not stated"
    note: str = ""
    folders: Sequence[str] = ()
    each: int = 0
    checksums: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        """Refuse names that lead out of the folder they are copied to."""
        for name in (self.name, *self.folders):
            if not re.fullmatch(r"[\w][\w.+-]*", name):
                raise ValueError(
                    f"{name!r} is no name of a file: letters, digits, . _ + and -"
                )


@dataclass(frozen=True)
class Card:
    """What a data set is, as read from ``datasets/TASK/card.toml``."""

    name: str
    title: str
    description: str
    licence: str
    citation: str
    keys: tuple[Key, ...] = ()
    classes: tuple[str, ...] = ()
    splits: Mapping[str, str] = field(default_factory=dict[str, str])
    files: tuple[RemoteFile, ...] = ()
    limits: tuple[str, ...] = ()

    @classmethod
    def of(cls, task: str) -> "Card":
        """The card of a task.

        Raises:
            BadInput: there is none; the text names those there are.
        """
        places = {place.parent.name: place for place in _places()}
        if task not in places:
            raise BadInput(f"no data card {task!r}: choose one of {', '.join(places)}")
        return cls.read(places[task])

    @classmethod
    def read(cls, path: Path) -> "Card":
        """The card in a file.

        Raises:
            BadInput: the file is no TOML, or an entry is missing or unknown.
        """
        try:
            text = tomllib.loads(path.read_text())
            rows = {
                "keys": tuple(Key(**row) for row in text.pop("keys", [])),
                "files": tuple(RemoteFile(**row) for row in text.pop("files", [])),
                "classes": tuple(text.pop("classes", [])),
                "limits": tuple(text.pop("limits", [])),
            }
            return cls(path.parent.name, **rows, **text)
        except (
            OSError,
            ValueError,  # tomllib's, too
            TypeError,
        ) as error:
            message = str(error).replace("Card.__init__()", "the card")
            raise BadInput(f"{path}: {message}: mend the card") from None

    def _repr_html_(self) -> str:
        """The card as a table, for notebooks."""
        lists: dict[str, Any] = {
            "keys": [f"{k.name} {k.shape} [{k.unit}]: {k.meaning}" for k in self.keys],
            "classes": [", ".join(self.classes)] if self.classes else [],
            "splits": [f"{name}: {what}" for name, what in self.splits.items()],
            "files": [f"{f.name}: {f.url} ({_size(f)}) {f.note}" for f in self.files],
            "limits": self.limits,
        }
        words = ("description", "licence", "citation")
        rows: dict[str, Any] = {name: [getattr(self, name)] for name in words} | lists
        cells = "".join(
            f"<tr><th>{name}</th><td>{'<br>'.join(map(html.escape, lines))}</td></tr>"
            for name, lines in rows.items()
            if lines
        )
        return f"<table><caption>{html.escape(self.title)}</caption>{cells}</table>"


def _size(file: RemoteFile) -> str:
    size = f"{file.bytes:,} bytes" if file.bytes else f"size {NOT_PUBLISHED}"
    return f"{size}, checksum {file.checksum}, licence {file.licence}"


def _known(file: RemoteFile) -> bool:
    """Whether a checksum tells a good copy."""
    return bool(file.checksums) or file.checksum != NOT_PUBLISHED


def _places() -> list[Path]:
    """Every card: in ``datasets/`` and in the task folders of ``$WORKBENCH_TASKS``."""
    extra = filter(None, os.environ.get("WORKBENCH_TASKS", "").split(os.pathsep))
    roots = [folder("datasets"), *map(Path, extra)]
    return [card for root in roots for card in sorted(root.glob("*/card.toml"))]


def cards() -> list[Card]:
    """The cards of all tasks."""
    return [Card.read(place) for place in _places()]


def fetch(
    name: str, out: Path | str = ".", url: str | None = None, progress: bool = True
) -> Path:
    """Copy a public file or folder here, going on where an interrupted copy stopped.

    Args:
        name: As a card lists it.
        out: The folder for it, made where it is missing.
        url: Another address of the same file.
        progress: Whether to show how far it is.

    Returns:
        Where it is: ``out/name``.

    Raises:
        BadInput: no card lists it, it cannot be reached, or it is not what the card
            promises.
    """
    from workbench.download import download, download_folders

    listed = {file.name: file for card in cards() for file in card.files}
    if name not in listed:
        raise BadInput(
            f"no card lists a file {name!r}: choose one of {', '.join(listed)}"
        )
    file, target = listed[name], Path(out) / name
    address = url or file.url
    if address.startswith("root://"):
        raise BadInput(
            f"{name} is served by xrootd, not by a web server: install the xrootd "
            f"client and type: xrdcp {address} {target}"
        )
    if progress and not _known(file):
        print(f"workbench: {name}: {UNCHECKED}", file=sys.stderr)
    if file.folders:
        sums = file.checksums
        download_folders(address, file.folders, target, file.each, sums, progress)
    else:
        download(address, target, file.bytes, file.checksum, progress)
    return target
