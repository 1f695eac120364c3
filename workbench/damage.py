"""Files that are cut short or spoilt, said in a line."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from workbench.errors import BadInput

DAMAGE = (
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    RuntimeError,
)


def damaged(path: Path, error: object, what: str = "") -> BadInput:
    """The error for a file, or ``what`` of it, that cannot be read to its end."""
    return BadInput(
        f"{path}: {what}cannot be read ({error}): the file is truncated or damaged: "
        "copy or download it again"
    )


@contextmanager
def whole(path: Path, what: str = "") -> Generator[None]:
    """Turn what the libraries say of a damaged file into a line.

    Raises:
        BadInput: it is truncated or damaged.
    """
    try:
        yield
    except BadInput:
        raise
    except DAMAGE as error:
        raise damaged(path, error, what) from None
