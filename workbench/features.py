"""What a network has made of samples just before it answers."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

import torch
from torch import nn

AT_ONCE = 256


class Watched:
    """What has gone through a layer; a network may pass samples on in several parts."""

    def __init__(self, layer: nn.Module) -> None:
        self.layer = layer
        self.read: list[torch.Tensor] = []
        self.said: list[torch.Tensor] = []

    def keep(
        self, _: nn.Module, given: tuple[torch.Tensor, ...], answer: torch.Tensor
    ) -> None:
        """Take note of a pass."""
        self.read.append(given[0])
        self.said.append(answer)

    def features(self) -> torch.Tensor:
        """What was read since last asked (B, F), the mean over places if of many."""
        parts = [self.places(part).mean(1) for part in self.read]
        self.read, self.said = [], []
        return torch.cat(parts)

    def places(self, value: torch.Tensor) -> torch.Tensor:
        """Features (B, P, F) of the places that the layer goes over one by one."""
        if isinstance(self.layer, nn.Linear):
            return value.reshape(len(value), -1, value.shape[-1])
        return value.flatten(2).transpose(1, 2)  # pictures: channels come first


@contextmanager
def watched(layer: nn.Module) -> Generator[Watched]:
    """Watch a layer, such as the last of a network, while samples go through."""
    kept = Watched(layer)
    handle = layer.register_forward_hook(kept.keep)
    try:
        yield kept
    finally:
        handle.remove()


@torch.no_grad()
def features(
    model: nn.Module, last: nn.Module, inputs: Sequence[torch.Tensor]
) -> torch.Tensor:
    """What the last layer reads of samples (B, F).

    Args:
        model: Called with the inputs.
        last: Its last layer.
        inputs: Samples (B, …).
    """
    with watched(last) as kept:
        for part in zip(*(value.split(AT_ONCE) for value in inputs), strict=True):
            model(*part)
        return kept.features()


def last_slopes(
    model: nn.Module,
    last: nn.Module,
    inputs: Sequence[torch.Tensor],
    loss: Callable[[torch.Tensor], torch.Tensor],
) -> torch.Tensor:
    """Slope of each sample's loss by the weights of the last layer (B, O·F).

    Args:
        model: Called with the inputs.
        last: Its last layer, which weighs what it reads and adds.
        inputs: Samples (B, …).
        loss: Sum over samples, of what the model answers.
    """
    with watched(last) as kept:
        total = loss(model(*inputs))
        by_answer = torch.autograd.grad(total, kept.said)
    parts = [
        torch.einsum("bpo,bpf->bof", kept.places(slope), kept.places(given.detach()))
        for slope, given in zip(by_answer, kept.read, strict=True)
    ]
    return torch.cat(parts).flatten(1)
