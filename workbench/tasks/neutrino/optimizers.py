"""The optimizer of the published networks."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch.optim import Optimizer


class NesterovAdaGrad(Optimizer):
    """AdaGrad with Nesterov momentum on top of its steps, as Lasagne composes them.

    v ← m v − lr g / √(Σg² + eps), then p ← p + m v − lr g / √(Σg² + eps); the square
    root holds eps, and the L2 penalty adds 2 · l2 · p to the gradient of what is no
    bias (gnperdue/ANNMINERvA ``minerva_ann_networks.py`` with Lasagne's updates).

    Args:
        parameters: What is trained.
        lr: Length of a step.
        eps: Added to the sum of squared gradients.
        momentum: Share m of the last step that is taken again.
        l2: Weight of the summed squares of all weights in the loss.
    """

    def __init__(
        self,
        parameters: Iterable[torch.nn.Parameter],
        lr: float = 1e-3,
        eps: float = 1e-6,
        momentum: float = 0.9,
        l2: float = 1e-4,
    ) -> None:
        super().__init__(parameters, dict(lr=lr, eps=eps, momentum=momentum, l2=l2))

    @torch.no_grad()
    def step(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, closure: Callable[[], Any] | None = None
    ) -> Any:
        """Take one step; returns what ``closure`` returns."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._move(parameter, parameter.grad, group)
        return loss

    def _move(
        self, parameter: torch.Tensor, gradient: torch.Tensor, group: dict[str, Any]
    ) -> None:
        state = self.state[parameter]
        if not state:
            state["sum"] = torch.zeros_like(parameter)
            state["velocity"] = torch.zeros_like(parameter)
        if parameter.ndim > 1:
            gradient = gradient.add(parameter, alpha=2 * group["l2"])
        total = state["sum"].addcmul_(gradient, gradient)
        step = gradient / (total + group["eps"]).sqrt_() * -group["lr"]
        velocity = state["velocity"].mul_(group["momentum"]).add_(step)
        parameter.add_(step).add_(velocity, alpha=group["momentum"])
