"""Training on the nodes of a cluster that Slurm gives, now or later."""

import math
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from workbench.errors import BadInput
from workbench.runs import slurm_queue
from workbench.runs.choices import remember, remembered
from workbench.runs.local import scrubbed
from workbench.runs.script import slurm_script
from workbench.runs.site import CHOICES, Site, site

WARNING = 120  # s before the limit: enough to finish a step and save
PATIENCE = 60.0  # s for sbatch and scancel
PAUSE_LIMIT = 600  # s that a pause keeps the nodes
_ODD = re.compile(r"[^\w.:,&|*()\[\]@+=-]")  # nothing that a shell would understand


@dataclass(frozen=True)
class Allocation:
    """What is asked of Slurm; an empty option is left to it.

    Attributes:
        nodes: Number of nodes.
        processes: Of each node.
        gpus: Of each node.
        cores: Of each process.
    """

    nodes: int
    processes: int
    gpus: int
    cores: int
    account: str = ""
    partition: str = ""
    qos: str = ""
    constraint: str = ""
    time: str = ""

    def __post_init__(self) -> None:
        """Refuse what would be more than a word of the job's script."""
        least = {"nodes": 1, "processes": 1, "cores": 1, "gpus": 0}
        given = {name: getattr(self, name) for name in least}
        if any(type(n) is not int or n < least[name] for name, n in given.items()):
            raise BadInput(
                f"{', '.join(f'{name} {n}' for name, n in given.items())}: at least "
                "one node, process and core, GPUs from 0"
            )
        for name in CHOICES:
            value = getattr(self, name)
            if not isinstance(value, str) or _ODD.search(value):
                raise BadInput(
                    f"{name} {value!r} is no word that sbatch knows: mend it"
                )
        seconds(self.time)

    @property
    def node_hours(self) -> float:
        """What it costs if it runs to its limit; infinite without a limit."""
        return self.nodes * seconds(self.time) / 3600

    def __str__(self) -> str:
        of = f", account {self.account}" if self.account else ""
        cost = "no limit of time"
        if math.isfinite(self.node_hours):
            cost = f"at most {self.node_hours:.2f} node-hours a start"
        return (
            f"{self.nodes} nodes, {self.processes} processes and {self.gpus} GPUs each"
            f", {self.time or 'no time given'}{of}: {cost}"
        )


def allocation(
    nodes: int = 1, processes: int | None = None, **asked: str | int | None
) -> Allocation:
    """What to ask of Slurm: as asked, as asked last time, or as the site has it.

    Args:
        nodes: Number of nodes.
        processes: Of each node; if not given, one, or one for each of its GPUs.
        asked: ``gpus`` of each node, ``account``, ``partition``, ``qos``,
            ``constraint``, ``time``; an empty text leaves it to Slurm.

    Raises:
        BadInput: it cannot be so.
    """
    here = site()
    known: dict[str, Any] = dict(here.defaults) | remembered(here.name)
    known |= {name: value for name, value in asked.items() if value is not None}
    known.setdefault("account", os.environ.get("SBATCH_ACCOUNT", ""))
    chosen = {name: str(known.get(name, "")) for name in CHOICES}
    node = here.node_of(chosen["partition"])
    gpus = int(known.get("gpus", node.get("gpus", 0)))
    processes = processes or max(1, gpus)
    cores = max(1, node.get("cores", 0) // processes)
    wanted = Allocation(nodes, processes, gpus, cores, **chosen)
    longest = here.longest(wanted.partition)
    if asked.get("time") is None and seconds(wanted.time) > seconds(longest):
        return replace(wanted, time=longest)  # nobody asked for more
    if seconds(wanted.time) > seconds(longest):
        raise BadInput(
            f"time {wanted.time or 'without a limit'}: a job in partition "
            f"{wanted.partition} ends after {longest}: ask for no more, or for another "
            "partition"
        )
    return wanted


def keep_choices(asked: Mapping[str, str | int | None]) -> None:
    """Remember what was asked for explicitly, for the next launch at this site."""
    remember(site().name, {k: v for k, v in asked.items() if v is not None})


def seconds(time: str) -> float:
    """Length of a time as Slurm writes it, from ``30`` (minutes) to ``1-12:00:00``.

    Raises:
        BadInput: it is none.
    """
    if time.lower() in ("", "unlimited", "infinite"):
        return math.inf
    found = re.fullmatch(r"(?:(\d+)-)?(\d+)(?::(\d+))?(?::(\d+))?", time)
    if not found:
        raise BadInput(
            f"time {time!r}: write it as 30 (minutes), 2:30:00 or 1-12:00:00"
        )
    days, *rest = [int(part) if part else None for part in found.groups()]
    first, second, third = [part or 0 for part in rest]
    if days is None and rest[2] is None:  # minutes, or minutes:seconds
        first, second, third = 0, first, second
    return (days or 0) * 86400 + first * 3600 + second * 60 + third


def check_here() -> None:
    """See that jobs can be submitted from here.

    Raises:
        BadInput: they cannot.
    """
    if shutil.which("sbatch") is None:
        raise BadInput(
            "no sbatch on this machine: launch where Slurm is, or add --write-only and "
            "type there what it prints"
        )


def write_script(
    folder: Path, launch: int, words: Sequence[str], wanted: Allocation
) -> Path:
    """Write ``job.sh`` for Slurm and return its path."""
    here = site()
    limit = os.environ.get("WORKBENCH_PAUSE_LIMIT") or str(PAUSE_LIMIT)
    exports = [
        f"WORKBENCH_PAUSE_LIMIT={shlex.quote(limit)}  # s that a pause may last",
        f"OMP_NUM_THREADS={wanted.cores}",
        *(f'{name}="{value}"' for name, value in here.variables.items()),
    ]
    setup = [f"module load {module}" for module in here.words("modules")]
    start = [
        f"srun --kill-on-bad-exit=1 --cpus-per-task={wanted.cores}",
        *here.words("srun"),
        " ".join(here.words("container")),
        shlex.quote(str(here.script.get("python", sys.executable))),
    ]
    return slurm_script(
        folder,
        launch,
        words,
        _options(folder, wanted, here),
        exports,
        [*setup, *here.words("setup")],
        [" ".join(filter(None, start))],
    )


def _options(folder: Path, wanted: Allocation, here: Site) -> list[str]:
    """What ``sbatch`` reads from the script."""
    warning = int(min(WARNING, seconds(wanted.time) // 4))
    log = str(folder.absolute() / "log.txt").replace("%", "%%")
    asked = {name: value for name, value in asdict(wanted).items() if name in CHOICES}
    return [
        f"--job-name={shlex.quote(folder.absolute().name)}",
        *(f"--{name}={value}" for name, value in asked.items() if value),
        f"--nodes={wanted.nodes}",
        f"--ntasks-per-node={wanted.processes}",
        f"--cpus-per-task={wanted.cores}",
        *([f"--gpus-per-node={wanted.gpus}"] if wanted.gpus else []),
        f"--output={shlex.quote(log)}",
        "--open-mode=append",
        f"--signal=B:USR1@{warning}",
        "--requeue",
        *here.words("sbatch"),
    ]


def submit_line(script: Path) -> str:
    """What to type where Slurm is."""
    return f"sbatch {shlex.quote(str(script.absolute()))}"


def submit(script: Path) -> str:
    """Give a script to Slurm and return the job's number.

    The environment is scrubbed: a notebook that lives in a job would hand its own
    layout down, and the new job would start with another number of processes.

    Raises:
        BadInput: Slurm refuses; the text is Slurm's.
    """
    answer = _ask("sbatch", "--parsable", str(script.absolute()))
    if answer.returncode:
        raise BadInput(
            f"sbatch refuses {script}: {answer.stderr.strip() or answer.stdout}: "
            "choose otherwise and launch again, or mend it and type "
            f"{submit_line(script)}"
        )
    number = answer.stdout.strip().split(";")[0]
    slurm_queue.add(number)
    return number


def cancel(number: str) -> None:
    """Take a job out of the queue, or end it.

    Raises:
        BadInput: it is no job's number, or Slurm refuses.
    """
    if not re.fullmatch(r"\d+([_+]\d+)?", number):  # a run's file says which
        raise BadInput(f"{number!r} is no number of a job: nothing is cancelled")
    answer = _ask("scancel", number)
    if answer.returncode:
        raise BadInput(f"scancel refuses job {number}: {answer.stderr.strip()}")


def _ask(*words: str) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            words,
            env=scrubbed(os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BadInput(
            f"{words[0]} does not answer ({error}): see that Slurm works here with "
            "`sinfo`, then try again"
        ) from error
