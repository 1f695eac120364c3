"""Files that are cut short or spoilt, said in a line."""

import errno
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from workbench.errors import BadInput
from workbench.paths import again
from workbench.refusals import mendable

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
    if isinstance(error, PermissionError | FileNotFoundError):
        number = error.errno or errno.EACCES
        named = OSError(number, os.strerror(number), error.filename or str(path))
        return mendable(named) or BadInput(f"{path}: {error}")
    return BadInput(
        f"{path}: {what}cannot be read ({error}): the file is truncated or damaged: "
        "copy or download it again"
    )


def spoilt(store: Path, what: str) -> BadInput:
    """The error for a folder of the workbench of which something is damaged."""
    return BadInput(f"{store}: {what}: the store is damaged: {again(store)}")


def gone(store: Path, name: str) -> BadInput:
    """The error for a folder of the workbench of which a file is not there any more."""
    why = "scratch disks delete what nobody has read for long"
    return spoilt(store, f"{name} is gone, perhaps deleted as old ({why})")


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
