"""Checkpoints that are whole or not there."""

import os
from pathlib import Path
from typing import Any, BinaryIO

import torch
from lightning_fabric.plugins import TorchCheckpointIO

from workbench.errors import BadInput
from workbench.runs.checkpoint import check_checkpoint
from workbench.runs.place import Place
from workbench.writing import replaced

LAST, BEFORE, BEST = "last.ckpt", "before.ckpt", "best.ckpt"


class WholeCheckpoints(TorchCheckpointIO):
    """Write a checkpoint beside the old one, then put it in its place.

    The last checkpoint but one stays as ``before.ckpt``: a disk can spoil a file that
    was written well.

    Args:
        folder: The run's, which may be moved.
    """

    def __init__(self, folder: Path) -> None:
        self._place = Place(folder)

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: Any, storage_options: Any = None
    ) -> None:
        """Save, so that at every moment there is a whole checkpoint."""
        path = self._place.now(Path(path))
        with replaced(path) as stream:
            _save(checkpoint, stream, path)
            if path.name == LAST and path.exists():
                _keep(path, path.with_name(BEFORE))


def _save(checkpoint: dict[str, Any], stream: BinaryIO, path: Path) -> None:
    """Save; what the file system refuses, torch hides behind an error of its own."""
    try:
        torch.save(checkpoint, stream)
    except RuntimeError as error:
        cause = error.__context__
        if isinstance(cause, OSError):
            raise OSError(cause.errno, cause.strerror, str(path)) from error
        raise


def _keep(path: Path, before: Path) -> None:
    spare = before.with_name(f".{before.name}.{os.getpid()}")
    try:
        os.link(path, spare)  # not a move: the name is never without a file
    except OSError:  # a file system without hard links
        path.replace(spare)
    spare.replace(before)


def newest(folder: Path) -> tuple[Path | None, list[str]]:
    """The whole checkpoint of a run that is furthest on, and what is wrong with others.

    Reads every checkpoint to its end; ``None`` if not one is whole.
    """
    whole: list[tuple[int, Path]] = []  # of two of one step the later named counts
    spoilt: list[str] = []
    for name in (BEST, BEFORE, LAST):
        path = folder / "checkpoints" / name
        if path.exists():
            try:
                whole.append((check_checkpoint(path, continues=True), path))
            except BadInput as error:
                spoilt.append(str(error))
    furthest = sorted(whole, key=lambda found: found[0])[-1:]
    return (furthest[0][1] if furthest else None), spoilt
