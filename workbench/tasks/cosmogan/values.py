"""What the networks of a game see in place of κ: numbers that a tanh can draw."""

from collections.abc import Mapping
from typing import Any, Literal, cast

import torch
from torch import nn

from workbench.errors import BadInput
from workbench.tasks.cosmogan.networks.gaussian import REACH, NormalScores
from workbench.tasks.cosmogan.transforms import TRANSFORMS, Transform, fitted, restored
from workbench.tasks.cosmogan.transforms.channels import MultiChannel

Name = Literal["scores", "identity", "rational", "loglinear", "multichannel"]
SCORES = "scores"


class Values(nn.Module):
    """Normal scores over 4.5, or a value transform of the papers.

    Args:
        name: ``scores``, or a bounded one of ``TRANSFORMS``.
    """

    def __init__(self, name: Name) -> None:
        super().__init__()
        self.name = name
        self.scores = NormalScores() if name == SCORES else None
        self.transform: Transform | None = None  # until it is fitted
        if self.scores is None and not (
            name in TRANSFORMS and TRANSFORMS[name].bounded
        ):
            bounded = [key for key, one in TRANSFORMS.items() if one.bounded]
            raise BadInput(
                f"values {name!r}: no numbers from −1 to 1 that a tanh can draw: type "
                f"--model.values={SCORES}, or one of {', '.join(bounded)}"
            )

    @property
    def channels(self) -> int:
        """How many maps a discriminator sees for one of κ."""
        return 1 if self.scores else TRANSFORMS[self.name].channels

    def fit(self, maps: torch.Tensor) -> None:
        """Learn from training maps (N, S, S)."""
        if self.scores is not None:
            self.scores.fit(maps)
        else:
            self.transform = fitted(self.name, maps.numpy())

    def forward(self, kappa: torch.Tensor) -> torch.Tensor:
        """What a discriminator sees (B, C, S, S) of simulated κ (B, 1, S, S)."""
        if self.scores is not None:
            return self.scores(kappa) / REACH
        return cast(Transform, self.transform)(kappa)

    def drawn(self, values: torch.Tensor) -> torch.Tensor:
        """What it sees (B, C, S, S) of values (B, 1, S, S) that a generator drew."""
        one = self.transform
        return one.seen(values) if isinstance(one, MultiChannel) else values

    def kappa(self, values: torch.Tensor) -> torch.Tensor:
        """κ (B, 1, S, S) of drawn values."""
        if self.scores is not None:
            return self.scores.inverse(REACH * values)
        return cast(Transform, self.transform).inverse(values)

    def about(self) -> dict[str, Any]:
        """Which these are, as plain types."""
        return self.transform.about() if self.transform else {"name": self.name}

    def restore(self, about: Mapping[str, Any]) -> None:
        """Take over what a checkpoint says; scores are among its weights."""
        if self.scores is None:
            self.transform = restored(about)
