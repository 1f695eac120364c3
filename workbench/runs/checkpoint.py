"""Looking at a checkpoint before anything depends on it."""

import pickle
import zipfile
from pathlib import Path

import torch

from workbench.errors import BadInput

PARTS = ("state_dict", "pytorch-lightning_version")
FIT_PARTS = ("epoch", "global_step", "loops", "optimizer_states", "lr_schedulers")


def check_checkpoint(path: Path, continues: bool = False) -> int:
    """See that a checkpoint is whole and holds nothing but weights and plain types.

    Reads it to its end.

    Args:
        path: Of the checkpoint.
        continues: Whether training shall go on from it.

    Returns:
        The step that it was saved at.

    Raises:
        BadInput: it is missing, damaged, carries code or is not one of Lightning's.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            packed = [part for part in archive.infolist() if part.compress_type]
            if packed:  # a small file could fill the memory; torch packs nothing
                raise zipfile.BadZipFile(f"{packed[0].filename} is compressed")
        content = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        with zipfile.ZipFile(path) as archive:
            if spoilt := archive.testzip():
                raise zipfile.BadZipFile(f"{spoilt} is damaged")
    except FileNotFoundError as error:
        lost = ""
        if path.parent.name == "checkpoints":
            run = path.parent.parent
            lost = (
                f": not saved yet, or deleted as old; `workbench resume {run}` goes on "
                "from any that is left, or begins again"
            )
        raise BadInput(f"{path}: no such checkpoint{lost}") from error
    except pickle.UnpicklingError as error:
        raise BadInput(
            f"{path}: refused, it holds more than weights and plain types, which "
            "could run code when opened: ask its author for a weights-only checkpoint"
        ) from error
    except (OSError, RuntimeError, EOFError, ValueError, zipfile.BadZipFile) as error:
        reason = str(error).split("\n")[0]
        raise BadInput(
            f"{path}: not a whole checkpoint ({reason}): copy it again or use another"
        ) from error
    parts = (*PARTS, *FIT_PARTS) if continues else PARTS
    held = content if isinstance(content, dict) else {}
    missing = [part for part in parts if part not in held]
    if missing or not isinstance(held["state_dict"], dict):
        raise BadInput(
            f"{path}: not a checkpoint of `workbench fit` (no {', '.join(missing)}): "
            "use RUN/checkpoints/last.ckpt or best.ckpt"
        )
    return int(held.get("global_step", 0))
