"""Who a process is among those of a training, where Slurm started it."""

import os

from lightning_fabric.plugins.environments.cluster_environment import ClusterEnvironment
from lightning_fabric.plugins.environments.lightning import LightningEnvironment
from lightning_fabric.plugins.environments.slurm import SLURMEnvironment
from lightning_fabric.plugins.environments.torchelastic import TorchElasticEnvironment


def cluster() -> list[ClusterEnvironment]:
    """What Lightning is to be told; nothing where it sees for itself.

    A notebook server that lives in a Slurm job is one task of one process. Lightning
    would take that for the layout of the training: several processes asked for, one
    trains, in silence. And what asks the training to end is the run folder, so
    Lightning's own way to put a job back into the queue is off.
    """
    if TorchElasticEnvironment.detect() or "SLURM_NTASKS" not in os.environ:
        return []
    if os.environ["SLURM_NTASKS"] == "1":
        return [LightningEnvironment()]
    return [SLURMEnvironment(auto_requeue=False)]
