"""``workbench fit``, ``validate``, ``test`` and ``predict``: Lightning's own words."""

import logging
import os
import pickle
import warnings
import zipfile
from argparse import ArgumentError
from pathlib import Path
from typing import Any

import torch
from pytorch_lightning import LightningDataModule, LightningModule, Trainer
from pytorch_lightning.callbacks import ModelCheckpoint
from pytorch_lightning.cli import LightningCLI

from workbench.errors import BadInput
from workbench.runs.folder import new_run
from workbench.runs.metrics import MetricsLogger
from workbench.runs.recorder import Recorder
from workbench.runs.trust import read_config, refuse_foreign
from workbench.task import Task
from workbench.tasks import load, task_names

NOISE = (  # of Lightning, which a user can do nothing about
    r".*isinstance\(treespec, LeafSpec\)",
    r".*does not have many workers",
    r".*GPU available but not used",
    r"The dirpath has changed from",
)


def task_of(config: Path) -> Task:
    """The task whose model a configuration names.

    Raises:
        BadInput: the configuration names no model of a known task.
    """
    model = read_config(config).get("model")
    path = str(model.get("class_path", "")) if isinstance(model, dict) else ""
    for name in task_names():
        if f".{name}." in path:
            return load(name)
    raise BadInput(
        f"{config}: model.class_path {path!r} is of no known task; "
        "`workbench tasks` lists them"
    )


def check_checkpoint(path: Path) -> None:
    """See that a checkpoint is whole and holds nothing but weights and plain types.

    Raises:
        BadInput: it is missing, damaged, or carries code.
    """
    try:
        torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except FileNotFoundError as error:
        raise BadInput(f"{path}: no such checkpoint") from error
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


class _Cli(LightningCLI):
    """LightningCLI on given words; classes come from the configuration alone."""

    def __init__(self, words: list[str], folder: Path, recorder: Recorder) -> None:
        self._words, self._folder, self._recorder = words, folder, recorder
        checkpoints = ModelCheckpoint(
            folder / "checkpoints", "best", monitor="val_loss", save_last=True
        )
        quiet = {"exit_on_error": False}
        super().__init__(
            LightningModule,
            LightningDataModule,
            subclass_mode_model=True,
            subclass_mode_data=True,
            auto_configure_optimizers=False,
            load_from_checkpoint_support=False,
            save_config_callback=None,
            seed_everything_default=0,
            trainer_defaults={"callbacks": [recorder, checkpoints]},
            parser_kwargs=quiet | dict.fromkeys(self.subcommands(), quiet),
        )

    def parse_arguments(self, parser: Any, args: Any) -> None:
        self.config = parser.parse_args(self._words)

    def _parse_ckpt_path(self) -> None:
        """Leave out Lightning's step that takes class names from the checkpoint."""

    def instantiate_trainer(self, **kwargs: Any) -> Trainer:
        self._dump_config()
        self._recorder.config = self.config_dump
        fits = self.subcommand == "fit"
        return super().instantiate_trainer(
            default_root_dir=self._folder,
            logger=MetricsLogger(self._folder) if fits else False,
            enable_model_summary=False,
            **kwargs,
        )


def lightning(
    verb: str,
    config: Path,
    words: list[str],
    *,
    runs: Path | None = None,
    folder: Path | None = None,
    trust: bool = False,
    out: Path | None = None,
) -> Path:
    """Run one of Lightning's verbs as the configuration says; the run folder.

    Args:
        verb: ``fit``, ``validate``, ``test`` or ``predict``.
        config: A Lightning configuration.
        words: Changes to it as on the command line.
        runs: Where a new run folder goes.
        folder: The run folder to write to instead of a new one.
        trust: Whether the configuration may name any class.
        out: Where predictions go.

    Raises:
        BadInput: the configuration, checkpoint or data cannot be used.
    """
    if not trust:
        refuse_foreign(config)
    task = task_of(config)
    checkpoint = _value_of("--ckpt_path", words) or read_config(config).get("ckpt_path")
    if checkpoint:
        check_checkpoint(Path(checkpoint))
        words = [*words, "--weights_only=true"]
        home = Path(checkpoint).absolute().parent.parent
        if verb != "fit" and folder is None and (home / "config.yaml").is_file():
            folder = home
    folder = folder or new_run(task.name, runs)
    # Lightning calls what jsonargparse is about to rename
    os.environ["JSONARGPARSE_DEPRECATION_WARNINGS"] = "off"
    for name in ("pytorch_lightning", "lightning_fabric"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        with warnings.catch_warnings():
            for message in NOISE:
                warnings.filterwarnings("ignore", message)
            _Cli(
                [verb, f"--config={config}", *words],
                folder,
                Recorder(folder, task, out),
            )
    except ArgumentError as error:
        reason = " ".join(str(error).split())
        raise BadInput(f"{config}: {reason}") from error
    return folder


def _value_of(option: str, words: list[str]) -> str | None:
    for i, word in enumerate(words):
        if word.startswith(f"{option}="):
            return word.split("=", 1)[1]
        if word == option and i + 1 < len(words):
            return words[i + 1]
    return None
