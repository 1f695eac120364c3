"""What keeping a run folder costs a training.

Two processes train the same network on the same batches by turns, ten steps each: one
as ``workbench fit`` does, with everything it writes and listens to, one with Lightning
and its CSV logger alone. While one works the other is stopped, its threads included.
The ratio is that of neighbouring turns, so that a drift of the machine cancels. No
validation and so no checkpoint falls into the measured steps: those are Lightning's.
"""

import os
import signal
import tempfile
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import yaml
from pytorch_lightning import Trainer
from pytorch_lightning.callbacks import Checkpoint
from pytorch_lightning.loggers import CSVLogger

import workbench
from workbench.runs.lightning import lightning, opened

STEPS = 10  # of a turn: log_every_n_steps of the default configuration
EVENTS = (20_000, 1_000, 1_000)
WARM = 3
SMALL, DEFAULT = 16, 256  # events of a batch
_turns: Connection  # of this process, to whoever says whose turn it is


class Turns(Checkpoint):
    """Train so many steps when it is our turn; comes after all other callbacks."""

    def __init__(self) -> None:
        self._left = 0

    def on_train_batch_start(self, trainer: Trainer, *args: Any) -> None:
        """Wait for our turn."""
        if self._left == 0:
            _turns.send(time.perf_counter() - self._begun if self._done else 0.0)
            if not _turns.recv():
                os._exit(0)
            self._begun, self._left = time.perf_counter(), STEPS
        self._left -= 1

    @property
    def _done(self) -> bool:
        return hasattr(self, "_begun")


def _words() -> list[str]:
    events, val, test = EVENTS
    return [
        f"--data.events={events}",
        f"--data.val_events={val}",
        f"--data.test_events={test}",
        "--trainer.limit_val_batches=0",
        "--trainer.max_epochs=1000",
        "--trainer.enable_progress_bar=false",
    ]


def _train(ours: bool, folder: str, pipe: Connection, batch: int, threads: int) -> None:
    """Train by turns, for ever."""
    import torch

    global _turns
    _turns = pipe
    torch.set_num_threads(threads)
    config = workbench.load("neutrino").fit
    if ours:
        more = ["--trainer.callbacks+=benchmarks.overhead.Turns"]
        words = [*_words(), f"--data.batch_size={batch}", *more]
        lightning("fit", config, words, runs=Path(folder), trust=True)
    _, model, _ = opened(config)
    data = _data(batch)
    options = yaml.safe_load(config.read_text())["trainer"]
    options |= {"limit_val_batches": 0, "max_epochs": 1000}
    trainer = Trainer(
        **options,
        logger=CSVLogger(folder),
        callbacks=[Turns()],
        enable_checkpointing=True,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=folder,
    )
    trainer.fit(model, data)


def _data(batch: int) -> Any:
    events, val, test = EVENTS
    task = workbench.load("neutrino")
    return task.data(events=events, val_events=val, test_events=test, batch_size=batch)


def ratios(batch: int, seconds: float) -> tuple[list[float], float]:
    """Time with us over time without, turn by turn, and seconds of a bare step."""
    _data(batch).prepare_data()
    context, threads = get_context("spawn"), len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as empty:
        pipes: list[Connection] = []
        trainings = []
        for ours in (True, False):
            here, there = context.Pipe()
            given = (ours, f"{empty}/{ours}", there, batch, threads)
            trainings.append(context.Process(target=_train, args=given, daemon=True))
            trainings[-1].start()
            pipes.append(here)
        for pipe, training in zip(pipes, trainings, strict=True):
            pipe.recv()
            os.kill(training.pid, signal.SIGSTOP)
        took: list[list[float]] = [[], []]
        end = time.perf_counter() + seconds
        turn = 0
        while turn < WARM + 4 or time.perf_counter() < end:
            for which in (0, 1) if turn % 2 else (1, 0):
                os.kill(trainings[which].pid, signal.SIGCONT)
                pipes[which].send(True)
                took[which].append(pipes[which].recv())
                os.kill(trainings[which].pid, signal.SIGSTOP)
            turn += 1
        for pipe, training in zip(pipes, trainings, strict=True):
            os.kill(training.pid, signal.SIGCONT)
            pipe.send(False)
            training.join()
    ours, bare = (np.array(rows[WARM:]) for rows in took)
    return (ours / bare).tolist(), median(bare) / STEPS


def _robust(values: list[float]) -> tuple[float, float]:
    """Median, and its standard error from the median deviation: neighbours disturb."""
    middle = median(values)
    spread = 1.48 * median(abs(value - middle) for value in values)
    return middle, 1.25 * spread / len(values) ** 0.5


def overhead(seconds: float = 100) -> list[str]:
    """Lines of the report."""
    told = ["training with a run folder / with Lightning alone, neutrino's default"]
    added: dict[int, tuple[float, float]] = {}
    step = 0.0
    for batch in (SMALL, DEFAULT):
        found, step = ratios(batch, seconds)
        ratio, error = _robust(found)
        added[batch] = (ratio - 1) * step, error * step
        told.append(
            f"  batches of {batch:3}: {100 * (ratio - 1):+6.2f} ± {100 * error:.2f} %, "
            f"{len(found)} turns of {STEPS} steps; a step takes {1000 * step:.1f} ms, "
            f"we add {1000 * (ratio - 1) * step:.2f} ± {1000 * error * step:.2f} ms"
        )
    more, wrong = (100 * part / step for part in added[SMALL])
    told.append(
        "  what we add does not grow with the batch: by the small batches it is"
        f"\n  {more:.2f} ± {wrong:.2f} % of the default's step    (bar: 1)"
    )
    return told
