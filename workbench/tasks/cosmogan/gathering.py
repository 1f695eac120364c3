"""What all processes of a training have found."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import distributed


def from_all_processes(
    parts: Sequence[Mapping[str, np.ndarray]],
) -> dict[str, np.ndarray]:
    """Arrays of all batches of all processes, in the order of ``index`` (N,)."""
    shards: list[Any] = [parts]
    if ranks() > 1:
        shards = [None] * ranks()
        distributed.all_gather_object(shards, parts)
    every = [part for shard in shards for part in shard]
    whole = {name: np.concatenate([part[name] for part in every]) for name in every[0]}
    _, first = np.unique(whole["index"], return_index=True)
    return {name: values[first] for name, values in whole.items()}


def averaged(gradients: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """Gradients as all processes together have them, each in its own memory."""
    if ranks() == 1:
        return list(gradients)
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(flat)
    parts = (flat / ranks()).split([gradient.numel() for gradient in gradients])
    pairs = zip(parts, gradients, strict=True)
    return [part.view_as(gradient) for part, gradient in pairs]


def ranks() -> int:
    """How many processes train together."""
    there = distributed.is_available() and distributed.is_initialized()
    return distributed.get_world_size() if there else 1
