"""What this machine has, what is missing, what to type."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from workbench.allotted import usable_cores, usable_memory


def _problems() -> Iterator[str]:
    import torch

    if find_spec("torchvision") and not (torch.version.cuda or torch.version.hip):
        yield (
            "torchvision stands beside a CPU torch and breaks torchmetrics and "
            "Lightning: type `pip uninstall torchvision`"
        )
    if find_spec("lightning"):
        yield (
            "the package `lightning` stands beside pytorch-lightning and its classes "
            "do not mix with ours: type `pip uninstall lightning`"
        )
    free = shutil.disk_usage(".").free / 1e9
    if free < 2:
        yield f"{free:.1f} GB free here, a run wants 2: set $WORKBENCH_RUNS elsewhere"
    memory, _ = usable_memory()
    if memory < 1.5e9:
        yield (
            f"{memory / 1e9:.1f} GB of memory is free, a training wants 1.5: close "
            "other kernels first"
        )


def _facts() -> Iterator[tuple[str, str]]:
    import torch

    import workbench

    free, total = usable_memory()
    yield "workbench", workbench.__version__
    yield "python", f"{platform.python_version()} at {sys.executable}"
    yield "torch", torch.__version__
    yield "cores", f"{usable_cores()} usable of {os.cpu_count()}"
    yield "memory", f"{free / 1e9:.1f} GB free of {total / 1e9:.1f}"
    devices = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
    yield "GPUs", ", ".join(devices) or "none: training runs on the processor"
    yield "Slurm", shutil.which("sbatch") or "none: training runs on this machine"
    yield "tasks", ", ".join(workbench.task_names())
    for extra, package in (("ROOT tuples", "uproot"),):
        try:
            yield extra, f"{package} {version(package)}"
        except PackageNotFoundError:
            yield extra, 'no: pip install "science-workbench[root]"'


@dataclass(frozen=True)
class Doctor:
    """What this machine has, and each problem with its mend."""

    facts: dict[str, str]
    problems: tuple[str, ...]

    def text(self) -> str:
        """A line for each."""
        lines = [f"{name:12} {fact}" for name, fact in self.facts.items()]
        lines += [f"problem: {problem}" for problem in self.problems]
        number = len(self.problems)
        return "\n".join([*lines, f"{number} to mend" if number else "all well"])


def doctor() -> Doctor:
    """Look at this machine."""
    return Doctor(dict(_facts()), tuple(_problems()))
