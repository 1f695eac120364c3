"""Files that are cut short or spoilt, said in a line."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from workbench.errors import BadInput

_DAMAGE = (
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    RuntimeError,
)


def damaged(path: Path, what: object) -> BadInput:
    """The error for a file that cannot be read to its end."""
    return BadInput(
        f"{path}: cannot be read ({what}): the file is truncated or damaged: copy or "
        "download it again"
    )


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


@contextmanager
def whole(path: Path) -> Generator[None]:
    """Turn what the libraries say of a damaged file into a line.

    Raises:
        BadInput: it is truncated or damaged.
    """
    try:
        yield
    except BadInput:
        raise
    except _DAMAGE as error:
        raise damaged(path, error) from None
