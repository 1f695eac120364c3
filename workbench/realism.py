"""Simulated data beside published numbers: a line of the table, and its command."""

import json
from abc import ABC, abstractmethod
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from workbench.errors import BadInput

PICTURES = (".png", ".pdf", ".svg")


@dataclass(frozen=True)
class Comparison(ABC):
    """One line: our number, the published one, what is allowed, and the verdict."""

    name: str
    ours: float
    published: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def ok(self) -> bool:
        """Whether our number lies in the allowed range; true where there is none."""
        return (
            self.low is None or self.high is None or self.low <= self.ours <= self.high
        )

    @abstractmethod
    def text(self) -> str:
        """The line as people read it."""

    def as_json(self) -> dict[str, Any]:
        """The line as plain types."""
        return asdict(self) | {"ok": self.ok}


class Table(Protocol):
    """What holding a generator against published numbers gives."""

    @property
    def ok(self) -> bool:
        """Whether every line with a bar meets it."""
        ...

    def text(self) -> str:
        """The table as people read it."""
        ...

    def as_json(self) -> dict[str, Any]:
        """The table as plain types."""
        ...

    def figure(self) -> Any:
        """What it was made from, as a matplotlib figure."""
        ...


def add_outputs(parser: ArgumentParser, drawn: str) -> None:
    """Add where the table and a figure of what is ``drawn`` are written."""
    parser.add_argument("--json", type=Path, help="write the table here too")
    parser.add_argument("--figure", type=Path, help=f"draw {drawn} here")


def answer(args: Namespace, measure: Callable[[], Table]) -> int:
    """Print the table, write what is asked for, and give the exit status.

    Raises:
        BadInput: a place that cannot be written, before anything is measured.
    """
    for path in (args.json, args.figure):
        if path and not path.absolute().parent.is_dir():
            raise BadInput(f"{path}: no folder {path.parent}: make it first")
    if args.figure and args.figure.suffix not in PICTURES:
        raise BadInput(f"{args.figure}: give a name that ends in {', '.join(PICTURES)}")
    table = measure()
    print(table.text())
    if args.json:
        args.json.write_text(json.dumps(table.as_json(), indent=1) + "\n")
    if args.figure:
        table.figure().savefig(args.figure)
    return 0 if table.ok else 1
