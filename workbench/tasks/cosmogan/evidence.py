"""What a discriminator takes for evidence that a map is a real one."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from workbench.errors import BadInput
from workbench.evidence import Evidence
from workbench.tasks.cosmogan.gan import Gan
from workbench.tasks.cosmogan.generator import CONDITIONS


class Critic(nn.Module):
    """The discriminator of a game as a function of κ, by its sharpest sight.

    Where maps depend on Ω_m and σ8 it is told the middle of what is known.

    Args:
        model: Whose discriminator.
    """

    def __init__(self, model: Gan) -> None:
        super().__init__()
        self.values, self.discriminator = model.values, model.discriminator
        self.told = len(CONDITIONS) if model.conditional else 0

    def forward(self, image: torch.Tensor, *_: torch.Tensor) -> torch.Tensor:
        """Scores (B, 1) of maps (B, 1, S, S): the larger, the more like a real one."""
        seen = self.values(image)
        if self.told:  # the middle is zero as networks are told it
            told = seen.new_zeros(len(seen), self.told, *seen.shape[2:])
            seen = torch.cat([seen, told], 1)
        return self.discriminator(seen)[:, None]


def _critic(model: Any, dense: bool) -> nn.Module:
    if not isinstance(model, Gan):
        raise BadInput(
            f"a {type(model).__name__.lower()} has no discriminator whose score could "
            "be explained: leave --event out to see which part of the latent moves "
            f"which statistic, or train --model={Gan.__module__}.{Gan.__qualname__}"
        )
    return Critic(model).eval()


def _towers(critic: Any) -> dict[str, nn.Module]:
    return {"image": critic.discriminator.shrink[-1]}


def _nothing(model: Any, inputs: Sequence[torch.Tensor]) -> tuple[torch.Tensor, ...]:
    """A sky without structure: κ of zero everywhere."""
    return (torch.zeros_like(inputs[0]),)


def _spread(model: Any, inputs: Sequence[torch.Tensor]) -> tuple[torch.Tensor, ...]:
    """The standard deviation of κ over the maps."""
    return (inputs[0].std().clamp_min(1e-12).view(1),)


evidence = Evidence(
    axes={"image": ("channel", "row", "column")},
    parts={"patches": {"row": 8, "column": 8}},
    network=_critic,
    towers=_towers,
    last=lambda model: model.discriminator.verdict,
    nothing=_nothing,
    spread=_spread,
    score="the discriminator's score",
)
