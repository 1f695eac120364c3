"""What a network does to its inputs, step by step, as torch sees it."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

WEIGHTED = {
    *(f"conv{n}d" for n in (1, 2, 3)),
    *(f"conv_transpose{n}d" for n in (1, 2, 3)),
    "linear",
}
ACTIVE = {
    *("relu", "relu_", "leaky_relu", "leaky_relu_", "prelu", "elu", "elu_", "selu"),
    *("sigmoid", "tanh", "gelu", "silu", "softplus", "hardtanh", "relu6"),
}


@dataclass(frozen=True)
class Step:
    """One operation of a forward pass.

    Attributes:
        kind: Name of torch's function, such as ``conv2d`` or ``relu``.
        layer: Whose weights it uses; of an activation, those used before it.
        units: The axis of its answer along which units lie.
        given: What it read, as it was before.
        made: What it answered.
        again: Does the same to another tensor.
        arguments: Stride, padding and dilation of a convolution (1 to 3 numbers each).
        weights: How many numbers it read besides: weights and biases.
    """

    kind: str
    layer: str
    units: int
    given: torch.Tensor
    made: torch.Tensor
    again: Callable[[torch.Tensor], torch.Tensor]
    arguments: Mapping[str, tuple[int, ...]]
    weights: int


class _Watch(TorchFunctionMode):
    """Tells of every convolution, linear layer and activation."""

    def __init__(self, network: nn.Module, heed: Callable[[Step], None]) -> None:
        super().__init__()
        self.heed, self.layer = heed, "inputs"
        self.axis, self.width = 1, 0  # along which the last layer's units lay; how many
        self.names = {
            parameter.untyped_storage().data_ptr(): name.removesuffix(".weight")
            for name, parameter in network.named_parameters()
        }

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs, kind = kwargs or {}, getattr(func, "__name__", "")
        weighted = kind in WEIGHTED
        if not (weighted or kind in ACTIVE):
            return func(*args, **kwargs)
        given = args[0].detach().clone() if not weighted else args[0].detach()
        made = func(*args, **kwargs)
        if weighted:
            place = args[1].untyped_storage().data_ptr()
            self.layer = self.names.get(place, "a weight that is computed")
            self.axis = -1 if kind == "linear" else 1
            self.width = made.shape[self.axis]

        def again(value: torch.Tensor) -> torch.Tensor:
            return func(value, *args[1:], **{**kwargs, **_afresh(kwargs)})

        window = _window(args, kwargs) if kind.startswith("conv") else {}
        step = (kind, self.layer, self._units(made), given, made.detach())
        rest = (*args[1:], *kwargs.values())
        weights = sum(v.numel() for v in rest if isinstance(v, torch.Tensor))
        self.heed(Step(*step, again, window, weights))
        return made

    def _units(self, made: torch.Tensor) -> int:
        """The axis of the units, which may have been moved since the last layer."""
        sizes = list(made.shape)
        if sizes[self.axis] != self.width and self.width in sizes[1:]:
            return sizes.index(self.width, 1)
        return self.axis


def _afresh(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"inplace": False} if "inplace" in kwargs else {}


def _window(args: Any, kwargs: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Kernel, stride, padding and dilation, as ``conv1d`` and others are told."""
    size = tuple(args[1].shape[2:])
    found = {"kernel": size}
    for place, (name, usual) in enumerate(
        (("stride", 1), ("padding", 0), ("dilation", 1)), 3
    ):
        value = args[place] if len(args) > place else kwargs.get(name, usual)
        if isinstance(value, str):  # "same" or "valid"
            value = tuple((k - 1) // 2 for k in size) if value == "same" else 0
        found[name] = (value,) * len(size) if isinstance(value, int) else tuple(value)
    return found


@contextmanager
def watching(network: nn.Module, heed: Callable[[Step], None]) -> Generator[None]:
    """Be told of every step that a network makes inside."""
    with _Watch(network, heed):
        yield
