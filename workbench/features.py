"""What a network has made of samples just before it answers."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

import torch
from torch import nn

AT_ONCE = 256


class _Kept:
    """What went through a layer last."""

    given: torch.Tensor
    answer: torch.Tensor


@contextmanager
def _watched(layer: nn.Module) -> Generator[_Kept]:
    kept = _Kept()

    def keep(
        _: nn.Module, given: tuple[torch.Tensor, ...], answer: torch.Tensor
    ) -> None:
        kept.given, kept.answer = given[0], answer

    handle = layer.register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


@torch.no_grad()
def features(
    model: nn.Module, last: nn.Module, inputs: Sequence[torch.Tensor]
) -> torch.Tensor:
    """What the last layer reads (B, F), the mean over places where it reads many.

    Args:
        model: Called with the inputs.
        last: Its last layer.
        inputs: Samples (B, …).
    """
    found: list[torch.Tensor] = []
    with _watched(last) as kept:
        for part in zip(*(value.split(AT_ONCE) for value in inputs), strict=True):
            model(*part)
            found.append(_places(last, kept.given).mean(1))
    return torch.cat(found)


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
    with _watched(last) as kept:
        total = loss(model(*inputs))
        (by_answer,) = torch.autograd.grad(total, kept.answer)
    given = _places(last, kept.given.detach())
    by_answer = _places(last, by_answer)
    return torch.einsum("bpo,bpf->bof", by_answer, given).flatten(1)


def _places(layer: nn.Module, value: torch.Tensor) -> torch.Tensor:
    """Features (B, P, F) of the places that a layer goes over one by one."""
    if isinstance(layer, nn.Linear):
        return value.reshape(len(value), -1, value.shape[-1])
    return value.flatten(2).transpose(1, 2)  # pictures: channels come first
