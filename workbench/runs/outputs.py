"""What a model said of all batches, on all processes."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from pytorch_lightning import Trainer


def gathered(parts: Sequence[Mapping[str, torch.Tensor]]) -> dict[str, np.ndarray]:
    """Outputs of all batches end to end, name → array."""
    return {name: torch.cat([p[name] for p in parts]).numpy() for name in parts[0]}


def from_all(trainer: Trainer, outputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Outputs of all processes, each event once, in the order of ``index`` (N,)."""
    shards: list[dict[str, np.ndarray]] = [outputs]
    if trainer.world_size > 1:
        shards = [{} for _ in range(trainer.world_size)]
        torch.distributed.all_gather_object(shards, outputs)
    shards = [shard for shard in shards if shard]  # a process may have had no batch
    whole = {name: np.concatenate([s[name] for s in shards]) for name in shards[0]}
    _, first = np.unique(whole["index"], return_index=True)
    return {name: values[first] for name, values in whole.items()}
