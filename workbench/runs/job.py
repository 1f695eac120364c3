"""What a training knows of the job that it is part of, from its environment."""

import math
import os
import platform

import psutil

from workbench.runs.processes import Process

JOB = "WORKBENCH_JOB"  # number of the process whose end ends the training
LAUNCH = "WORKBENCH_LAUNCH"  # which launch of the run this is
PAUSE_LIMIT = "WORKBENCH_PAUSE_LIMIT"  # s after which a pause gives the nodes back


def job_process() -> Process | None:
    """The job script's process, on this host; ``None`` without one."""
    if not os.environ.get(JOB):
        return None
    number = int(os.environ[JOB])
    try:
        return Process.of(number)
    except psutil.NoSuchProcess:  # killed before the training began
        return Process(platform.node(), number, 0.0)


def pause_limit() -> float:
    """Seconds that a pause may keep the machine."""
    return float(os.environ.get(PAUSE_LIMIT) or math.inf)


def slurm_job() -> str | None:
    """Number of the Slurm job that it runs in; ``None`` outside of one."""
    return os.environ.get("SLURM_JOB_ID")


def restarts() -> int:
    """How often Slurm put the job back into the queue before."""
    return int(os.environ.get("SLURM_RESTART_COUNT") or 0)


def launch_number() -> int | None:
    """Which launch of its run this is, from 1; ``None`` if started by hand."""
    return int(os.environ[LAUNCH]) if os.environ.get(LAUNCH) else None
