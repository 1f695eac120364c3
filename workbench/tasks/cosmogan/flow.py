"""The default generator: a Gaussian field that flows into a convergence map.

A map is first seen as a field whose points are each normally distributed. Between a
Gaussian field of the same covariance and such a map lie, on a quarter of a circle, the
states of a flow, whose velocity a network learns (flow matching: Lipman et al.,
arXiv:2210.02747; on a circle: Albergo and Vanden-Eijnden, arXiv:2209.15571). Along the
circle the covariance does not change; were the map a distorted Gaussian field, nothing
would flow at all. So the network, which begins by saying zero, begins at a fitted
lognormal model and learns only what that lacks.
"""

import math
from typing import Any, cast

import torch
from torch.nn import functional as F

from workbench.errors import BadInput
from workbench.schedule import groups, scheduled
from workbench.tasks.cosmogan.generator import CONDITIONS, Batch, Generator
from workbench.tasks.cosmogan.networks.gaussian import GaussianField, NormalScores
from workbench.tasks.cosmogan.networks.unet import UNet

QUARTER = math.pi / 2


class Flow(Generator):
    """Draws maps by following a velocity from a Gaussian field.

    Args:
        pixels: Along a side of a map.
        conditional: Whether maps depend on Ω_m and σ8.
        widths: Channels of the network from half resolution on.
        blocks: Residual blocks of a level on each way.
        steps: Of the integration; each asks the network twice (Heun).
        average: How much of the average of weights stays at a step; 0 for none.
        learning_rate: Largest step size.
        weight_decay: Of matrices.
        seed: Of the noise.
    """

    def __init__(
        self,
        pixels: int = 64,
        conditional: bool = False,
        widths: list[int] | None = None,
        blocks: int = 1,
        steps: int = 4,
        average: float = 0.999,
        learning_rate: float = 2e-3,
        weight_decay: float = 1e-3,
        seed: int = 0,
    ) -> None:
        super().__init__(pixels, conditional, average, seed)
        self.save_hyperparameters(logger=False)  # the data have a seed and pixels, too
        if steps < 1:
            raise BadInput(f"steps {steps}: type --model.steps=4")
        self.steps = steps
        self.learning_rate, self.weight_decay = learning_rate, weight_decay
        self.values = NormalScores()
        self.field = GaussianField(pixels)
        numbers = 1 + len(CONDITIONS) * conditional
        self.network = UNet(2, numbers, tuple(widths or (32, 64, 96)), blocks)
        self.network.to(memory_format=torch.channels_last)  # pyright: ignore
        self.kept = self.averaged(self.network)

    @property
    def latent(self) -> tuple[int, ...]:
        """White noise on a torus twice as wide as a map."""
        return 1, 2 * self.pixels, 2 * self.pixels

    def fit_values(self, maps: torch.Tensor) -> None:
        """Learn how often each κ is met, and the covariance of the normal scores."""
        self.values.fit(maps)
        self.field.fit(self.values(maps))

    def forward(
        self, latent: torch.Tensor, conditions: torch.Tensor | None = None
    ) -> torch.Tensor:
        """κ (B, 1, S, S) of white noise (B, 1, 2S, 2S) and Ω_m and σ8 (B, 2)."""
        return self.values.inverse(self._flow(self.field(latent), conditions))

    def _flow(
        self, state: torch.Tensor, conditions: torch.Tensor | None
    ) -> torch.Tensor:
        angle = QUARTER / self.steps
        for step in range(self.steps):
            before = self._velocity(state, step / self.steps, conditions)
            guess = state + angle * before
            after = self._velocity(guess, (step + 1) / self.steps, conditions)
            state = state + angle / 2 * (before + after)
        return state

    def _velocity(
        self, state: torch.Tensor, time: float, conditions: torch.Tensor | None
    ) -> torch.Tensor:
        times = state.new_full((state.shape[0], 1), time)  # an export follows shapes
        said = self._said(self.kept, state, times, conditions)
        return self.field.coloured(said)

    def _said(
        self,
        network: Any,
        state: torch.Tensor,
        times: torch.Tensor,
        conditions: torch.Tensor | None,
    ) -> torch.Tensor:
        """Velocity (B, 1, S, S) a radian, as white as noise."""
        told = self.told(conditions)
        if told is not None:
            times = torch.cat([times, told], 1)
        seen = torch.cat([state, self.field.white(state)], 1)
        return network(seen, times)

    def training_step(self, batch: Batch, step: int) -> torch.Tensor:
        """How far the velocity said is from that towards the maps of a batch."""
        end = self.values(batch["image"])
        start = self.field(self.training_noise(len(end), *self.latent))
        times = torch.special.ndtr(self.training_noise(len(end), 1))
        angle = QUARTER * times[:, :, None, None]
        state = angle.cos() * start + angle.sin() * end
        velocity = angle.cos() * end - angle.sin() * start
        said = self._said(self.network, state, times, batch.get("parameters"))
        loss = F.mse_loss(said, self.field.white(velocity))
        self.log(
            "train_velocity_error", loss, True, sync_dist=True, batch_size=len(end)
        )
        return loss

    def optimizer_step(self, *args: Any, **kwargs: Any) -> None:
        """Take the average along with each step."""
        super().optimizer_step(*args, **kwargs)
        if self.average:
            cast(Any, self.kept).update_parameters(self.network)

    def configure_optimizers(self) -> Any:
        """AdamW with a warm start, its rate falling to zero along a cosine."""
        kept = groups(self.network, self.weight_decay)
        return scheduled(torch.optim.AdamW(kept, lr=self.learning_rate), self.trainer)
