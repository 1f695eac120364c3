"""The callback that obeys requests: every process at the same step."""

import signal
import threading
import time
from typing import Any

from pytorch_lightning import LightningModule, Trainer
from pytorch_lightning.callbacks import Checkpoint

from workbench.errors import BadInput
from workbench.runs.control import Reply, Request, answer, requests
from workbench.runs.exchange import Exchange
from workbench.runs.finite import FiniteLoss
from workbench.runs.folder import write_json
from workbench.runs.job import job_process, pause_limit
from workbench.runs.recorder import Ended, Recorder
from workbench.runs.saving import LAST
from workbench.runs.steering import Steering, setting_values

PAUSE = 0.25  # s between two exchanges while all wait
SAVE_EVERY = 300.0  # s between two checkpoints that nobody asked for
SAVES = {"save", "stop", "requeue", "release"}
ENDS = {"stop": "stopped", "requeue": "queued", "release": "paused"}


class Controller(Checkpoint):
    """Answer requests in the run folder between two steps; keep the last checkpoint.

    Lightning lets checkpoint callbacks come after all others, in their given order: so
    what is saved here knows which checkpoint is the best.

    Args:
        recorder: Who writes the run folder.
        steering: Who changes settings.
    """

    def __init__(self, recorder: Recorder, steering: Steering) -> None:
        self._recorder, self._steering = recorder, steering
        self._finite = FiniteLoss()
        self._waiting: list[Request] = []  # for the end of the validation
        self._paused: float | None = None  # since when
        self._signalled = False
        self._ends: str | None = None  # in which state, before the next step
        self._job = job_process()

    def on_fit_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Begin to listen."""
        self._exchange = Exchange(trainer)
        self._saved, self._saved_after = time.monotonic(), trainer.global_step

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Take a wish to end as a request; Lightning's own answer saves nothing."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, self._on_signal)  # Lightning restores it

    def _on_signal(self, *_: Any) -> None:
        self._signalled = True

    def on_train_batch_start(self, *args: Any, **kwargs: Any) -> None:
        """End where it is wanted; what the last step logged is written by now."""
        if self._ends is not None:
            raise Ended(self._ends)

    def on_train_batch_end(
        self,
        trainer: Trainer,
        pl_module: LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        """Exchange if it is time, and do what is asked."""
        self._finite.add(trainer.global_step, outputs, batch)
        if self._exchange.due():
            self._between_steps(trainer, _validates(trainer))
        connector = trainer._logger_connector  # pyright: ignore[reportPrivateUsage]
        if connector.should_update_logs:
            for name, value in setting_values(trainer, self._steering.settings).items():
                pl_module.log(name, value)

    def on_validation_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """See that what is going to be judged and saved is no broken network."""
        if trainer.state.fn == "fit" and not trainer.sanity_checking:
            self._between_steps(trainer, validates=True)

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Save; do what had to wait, lest a resumed run leave this validation out."""
        if trainer.state.fn == "fit" and not trainer.sanity_checking:
            self._save(trainer)
            waiting, self._waiting = self._waiting, []
            self._obey(trainer, waiting)

    def on_train_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Save what came after the last validation."""
        if self._saved_after != trainer.global_step:
            self._save(trainer)

    def _between_steps(self, trainer: Trainer, validates: bool) -> None:
        while True:
            asked = self._listen(trainer)
            if validates:
                self._waiting += [r for r in asked if r.verb in SAVES]
                asked = [r for r in asked if r.verb not in SAVES]
            self._obey(trainer, asked)
            ends = self._ends or any(r.verb in ENDS for r in self._waiting)
            if self._paused is None or ends:
                return
            time.sleep(PAUSE)

    def _listen(self, trainer: Trainer) -> list[Request]:
        """Requests that all processes have heard of.

        Raises:
            BadInput: a process met a loss that is no finite number.
        """
        gone = self._job is not None and self._job.here and not self._job.alive
        mine = self._finite.look(), self._signalled or gone
        asked = self._asked() if trainer.is_global_zero else []
        said, asked = self._exchange.agree(mine, asked)
        for rank, (loss, _) in enumerate(said):
            if loss:
                self._refuse_loss(trainer, loss, rank)
        if any(unwanted for _, unwanted in said):
            asked.append(Request("", "stop"))
        return asked

    def _asked(self) -> list[Request]:
        """What people ask for, and what is due by the first process's clock."""
        known = {request.id for request in self._waiting}
        asked = [r for r in requests(self._recorder.place) if r.id not in known]
        now = time.monotonic()
        if self._paused is not None and now - self._paused > pause_limit():
            asked.append(Request("", "release"))
        if self._paused is None and now - self._saved > SAVE_EVERY:
            asked.append(Request("", "save"))
        return asked

    def _refuse_loss(self, trainer: Trainer, loss: dict[str, Any], rank: int) -> None:
        known = loss | {"process": rank, "epoch": trainer.current_epoch}
        file = self._recorder.place / "failures" / "loss.json"
        if trainer.is_global_zero:
            write_json(file, known)
        raise BadInput(
            f"the loss is {loss['loss']} at step {loss['step']} (epoch "
            f"{known['epoch']}, process {rank}): {file} holds the rows of that batch; "
            "look at them, or lower the learning rate"
        )

    def _obey(self, trainer: Trainer, asked: list[Request]) -> None:
        """Do what is asked: what saves comes after what changes, ends come last."""
        for request in sorted(
            asked, key=lambda r: (r.verb in SAVES) + (r.verb in ENDS)
        ):
            try:
                done, said = True, self._do(trainer, request)
            except BadInput as error:
                done, said = False, str(error)
            if trainer.is_global_zero and request.id:
                reply = Reply(done, said, trainer.global_step)
                answer(self._recorder.place, request, reply)
            self._ends = self._ends or ENDS.get(request.verb)

    def _do(self, trainer: Trainer, request: Request) -> str:
        """Do what a request says; returns what was done.

        Raises:
            BadInput: why it cannot be done.
        """
        if request.refused:
            raise BadInput(request.refused)
        if request.verb == "set":
            said = self._steering.change(trainer, request.values)
            self._recorder.keep_steering(trainer, self._steering.changes)
            return said
        if request.verb == "pause":
            return self._pause()
        if request.verb == "resume":
            return self._resume()
        return self._save(trainer)

    def _save(self, trainer: Trainer) -> str:
        trainer.save_checkpoint(self._recorder.place / "checkpoints" / LAST)
        self._saved, self._saved_after = time.monotonic(), trainer.global_step
        return f"saved as {LAST}"

    def _pause(self) -> str:
        if self._paused is not None:
            raise BadInput("it is paused already")
        self._paused = time.monotonic()
        self._recorder.say("paused")
        return "paused"

    def _resume(self) -> str:
        if self._paused is None:
            raise BadInput("it is not paused")
        self._paused = None
        self._recorder.say("running")
        return "goes on"


def _validates(trainer: Trainer) -> bool:
    """Whether a validation follows the step that is just done."""
    loop = trainer.fit_loop
    return loop.epoch_loop._should_check_val_fx(loop._data_fetcher)  # pyright: ignore
