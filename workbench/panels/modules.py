"""Browser modules as one text, since a widget is given a single one."""

import re
from pathlib import Path

from workbench import paths

IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=async |class |const |function |let )", re.MULTILINE)


def module(name: str) -> str:
    """A module of ``widgets/`` with those it imports in front, each once."""
    widgets, taken = paths.folder("widgets"), set[str]()
    return _with_imports(widgets, name, taken)


def style(name: str) -> str:
    """A style sheet of ``widgets/``."""
    return (paths.folder("widgets") / name).read_text(encoding="utf-8")


def _with_imports(widgets: Path, name: str, taken: set[str]) -> str:
    taken.add(name)
    text = (widgets / name).read_text(encoding="utf-8")
    parts = [
        EXPORT.sub("", _with_imports(widgets, other, taken))
        for other in IMPORT.findall(text)
        if other not in taken
    ]
    return "\n".join([*parts, IMPORT.sub("", text)])
