"""Training on this machine, in a session of its own that outlives whoever starts it."""

import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from workbench.allotted import usable_cores
from workbench.runs.job import JOB
from workbench.runs.processes import Process
from workbench.runs.script import local_script

DETACH = """
import subprocess, sys
null = subprocess.DEVNULL
job = subprocess.Popen(sys.argv[1:], stdout=null, stderr=null, start_new_session=True)
print(job.pid)
"""  # in between, so that the job is not our child and leaves no zombie
FOREIGN = ("SLURM_", "SRUN_", "SBATCH_", "PMI", "OMPI_", "TORCHELASTIC_", "GROUP_")
SIZES = {"WORLD_SIZE", "LOCAL_WORLD_SIZE"}
RANKS = {"RANK", "LOCAL_RANK", "NODE_RANK", "ROLE_RANK"}
FOREIGN_NAMES = {"MASTER_ADDR", "MASTER_PORT", JOB} | SIZES | RANKS


def has_gpu() -> bool:
    """Whether this machine has a graphics processor, seen without loading torch."""
    return any(Path(device).exists() for device in ("/dev/nvidiactl", "/dev/kfd"))


def scrubbed(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment without what a surrounding job or training left in it.

    A notebook that lives in a Slurm job hands its ``SLURM_NTASKS`` down, and Lightning
    would train alone and in silence; a job submitted from it would inherit its layout.
    """
    return {
        name: value
        for name, value in environment.items()
        if name == "SLURM_CONF"
        or not (name.startswith(FOREIGN) or name in FOREIGN_NAMES)
    }


def write_script(
    folder: Path, launch: int, words: Sequence[str], processes: int
) -> Path:
    """Write ``job.sh`` for this machine and return its path."""
    variables = {"OMP_NUM_THREADS": str(max(1, usable_cores() // processes))}
    return local_script(folder, launch, words, processes, variables)


def start(script: Path) -> dict[str, Any]:
    """Start a script and return at once with what tells its process from others."""
    answer = subprocess.run(
        [sys.executable, "-c", DETACH, "bash", str(script.absolute())],
        env=scrubbed(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    pid = int(answer.stdout)
    try:
        return Process.of(pid).plain()
    except psutil.NoSuchProcess:  # ended already; exit.json says how
        return Process(platform.node(), pid, 0.0).plain()
