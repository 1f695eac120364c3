"""Lightning's own command line, on given words."""

from collections.abc import Callable
from typing import Any

from lightning_fabric.utilities.exceptions import MisconfigurationException
from pytorch_lightning import (
    Callback,
    LightningDataModule,
    LightningModule,
    Trainer,
)
from pytorch_lightning.callbacks import ModelCheckpoint
from pytorch_lightning.cli import LightningCLI
from pytorch_lightning.loggers import Logger

from workbench.errors import BadInput
from workbench.runs.cluster import cluster
from workbench.runs.controller import Controller
from workbench.runs.folder import runs_root
from workbench.runs.metrics import MetricsLogger
from workbench.runs.precision import suitable
from workbench.runs.previews import Previews
from workbench.runs.randomness import Randomness
from workbench.runs.recorder import Recorder
from workbench.runs.saving import WholeCheckpoints
from workbench.runs.staging import stage_data
from workbench.runs.steering import Steering


def show_options(verb: str) -> int:
    """Print what a configuration and the command line can say to Lightning."""
    try:
        Cli([verb, "--help"], lambda given: Recorder(None, None))  # type: ignore
    except SystemExit:  # the parser's way to stop after the help
        return 0
    return 0


class Cli(LightningCLI):
    """LightningCLI on given words; classes come from the configuration alone.

    Args:
        words: A verb and its options.
        ready: Called with what was parsed, before any class of it is called; it
            checks what was asked for and returns who writes the run folder.
        stage: A folder on a disk of each node, from which the data are read.
    """

    def __init__(
        self,
        words: list[str],
        ready: Callable[[dict[str, Any]], Recorder],
        stage: str | None = None,
    ) -> None:
        self._words, self._ready, self._stage = words, ready, stage
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
            parser_kwargs={"prog": "workbench"}
            | quiet
            | dict.fromkeys(self.subcommands(), quiet),
        )

    def subcommands(self) -> dict[str, set[str]]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The verb asked for; each more costs half a second at every start."""
        verb = self._words[0]
        return {verb: LightningCLI.subcommands()[verb]}

    def parse_arguments(self, parser: Any, args: Any) -> None:
        """Parse the words given, whatever the process was started with."""
        self.config = parser.parse_args(self._words)

    def instantiate_classes(self) -> None:
        """Make model, data and trainer; the data are read where it is asked for."""
        super().instantiate_classes()
        if self._stage is not None:
            stage_data(self.datamodule, self._stage)

    def _parse_ckpt_path(self) -> None:
        """Leave out Lightning's step that takes class names from the checkpoint."""

    def before_instantiate_classes(self) -> None:
        """Have it all checked; checkpoints are loaded weights only."""
        given = self.config[self.subcommand]
        self._recorder = self._ready(given.as_dict())
        if given.get("ckpt_path"):
            given["weights_only"] = True

    def instantiate_trainer(self, **kwargs: Any) -> Trainer:
        """The trainer, with the run folder's logger, recorder and checkpoints.

        Raises:
            BadInput: Lightning refuses an option, or this machine lacks what it wants.
        """
        self._dump_config()
        recorder = self._recorder
        recorder.config = self.config_dump
        folder = recorder.folder or recorder.home or runs_root()
        checkpoints = ModelCheckpoint(
            folder / "checkpoints",
            "best",
            monitor="val_loss",
            save_on_train_epoch_end=False,  # but after each validation
            enable_version_counter=False,  # there is one of each name
        )
        steering = self._steering(recorder)
        controller = Controller(recorder, steering)
        callbacks: list[Callback] = [recorder, steering, checkpoints, controller]
        if recorder.task.preview is not None:
            callbacks.append(Previews(recorder, recorder.task))
        seed = self._given["seed_everything"]
        if isinstance(seed, int) and not isinstance(seed, bool):
            callbacks.append(Randomness(seed))
        self.trainer_defaults = {"callbacks": callbacks}
        trainer = self._given["trainer"]
        if trainer["precision"] is None:
            kwargs["precision"] = suitable(str(trainer["accelerator"]))
        loggers = [MetricsLogger(folder, recorder.attempt), *self._loggers()]
        try:
            return super().instantiate_trainer(
                default_root_dir=folder,
                logger=loggers if self.subcommand == "fit" else False,
                plugins=[
                    *self._listed("plugins"),
                    *cluster(),
                    WholeCheckpoints(folder),
                ],
                enable_model_summary=False,
                **kwargs,
            )
        except (ValueError, TypeError, MisconfigurationException) as error:
            what = " ".join(str(error).split()).split(". ")[0]
            raise BadInput(f"the trainer refuses its options: {what}") from error

    @property
    def _given(self) -> Any:
        return self.config_init[str(self.subcommand)]

    def _listed(self, option: str) -> list[Any]:
        """What the configuration gives the trainer under an option, as a list."""
        given = self._given["trainer"].get(option)
        return given if isinstance(given, list) else [given] if given else []

    def _loggers(self) -> list[Logger]:
        """Loggers beside ours."""
        return [given for given in self._listed("logger") if isinstance(given, Logger)]

    def _steering(self, recorder: Recorder) -> Steering:
        """Who changes settings: what the configuration says was changed, taken over."""
        others = [c for c in self._listed("callbacks") if not isinstance(c, Steering)]
        made = [c for c in self._listed("callbacks") if isinstance(c, Steering)]
        self._given["trainer"]["callbacks"] = others
        steering = made[0] if made else Steering()
        steering.settings = recorder.task.settings
        return steering
