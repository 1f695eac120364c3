"""CosmoGAN's game: a generator draws maps, a discriminator tells them from real ones.

Mustafa et al., CosmoGAN, Comput. Astrophys. Cosmol. 6, 1 (2019), arXiv:1706.02390.
Both learn from one and the same pass, each process takes its own gradients, and these
are averaged before the optimizers see them: so it makes no difference to the game how
many processes play it, apart from batch norm, which sees the maps of a process.
"""

from collections.abc import Iterable, Sequence
from typing import Any, cast

import numpy as np
import torch
from torch import nn

from workbench.errors import BadInput
from workbench.tasks.cosmogan import games
from workbench.tasks.cosmogan.gathering import averaged
from workbench.tasks.cosmogan.generator import CONDITIONS, Batch, Generator
from workbench.tasks.cosmogan.networks.dcgan import DCDiscriminator, DCGenerator
from workbench.tasks.cosmogan.stages import Stages
from workbench.tasks.cosmogan.values import Name, Values

LAZY = 16  # steps from one look at the slope to the next (StyleGAN 2, arXiv:1912.04958)


class Gan(Generator):
    """Draws maps with CosmoGAN's generator, trained against its discriminator.

    Args:
        pixels: Along a side of a map.
        conditional: Whether maps depend on Ω_m and σ8.
        latent: How many normal numbers a map is drawn from.
        values: What the networks see: ``scores``, normal scores over 4.5; ``identity``,
            κ as it is, as published; or another bounded transform of the papers.
        game: ``binary`` cross-entropy, as published, or ``wasserstein``.
        batch_norm: Whether there is batch norm, as published.
        flip: How often a batch of drawn maps is called real and the real ones drawn.
        generator_every: Steps of the discriminator to one of the generator.
        gradient_penalty: Weight of the penalty on slopes that are not 1.
        slope_penalty: Weight of the penalty on slopes at real maps, every 16th step.
        spectral: Weight of the difference of power spectra in the generator's loss.
        stages: Widths, in pixels, of the blur through which the discriminator sees all
            maps, for equal parts of the training: the game gets harder. The idea is of
            LLNL's curriculum; this schedule is ours.
        average: How much of the average of weights stays at a step; 0 for none.
        learning_rate: Of both optimizers.
        seed: Of the noise.
    """

    bins: torch.Tensor

    def __init__(
        self,
        pixels: int = 64,
        conditional: bool = False,
        latent: int = 64,
        values: Name = "scores",
        game: games.Game = "binary",
        batch_norm: bool = True,
        flip: float = 0.01,
        generator_every: int = 1,
        gradient_penalty: float = 0.0,
        slope_penalty: float = 0.0,
        spectral: float = 0.0,
        stages: list[float] | None = None,
        average: float = 0.999,
        learning_rate: float = 2e-4,
        seed: int = 0,
    ) -> None:
        super().__init__(pixels, conditional, average, seed)
        self.save_hyperparameters(logger=False)  # the data have a seed and pixels, too
        self.automatic_optimization = False
        self.values = Values(values)
        if gradient_penalty and batch_norm:
            raise BadInput(
                "gradient_penalty: is of each map by itself, batch norm of all of a "
                "batch: type --model.batch_norm=false"
            )
        self.game: games.Game = game
        self.flip, self.generator_every = flip, generator_every
        self.gradient_penalty, self.slope_penalty = gradient_penalty, slope_penalty
        self.spectral, self.learning_rate = spectral, learning_rate
        self.stages = Stages(stages or [])
        known = len(CONDITIONS) * conditional
        self.width = latent
        self.generator = DCGenerator(pixels, latent + known, batch_norm)
        channels = self.values.channels + known
        self.discriminator = DCDiscriminator(pixels, channels, batch_norm)
        self.kept = self.averaged(self.generator)
        bins = games.wave_bins(pixels)
        self.register_buffer("bins", bins, persistent=False)

    @property
    def latent(self) -> tuple[int, ...]:
        """Normal numbers without an order."""
        return (self.width,)

    def fit_values(self, maps: torch.Tensor) -> None:
        """Learn how often each κ is met."""
        self.values.fit(maps)

    def forward(
        self, latent: torch.Tensor, conditions: torch.Tensor | None = None
    ) -> torch.Tensor:
        """κ (B, 1, S, S) of latents (B, L), and of Ω_m and σ8 (B, 2)."""
        return self.values.kappa(self.kept(self._with(latent, conditions)))

    def _with(
        self, latent: torch.Tensor, conditions: torch.Tensor | None
    ) -> torch.Tensor:
        told = self.told(conditions)
        return latent if told is None else torch.cat([latent, told], 1)

    def training_step(self, batch: Batch, step: int) -> torch.Tensor:
        """One step of the discriminator, and one of the generator where it is due."""
        real = self.values(batch["image"])
        conditions = batch.get("parameters")
        latent = self.training_noise(len(real), self.width)
        made = self.generator(self._with(latent, conditions))
        drawn = self.values.drawn(made)

        def judge(image: torch.Tensor) -> torch.Tensor:
            return self._judge(image, conditions)

        said_real, said_drawn = judge(real), judge(drawn)
        flipped = self._chance() < self.flip
        loss = games.discriminator_loss(self.game, said_real, said_drawn, flipped)
        self.log("train_discriminator", loss, True)
        if self.gradient_penalty:
            share = torch.special.ndtr(self.training_noise(len(real), 1))[:, 0]
            slope = games.gradient_penalty(judge, real, drawn, share)
            loss = loss + self.gradient_penalty * slope
        if self.slope_penalty and self.global_step % LAZY == 0:
            loss = loss + self.slope_penalty / 2 * LAZY * games.slope_at(judge, real)
        theirs = games.generator_loss(self.game, said_drawn)
        self.log("train_generator", theirs, True)
        if self.spectral:
            pair = batch["image"], self.values.kappa(made)
            theirs = theirs + self.spectral * games.spectral_loss(*pair, self.bins)
        due = self.global_step % self.generator_every == 0
        of_judge = _gradients(loss, self.discriminator, keep=due)
        of_artist = _gradients(theirs, self.generator) if due else []
        judging, drawing = cast(Any, self.optimizers())
        _step(drawing.optimizer, self.generator, of_artist)
        _step(judging, self.discriminator, of_judge)
        if due and self.average:
            cast(Any, self.kept).update_parameters(self.generator)
        return (loss + theirs).detach()

    def _judge(
        self, image: torch.Tensor, conditions: torch.Tensor | None
    ) -> torch.Tensor:
        """Logits (B,) of maps seen through the blur of this stage."""
        seen = self.stages.blurred(image, self.trainer)
        told = self.told(conditions)
        if told is not None:
            constant = told[:, :, None, None].expand(-1, -1, *image.shape[2:])
            seen = torch.cat([seen, constant], 1)
        return self.discriminator(seen)

    def _chance(self) -> float:
        """A number between 0 and 1 that all processes share at a step."""
        return float(np.random.default_rng([self.seed, self.global_step]).random())

    def about(self) -> dict[str, Any]:
        """What is needed to use the weights right, as plain types."""
        return super().about() | {"values": self.values.about()}

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """See that the checkpoint fits, and take over what its networks see.

        Raises:
            BadInput: it does not fit.
        """
        super().on_load_checkpoint(checkpoint)
        theirs = checkpoint["about"]["values"]
        if theirs["name"] != self.values.name:
            raise BadInput(
                f"the checkpoint: values {theirs['name']} do not fit this network's "
                f"{self.values.name}: use the configuration it was trained with"
            )
        self.values.restore(theirs)

    def on_fit_start(self) -> None:
        """See that gradients come as they are.

        Raises:
            BadInput: half precision of 16 bits, whose gradients have to be scaled.
        """
        precision = str(self.trainer.precision)
        if precision.startswith("16"):
            raise BadInput(
                f"precision {precision}: two networks at play are not scaled: type "
                "--trainer.precision=bf16-mixed or 32-true"
            )

    def configure_optimizers(self) -> Any:
        """Adam for each network; the discriminator's counts the steps."""
        return [
            torch.optim.Adam(network.parameters(), self.learning_rate, (0.5, 0.999))
            for network in (self.discriminator, self.generator)
        ]


def _gradients(
    loss: torch.Tensor, network: nn.Module, keep: bool = False
) -> list[torch.Tensor]:
    kept = torch.autograd.grad(loss, list(network.parameters()), retain_graph=keep)
    return averaged(kept)


def _step(
    optimizer: Any, network: nn.Module, gradients: Sequence[torch.Tensor]
) -> None:
    """Give a network its gradients, if there are any, and take the step."""
    if not gradients:
        return
    pairs: Iterable[Any] = zip(network.parameters(), gradients, strict=True)
    for parameter, gradient in pairs:
        parameter.grad = gradient
    optimizer.step()
