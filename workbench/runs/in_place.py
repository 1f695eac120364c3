"""Training inside the process of a notebook, for minutes, with nothing kept."""

import logging
import warnings
from typing import Any

from pytorch_lightning import Trainer

UNCALLED_FOR = (  # what Lightning warns of, though nothing is wrong in a notebook
    "The `srun` command is available",
    ".* does not have many workers",
    ".*treespec",
)


def trainer(**settings: Any) -> Trainer:
    """A Lightning ``Trainer`` that shows a bar, says nothing else and writes nothing.

    What a training leaves behind is in a run folder, and needs ``workbench.launch``.

    Args:
        settings: Of the ``Trainer``, such as ``max_epochs``.
    """
    for name in ("pytorch_lightning", "lightning_fabric"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for begins in UNCALLED_FOR:
        warnings.filterwarnings("ignore", begins)
    plain: dict[str, Any] = {
        "logger": False,
        "enable_checkpointing": False,
        "enable_model_summary": False,
        "use_distributed_sampler": False,  # batches are the data's own business
        "num_sanity_val_steps": 0,
    }
    return Trainer(**plain | settings)
