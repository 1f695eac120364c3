"""A network that is asked often while a part of it drops out.

Gal and Ghahramani, Dropout as a Bayesian Approximation, ICML 2016, arXiv:1506.02142.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from workbench.errors import BadInput
from workbench.uncertainty.answers import How

PASSES = 10
KINDS = nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout


def dropout(model: nn.Module, seed: int = 0) -> How:
    """How to ask a network ten times, another half of it missing each time.

    Args:
        model: The network.
        seed: Of what drops out.

    Raises:
        BadInput: nothing in it drops out.
    """
    layers = [layer for layer in model.modules() if isinstance(layer, KINDS)]
    if not any(layer.p for layer in layers):
        raise BadInput(
            "no layer of the network drops out, as MC dropout asks: leave out "
            "--methods dropout, or train several members"
        )

    def ask(model: Any, batch: Any, step: int) -> torch.Tensor:
        with _dropping(layers), torch.random.fork_rng():
            torch.manual_seed(1_000_003 * seed + step)
            said = [model.predict_step(batch, step) for _ in range(PASSES)]
        return torch.stack([each["probabilities"] for each in said])

    return ask


@contextmanager
def _dropping(layers: list[Any]) -> Generator[None]:
    """Have these layers work as they do in training."""
    before = [layer.training for layer in layers]
    for layer in layers:
        layer.train()
    try:
        yield
    finally:
        for layer, was in zip(layers, before, strict=True):
            layer.train(was)
