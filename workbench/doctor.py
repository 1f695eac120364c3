"""What this machine has, what is missing, what to type."""

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from workbench.allotted import usable_cores, usable_memory
from workbench.centre import profile
from workbench.errors import BadInput
from workbench.paths import cache, nearest
from workbench.runs.folder import runs_root
from workbench.runs.site import site

PLACES: dict[str, tuple[Callable[[], Path], float, str]] = {  # with GB wanted
    "runs": (runs_root, 2, "export WORKBENCH_RUNS=FOLDER elsewhere"),
    "cache": (cache, 1, "export WORKBENCH_CACHE=FOLDER elsewhere"),
}


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
    for name, (find, free, instead) in PLACES.items():
        try:
            profile()
            there = nearest(find())
        except BadInput as error:
            yield str(error)
            continue
        if not os.access(there, os.W_OK | os.X_OK):
            yield f"{there}: {name} cannot be written there: {instead}"
        elif (left := shutil.disk_usage(there).free / 1e9) < free:
            yield f"{there}: {left:.1f} GB free, {name} want {free:g}: {instead}"
    memory, _ = usable_memory()
    if memory < 1.5e9:
        yield (
            f"{memory / 1e9:.1f} GB of memory is free, a training wants 1.5: close "
            "other kernels first"
        )


def _site() -> Iterator[tuple[str, str]]:
    """Which profile of a centre counts, and what it says."""
    found, here = profile(), site()
    yield "site", f"{found.path}: {found.why}"
    if found.own:
        yield "over it", str(found.own)
    names = {"partitions": here.partitions, "modules": here.words("modules")}
    python = here.words("container")[:1] or [str(here.script.get("python", ""))]
    said = {
        "": here.centre.get("name", ""),
        "help from": here.centre.get("help", ""),
        **{name: ", ".join(words) for name, words in names.items()},
        "torch of": " ".join(python),
        **{f"{name} in": place for name, place in here.folders.items()},
    }
    parts = [f"{name} {text}".strip() for name, text in said.items() if text]
    if parts:
        yield "site says", "; ".join(parts)


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
    with suppress(BadInput):
        yield from _site()
    for name, (find, _, _) in PLACES.items():
        with suppress(BadInput):
            yield name, str(find())
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
    return Doctor(dict(_facts()), tuple(dict.fromkeys(_problems())))
