"""Files that are not of the kind that their names say."""

from pathlib import Path

from workbench.errors import BadInput


def refuse_unlike(path: Path, magic: bytes, kind: str) -> None:
    """Refuse a file that does not begin as all of its kind do.

    Raises:
        BadInput: it is empty, or something else.
    """
    with path.open("rb") as file:
        start = file.read(len(magic))
    if start != magic:
        what = f"is no {kind} file, whatever its name says" if start else "is empty"
        raise BadInput(f"{path}: {what}: copy or download it again")
