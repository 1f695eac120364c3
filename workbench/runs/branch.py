"""A new run that begins where another stood."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from workbench.errors import BadInput
from workbench.runs.folder import new_run, write_text
from workbench.runs.launch import how_launched, start
from workbench.runs.run import Run
from workbench.runs.saving import BEST, LAST
from workbench.runs.settings import as_words
from workbench.runs.trust import read_config

STEERING = "workbench.runs.steering.Steering"
WEIGHTS = "workbench.runs.weights.InitialWeights"
START = "start.yaml"  # the configuration that a branch begins with


def branch(
    run: Run,
    checkpoint: str | Path = LAST,
    settings: Mapping[str, Any] | None = None,
    *,
    weights_only: bool = False,
    runs: Path | None = None,
) -> Run:
    """Launch a new run from a checkpoint; the old run stays as it is.

    Args:
        run: The run to begin from.
        checkpoint: A file, or a name in its ``checkpoints/``.
        settings: Changes to its configuration.
        weights_only: Begin at step 0 with a fresh optimizer (fine-tuning), not at the
            checkpoint's step with its optimizer.
        runs: Where the new run folder goes; beside the old one if not given.

    Raises:
        BadInput: no such checkpoint, or it is not whole.
    """
    from workbench.runs.checkpoint import check_checkpoint

    config = read_config(run.config)
    path = Path(checkpoint)
    if not path.is_file():
        path = run.folder / "checkpoints" / checkpoint
    path = path.absolute()
    if not path.is_file():
        raise BadInput(f"{path}: no such checkpoint: name {LAST} or {BEST}, or a file")
    step = check_checkpoint(path, continues=not weights_only)
    callbacks = _until(config, 0 if weights_only else step)
    if weights_only:
        entry = {"class_path": WEIGHTS, "init_args": {"ckpt_path": str(path)}}
        callbacks = [*callbacks, entry]
    config["trainer"]["callbacks"] = callbacks or None
    beside = run.folder.absolute().parents[len(Path(run.name).parts) - 1]
    folder = new_run(run.name.split("-")[0], runs or beside)
    write_text(folder / START, yaml.safe_dump(config, sort_keys=False))
    words = ["--config", str((folder / START).absolute()), *as_words(settings or {})]
    if not weights_only:
        words.append(f"--ckpt_path={path}")
    return start(folder, words, how_launched(run) | {"from": str(path)})


def _until(config: dict[str, Any], step: int) -> list[dict[str, Any]]:
    """The configuration's callbacks, with the steering that the checkpoint has seen."""
    kept: list[dict[str, Any]] = []
    given = config["trainer"].get("callbacks") or []
    for entry in given if isinstance(given, list) else [given]:
        if entry.get("class_path") == WEIGHTS:
            continue
        if entry.get("class_path") == STEERING:
            changes = entry["init_args"]["changes"]
            made = {at: values for at, values in changes.items() if int(at) <= step}
            if not made:
                continue
            entry = entry | {"init_args": {"changes": made}}
        kept.append(entry)
    return kept
