"""What stops a run, said in one line: full disks, weights that do not fit."""

import re
import shutil
import time
import traceback
from pathlib import Path

from pytorch_lightning import Trainer

from workbench.errors import BadInput
from workbench.paths import nearest
from workbench.refusals import is_full, mendable
from workbench.runs.checkpoint import check_checkpoint
from workbench.runs.folder import write_json


def explained(
    error: Exception, folder: Path | None, checkpoint: Path | None, data: str | None
) -> BadInput | None:
    """A failure that a person can mend, with the files it is about; else ``None``."""
    text = str(error)
    if isinstance(error, BadInput):
        for what, place in (("the checkpoint", checkpoint), ("the data", data)):
            if place and text.startswith(f"{what}:"):
                return BadInput(f"{place}{text.removeprefix(what)}")
        return error
    if isinstance(error, OSError):
        full = is_full(error)
        return BadInput(_full(error, folder)) if full else mendable(error)
    if "loading state_dict" in text:
        lacks = re.findall(r'(?:key\(s\) in state_dict: |for )"?([\w.]+)"?[,.:]', text)
        return BadInput(
            f"{checkpoint}: its weights do not fit this network "
            f"({', '.join(lacks[1:3]) or 'other names'}): use the configuration that "
            "the checkpoint was trained with"
        )
    return None


def write_failure(folder: Path, trainer: Trainer, exception: BaseException) -> None:
    """Keep what a process failed of, beside those of the others."""
    known = {
        "process": trainer.global_rank,
        "step": trainer.global_step,
        "epoch": trainer.current_epoch,
        "time": time.time(),
        "type": type(exception).__name__,
        "message": str(exception),
        "traceback": "".join(traceback.format_exception(exception)),
    }
    write_json(folder / "failures" / f"process-{trainer.global_rank}.json", known)


def _full(error: OSError, folder: Path | None) -> str:
    place = (folder or Path()).absolute()
    if error.filename:
        place = Path(error.filename).absolute().parent
    free = shutil.disk_usage(nearest(place)).free / 1e9
    return (
        f"{place}: no more can be written ({error.strerror or error}; {free:.1f} GB "
        f"free on the disk): make room or raise the quota, then {_next(folder)}"
    )


def _next(folder: Path | None) -> str:
    for name in ("last.ckpt", "best.ckpt"):
        path = (folder or Path()) / "checkpoints" / name
        try:
            check_checkpoint(path, continues=True)
        except BadInput:  # none yet, or only half of it
            continue
        return f"continue with --ckpt_path {path}"
    return "start again: no checkpoint was kept to continue from with --ckpt_path"
