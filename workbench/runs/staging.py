"""Data copied once to a disk of the node, from which all its processes then read.

All of the data are copied, not each process's share: batches are drawn from the whole
file anew in every epoch, so after a few epochs each process has read all of it.
"""

import os
import shutil
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import psutil

from workbench.errors import BadInput


def stage_data(data: Any, place: str | Path) -> None:
    """Have a data module read from a disk of the node.

    Lightning has the first process of each node prepare the data while the others
    wait; then it copies them, and each process opens the copy. Where there is no room
    it says so, and training reads from where the data are.

    Args:
        data: A ``LightningDataModule`` with ``path``, and ``store`` if it reads what it
            makes of the path. What it reads from is set as its ``path``.
        place: A folder on that disk; variables and ``~`` are the node's own.

    Raises:
        BadInput: it has no ``path``, or a variable of ``place`` is not set.
    """
    if not hasattr(data, "path"):
        raise BadInput(f"{type(data).__name__} has no path to stage: leave out --stage")
    folder = _expanded(place)
    prepare, setup = data.prepare_data, data.setup

    def prepare_data() -> None:
        prepare()
        try:
            stage(_stored(data), folder)
        except OSError as error:
            print(
                f"workbench: {folder}: {error.strerror or error}; training reads from "
                f"{_stored(data)}: make room there, or name another place with --stage",
                file=sys.stderr,
            )

    def set_up(stage: str | None = None) -> None:
        copy = staged(_stored(data), folder)
        if copy is not None:
            data.path = copy
        setup(stage)

    data.prepare_data, data.setup = prepare_data, set_up


def stage(source: Path, folder: Path) -> Path:
    """Copy a file or folder to a disk of this node, unless it is there already.

    The copy gets its name when it is whole, so a killed one is begun again.

    Returns:
        The copy.

    Raises:
        OSError: the disk cannot be written, or has not enough room.
    """
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / _name(source)
    _remove_dead(home)
    if (copy := staged(source, folder)) is not None:
        return copy
    size, free = sum(_sizes(source).values()), shutil.disk_usage(folder).free
    if size > free:
        raise OSError(
            f"no room for {size / 1e6:,.1f} MB, {free / 1e6:,.1f} MB are free"
        )
    partial = home.with_name(f".{home.name}.{os.getpid()}")
    partial.mkdir(mode=0o700)
    try:
        for name in _sizes(source):
            target = partial / source.name / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, target)
        shutil.rmtree(home, ignore_errors=True)  # a damaged one
        partial.rename(home)
    except OSError:
        if staged(source, folder) is None:  # else another run was quicker
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return home / source.name


def staged(source: Path, folder: Path) -> Path | None:
    """The whole copy of a file or folder on this node's disk, if we made one."""
    home = folder / _name(source)
    copy = home / source.name
    try:
        ours = home.stat().st_uid == os.getuid()  # a scratch disk is everybody's
        return copy if ours and _sizes(copy) == _sizes(source) else None
    except OSError:
        return None


def _name(source: Path) -> str:
    """A folder's name that another source, or the same after a change, does not get."""
    stamp = [(name, (source / name).stat()) for name in _sizes(source)]
    known = [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stamp]
    mark = sha256(repr((str(source.absolute()), known)).encode()).hexdigest()
    return f"{source.name}-{mark[:12]}"


def _sizes(source: Path) -> dict[str, int]:
    """Size of each file by its place in the folder; a file's own place is empty."""
    files = [source] if source.is_file() else sorted(source.rglob("*"))
    return {
        "" if file == source else str(file.relative_to(source)): file.stat().st_size
        for file in files
        if file.is_file()
    }


def _remove_dead(home: Path) -> None:
    """Remove what a killed process of this node has left of the same copy."""
    for partial in home.parent.glob(f".{home.name}.*"):
        if not psutil.pid_exists(int(partial.name.rpartition(".")[2])):
            shutil.rmtree(partial, ignore_errors=True)


def _stored(data: Any) -> Path:
    """What a data module reads while it trains."""
    return Path(getattr(data, "store", None) or data.path)


def _expanded(place: str | Path) -> Path:
    path = os.path.expandvars(os.path.expanduser(place))
    if "$" in path:
        raise BadInput(f"--stage {place}: a variable is not set on this node: name it")
    return Path(path)
