"""The end of a growing file."""

from pathlib import Path


def tail(path: Path, lines: int) -> str:
    """The last lines of a growing file, bars drawn over themselves shown as last."""
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(0, size - 400 * lines - 4000))
            text = stream.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
    shown = [line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n")]
    return "\n".join(shown[-lines - 1 :]).strip("\n")
