"""What all generators of maps do alike, as Lightning trains, tests and stores them."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from pytorch_lightning import LightningModule
from torch import nn
from torch.optim.swa_utils import AveragedModel

from workbench.errors import BadInput
from workbench.tasks.cosmogan.gathering import from_all_processes
from workbench.tasks.cosmogan.noise import noise, rows_of_noise
from workbench.tasks.cosmogan.scoring import score

CONDITIONS = {"omega_m": (0.3, 0.2), "sigma8": (0.8, 0.2)}  # middle and half width
LEARNED = 8192  # maps that values are learned from, at most
FIXED = 1  # of the noise that validation and test maps are drawn from
Batch = dict[str, torch.Tensor]


class Generator(LightningModule):
    """Draws convergence maps from normal numbers.

    What it has learned is kept twice: as the optimizer left it, and as an average over
    the last steps, from which maps are drawn.

    Args:
        pixels: Along a side of a map.
        conditional: Whether maps depend on Ω_m and σ8.
        average: How much of the average stays at a step; 0 for none.
        seed: Of the noise.
    """

    def __init__(
        self, pixels: int, conditional: bool, average: float, seed: int
    ) -> None:
        super().__init__()
        if pixels < 16 or pixels % 16:
            raise BadInput(f"pixels {pixels}: type --model.pixels=64 or another of 16")
        if not 0 <= average < 1:
            raise BadInput(f"average {average}: type --model.average=0.999, or 0")
        self.pixels, self.conditional = pixels, conditional
        self.average, self.seed = average, seed
        self.about_data: dict[str, Any] = {}
        self._drawn: list[dict[str, np.ndarray]] = []

    def averaged(self, network: nn.Module) -> nn.Module:
        """The network whose weights are the average of another's over its steps."""
        if not self.average:
            return network
        kept = AveragedModel(network, multi_avg_fn=self._mean, use_buffers=True)
        return kept.requires_grad_(False)

    def _mean(self, kept: Any, new: Any, steps: torch.Tensor | int) -> None:
        """Take the weights of a step along; of the first few more, or they stay."""
        share = min(self.average, (1 + int(steps)) / (10 + int(steps)))
        with torch.no_grad():
            for mean, value in zip(kept, new, strict=True):
                if mean.is_floating_point():
                    mean.lerp_(value, 1 - share)
                else:  # counts of batch norm
                    mean.copy_(value)

    @property
    @abstractmethod
    def latent(self) -> tuple[int, ...]:
        """Shape of the normal numbers that a map is drawn from."""

    @abstractmethod
    def forward(
        self, latent: torch.Tensor, conditions: torch.Tensor | None = None
    ) -> torch.Tensor:
        """κ (B, 1, S, S) of latents (B, …), and of Ω_m and σ8 (B, 2)."""

    @abstractmethod
    def fit_values(self, maps: torch.Tensor) -> None:
        """Learn from training maps (N, S, S) what is not learned by steps."""

    def told(self, conditions: torch.Tensor | None) -> torch.Tensor | None:
        """Ω_m and σ8 (B, 2) as networks are told them; ``None`` where they do not care.

        Raises:
            BadInput: maps depend on them, and they are not given.
        """
        if not self.conditional:
            return None
        if conditions is None:
            raise BadInput(f"maps depend on {' and '.join(CONDITIONS)}: give them")
        middle, width = conditions.new_tensor(list(CONDITIONS.values())).T
        return (conditions - middle) / width

    @property
    def example_input_array(self) -> dict[str, torch.Tensor]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Two latents: what to trace a network by, as Lightning calls it."""
        given = {"latent": rows_of_noise(self.latent, FIXED, range(2))}
        if self.conditional:
            middles = [middle for middle, _ in CONDITIONS.values()]
            given["conditions"] = torch.tensor([middles] * 2)
        return given

    def training_noise(self, size: int, *shape: int) -> torch.Tensor:
        """This process's share (size, *shape) of the normal numbers of a step.

        They are the same whether one process draws all or several their share.
        """
        rank, ranks = self.trainer.global_rank, self.trainer.world_size
        place = self.seed, *shape, self.global_step
        return noise((size * ranks, *shape), *place)[rank::ranks].to(self.device)

    def sample(
        self,
        maps: int,
        seed: int,
        conditions: torch.Tensor | None = None,
        chunk: int = 64,
    ) -> Iterator[np.ndarray]:
        """Draw maps (n, S, S) a chunk at a time; which they are, the seed alone says.

        Args:
            maps: How many.
            seed: Of the noise.
            conditions: Ω_m and σ8 (maps, 2), or (2,) for all.
            chunk: Maps at a time.
        """
        self.eval()
        for first in range(0, maps, chunk):
            rows = np.arange(first, min(first + chunk, maps))
            latent = rows_of_noise(self.latent, seed, rows).to(self.device)
            given = conditions
            if given is not None:
                given = given[rows] if given.ndim == 2 else given.expand(len(rows), -1)
                given = given.to(self.device)
            with torch.no_grad():
                yield self(latent, given)[:, 0].float().cpu().numpy()

    def pairs(self, batch: Batch) -> dict[str, np.ndarray]:
        """A drawn map beside each real one of a batch."""
        rows = batch["index"].cpu().numpy()
        latent = rows_of_noise(self.latent, FIXED, rows).to(self.device)
        drawn = self(latent, batch.get("parameters"))
        return {
            "index": rows,
            "real": batch["image"][:, 0].cpu().numpy(),
            "generated": drawn[:, 0].float().cpu().numpy(),
        }

    def validation_step(self, batch: Batch, step: int) -> None:
        """Draw as many maps as there are in the batch."""
        self._drawn.append(self.pairs(batch))

    def on_validation_epoch_end(self) -> None:
        """Log how far the drawn maps' physics is off: ``val_loss`` and its parts."""
        maps = from_all_processes(self._drawn)
        self._drawn = []
        field: Any = self.trainer.datamodule.field  # type: ignore[attr-defined]
        found = score(maps["real"], maps["generated"], field)
        for name, value in found.items():
            self.log(name, value, name == "val_loss", rank_zero_only=False)

    def test_step(self, batch: Batch, step: int) -> Batch:
        """``index`` (B,) of real maps and as many ``generated`` (B, S, S)."""
        maps = self.pairs(batch)
        return {name: torch.from_numpy(maps[name]) for name in ("index", "generated")}

    def predict_step(self, batch: Batch, step: int) -> Batch:
        """Refuse.

        Raises:
            BadInput: always; a generator has nothing to say of a map.
        """
        raise BadInput("a generator says nothing of maps: type workbench sample RUN")

    def setup(self, stage: str) -> None:
        """Compare with the data, and learn its values before the first step.

        Raises:
            BadInput: maps of another size or conditioned on something else.
        """
        data: Any = getattr(self.trainer, "datamodule", None)
        if data is None:
            return
        field = data.field
        if field.pixels != self.pixels:
            raise BadInput(
                f"the data: maps of {field.pixels} pixels a side, this network draws "
                f"{self.pixels}: type --model.pixels={field.pixels}"
            )
        if data.conditional != self.conditional:
            many = "several cosmologies" if data.conditional else "one cosmology"
            raise BadInput(
                f"the data: maps of {many}: type "
                f"--model.conditional={str(data.conditional).lower()}"
            )
        if stage == "fit":
            self.about_data = {
                "degrees": field.degrees,
                "source": field.source,
                "fingerprint": data.fingerprint,
            }
            self.fit_values(torch.from_numpy(data.training_maps(LEARNED)))

    def about(self) -> dict[str, Any]:
        """What is needed to use the weights right, as plain types."""
        return {
            "generator": type(self).__name__,
            "pixels": self.pixels,
            "conditions": list(CONDITIONS) if self.conditional else [],
            "unit": "convergence κ",
            **self.about_data,
        }

    def check_fits(self, about: Mapping[str, Any], where: str = "the data") -> None:
        """Compare what this network draws with ``about``.

        Raises:
            BadInput: generator, pixels or conditions differ.
        """
        mine = self.about()
        for key in ("generator", "pixels", "conditions"):
            if key in about and about[key] != mine[key]:
                raise BadInput(
                    f"{where}: {key} {about[key]} does not fit this network's "
                    f"{mine[key]}: use the configuration it was trained with"
                )

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Put ``about`` beside the weights."""
        checkpoint["about"] = self.about()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """See that the checkpoint fits.

        Raises:
            BadInput: it does not fit or is not a generator's.
        """
        about = checkpoint.get("about")
        if not isinstance(about, dict) or "generator" not in about:
            raise BadInput("the checkpoint: no description of its maps: train it anew")
        self.check_fits(about, "the checkpoint")
        known = ("degrees", "source", "fingerprint")
        self.about_data = {key: about[key] for key in known if key in about}
