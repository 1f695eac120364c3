"""What a network would answer had its last layer other weights."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from workbench.errors import BadInput
from workbench.uncertainty.calibration import TINY


@dataclass(frozen=True)
class LastLayer:
    """The linear layer that answers, and whatever its network makes of its answer.

    Attributes:
        model: A ``LightningModule`` whose ``predict_step`` gives ``probabilities``.
        layer: Its weights (O, F) and biases (O,) count as one vector of D = O (F + 1).

    Raises:
        BadInput: the layer is not linear.
    """

    model: Any
    layer: Any

    def __post_init__(self) -> None:
        """Refuse layers that weigh neighbours too."""
        if not isinstance(self.layer, nn.Linear):
            raise BadInput(
                f"the last layer is a {type(self.layer).__name__}: last-layer Laplace "
                "asks for a linear one: leave out --methods laplace"
            )

    @property
    def weights(self) -> torch.Tensor:
        """As they were learned (D,), float64."""
        both = torch.cat([self.layer.weight, self.layer.bias[:, None]], 1)
        return both.detach().flatten().double()

    @torch.no_grad()
    def answers(self, weights: torch.Tensor, batch: Any, step: int) -> torch.Tensor:
        """Probabilities (S, B, K) by each of several sets of weights (S, D).

        What leads to the layer is computed once, what follows it for every set.
        """
        with self._redrawn(weights) as sizes:
            chances = self.model.predict_step(batch, step)["probabilities"]
        sets = len(weights)
        parts = chances.split([sets * size for size in sizes])
        return torch.cat([part.unflatten(0, (sets, -1)) for part in parts], 1)

    @contextmanager
    def _redrawn(self, weights: torch.Tensor) -> Generator[list[int]]:
        """The layer answers (S·B, …, O): a batch after the other, a set each."""
        layer, sizes = self.layer, list[int]()
        both = weights.to(layer.weight).unflatten(1, (layer.out_features, -1))
        times, shift = both[..., :-1], both[..., -1]

        def again(_: Any, given: tuple[torch.Tensor, ...], said: Any) -> torch.Tensor:
            sizes.append(len(given[0]))
            every = torch.einsum("b...f,sof->sb...o", given[0], times)
            room = [1] * (every.ndim - 2)
            return (every + shift.view(len(both), *room, -1)).flatten(0, 1)

        handle = layer.register_forward_hook(again)
        try:
            yield sizes
        finally:
            handle.remove()

    def slopes(self, batch: Any, step: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Slope of each class's log p by the weights (B, K, D), and p (B, K)."""
        read: list[torch.Tensor] = []
        said: list[torch.Tensor] = []

        def cut(_: Any, given: tuple[torch.Tensor, ...], answer: Any) -> torch.Tensor:
            read.append(given[0].detach())
            said.append(answer.detach().requires_grad_())
            return said[-1]

        handle = self.layer.register_forward_hook(cut)
        try:
            with torch.enable_grad():
                chances = self.model.predict_step(batch, step)["probabilities"]
                logs = chances.clamp(min=TINY).log()
        finally:
            handle.remove()
        found: list[torch.Tensor] = []
        for column in logs.unbind(1):
            by_answer = torch.autograd.grad(column.sum(), said, retain_graph=True)
            pairs = zip(by_answer, read, strict=True)
            found.append(torch.cat([_by_weight(*pair) for pair in pairs]))
        return torch.stack(found, 1), chances.detach()


def _by_weight(slope: torch.Tensor, read: torch.Tensor) -> torch.Tensor:
    """Slopes by weights and biases (B, D), from those by answers at all places."""
    slope = slope.reshape(len(slope), -1, slope.shape[-1])
    read = read.reshape(len(read), -1, read.shape[-1])
    read = torch.cat([read, torch.ones_like(read[..., :1])], -1)
    return torch.einsum("bpo,bpf->bof", slope, read).flatten(1)
