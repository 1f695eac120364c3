"""The logger that writes ``metrics.jsonl``."""

import math
import time
from pathlib import Path
from typing import Any

from pytorch_lightning.loggers import Logger
from pytorch_lightning.utilities import rank_zero_only

from workbench.runs.folder import append_line
from workbench.runs.place import Place


class MetricsLogger(Logger):
    """Append each logged value as a line: step, epoch, wall time in s, name → value.

    Args:
        folder: The run's.
        attempt: Which training in this folder it is, from 1.
    """

    def __init__(self, folder: Path, attempt: int = 1) -> None:
        super().__init__()
        self._attempt = attempt
        self._file, self._place = folder / "metrics.jsonl", Place(folder)
        self._start = time.perf_counter()

    @property
    def name(self) -> str:
        """Empty: the run folder has no folder a logger."""
        return ""

    @property
    def version(self) -> str:
        """Empty: the run folder has no folder a version."""
        return ""

    @rank_zero_only
    def begin(self, step: int) -> None:
        """Write that what earlier attempts logged from ``step`` on is superseded."""
        self._append({"attempt": self._attempt, "step": step, "time": 0.0})

    @rank_zero_only
    def log_metrics(self, metrics: dict[str, float], step: int | None = None) -> None:
        """Write one line."""
        line: dict[str, Any] = {"attempt": self._attempt, "step": step}
        if "epoch" in metrics:
            line["epoch"] = int(metrics["epoch"])
        line["time"] = round(time.perf_counter() - self._start, 3)
        values = {
            name: value if math.isfinite(value) else None  # JSON knows no other
            for name, value in metrics.items()
            if name != "epoch"
        }
        self._append(line | values)

    @rank_zero_only
    def log_hyperparams(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: ``config.yaml`` holds them."""

    def _append(self, line: dict[str, Any]) -> None:
        append_line(self._place.now(self._file), line)
