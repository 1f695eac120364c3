"""The segmentation network as Lightning trains, tests and stores it."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from pytorch_lightning import LightningModule
from torch.nn import functional as F
from torchmetrics.classification import MulticlassConfusionMatrix

from workbench.errors import BadInput
from workbench.schedule import groups, scheduled
from workbench.tasks.climate import losses
from workbench.tasks.climate.evaluation.confusion import overlap
from workbench.tasks.climate.networks import NETWORKS, Name
from workbench.tasks.climate.networks.inputs import Normalisation
from workbench.tasks.climate.realism.published import SHARES
from workbench.tasks.climate.samples import LEFT_OUT
from workbench.tasks.climate.symmetries import mirrored
from workbench.tasks.climate.variables import CLASSES, NAMES, VARIABLES

Batch = dict[str, torch.Tensor]


class Segmenter(LightningModule):
    """Names the class of every point of a weather map.

    Args:
        network: ``globe`` is ours; ``cgnet``, ``unet`` and ``deeplab`` are the
            published ones.
        channels: Variables that are read, in the order of the data; all sixteen if not
            given.
        loss: Name of the loss.
        people: Whether to train towards what each of several people drew, in shares,
            in place of one truth.
        area_weighted: Whether a grid point weighs in the loss as much as its area.
        class_weights: Of background, cyclone and river in losses that weigh classes;
            one over the root of ClimateNet's class shares if not given.
        mirror: Whether maps are shown with north and south changed every other time.
        learning_rate: Largest step size.
        weight_decay: Of the weights of convolutions.
    """

    class_weights: torch.Tensor

    def __init__(
        self,
        network: Name = "globe",
        channels: list[str] | None = None,
        loss: losses.Name = "mixed",
        people: bool = False,
        area_weighted: bool = True,
        class_weights: list[float] | None = None,
        mirror: bool = True,
        learning_rate: float = 3e-3,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.channels = _known(channels or NAMES)
        self.network_name, self.people, self.mirror = network, people, mirror
        self.loss, self.area_weighted = losses.LOSSES[loss], area_weighted
        self.learning_rate, self.weight_decay = learning_rate, weight_decay
        self.normalise = Normalisation(self.channels)
        self.network = NETWORKS[network](len(self.channels), len(CLASSES))
        self.network.to(memory_format=torch.channels_last)  # pyright: ignore
        self.val_counts = MulticlassConfusionMatrix(len(CLASSES), ignore_index=LEFT_OUT)
        self.fingerprint: str | None = None
        weights = class_weights or [(share / 100) ** -0.5 for share in SHARES]
        if len(weights) != len(CLASSES) or min(weights) < 0:
            raise BadInput(
                f"class_weights {weights}: give three of at least 0, for "
                + ", ".join(CLASSES)
            )
        self.register_buffer("class_weights", torch.tensor(weights), persistent=False)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Logits (B, 3, H, W) of maps (B, C, H, W) in the units of the variables."""
        seen = self.normalise(image).contiguous(memory_format=torch.channels_last)
        return self.network(seen)

    def training_step(self, batch: Batch, step: int) -> torch.Tensor:
        """Loss of one batch."""
        image, shares = batch["image"], self._shares(batch)
        if self.mirror and torch.rand(()) < 0.5:
            image, shares = mirrored(image, self.channels), shares.flip(2)
        loss = self._loss(self(image), shares)
        size = len(image)
        self.log("train_loss", loss, True, sync_dist=True, batch_size=size)
        return loss

    def validation_step(self, batch: Batch, step: int) -> None:
        """Log ``val_loss`` and keep the counts of ``val_iou_…``."""
        logits = self(batch["image"])
        loss = self._loss(logits, self._shares(batch))
        self.log("val_loss", loss, True, sync_dist=True, batch_size=len(logits))
        self.val_counts.update(logits.argmax(1), batch["mask"])

    def on_validation_epoch_end(self) -> None:
        """Log the intersection over union of cyclones and rivers, pooled."""
        _, cyclone, river = overlap(self.val_counts.compute())
        self.val_counts.reset()
        self.log("val_iou_cyclone", cyclone, True)
        self.log("val_iou_river", river, True)

    def test_step(self, batch: Batch, step: int) -> Batch:
        """What ``predict_step`` returns."""
        return self.predict_step(batch, step)

    def predict_step(self, batch: Batch, step: int) -> Batch:
        """``probabilities`` (B, 3, H, W) as float16 and ``index`` (B,) of the maps."""
        chances = self(batch["image"]).softmax(1)
        return {"index": batch["index"], "probabilities": chances.half()}

    def configure_optimizers(self) -> Any:
        """AdamW with a warm start, its rate falling to zero along a cosine."""
        kept = groups(self, self.weight_decay)
        return scheduled(torch.optim.AdamW(kept, lr=self.learning_rate), self.trainer)

    def setup(self, stage: str) -> None:
        """Compare with the data.

        Raises:
            BadInput: other variables than this network reads, or nobody drew.
        """
        data: Any = getattr(self.trainer, "datamodule", None)
        names = getattr(data, "names", self.channels)
        self.check_fits({"channels": _units(tuple(names))})

    def on_fit_start(self) -> None:
        """Take the data's fingerprint along."""
        data: Any = getattr(self.trainer, "datamodule", None)
        self.fingerprint = getattr(data, "fingerprint", None)

    def about(self) -> dict[str, Any]:
        """What is needed to use the weights right, as plain types."""
        return {
            "network": self.network_name,
            "classes": list(CLASSES),
            "channels": _units(self.channels),
            "normalisation": self.normalise.about(),
            "fingerprint": self.fingerprint,
        }

    def check_fits(self, about: Mapping[str, Any], where: str = "the data") -> None:
        """Compare what this network reads and tells apart with ``about``.

        Raises:
            BadInput: network, classes, channels or normalisation differ.
        """
        mine = self.about()
        for key in ("channels", "network", "classes", "normalisation"):
            if key in about and about[key] != mine[key]:
                raise BadInput(
                    f"{where}: {key} {_short(about[key])} do not fit this network's "
                    f"{_short(mine[key])}: {_remedy(key, about)}"
                )

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Put ``about`` beside the weights."""
        checkpoint["about"] = self.about()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """See that the checkpoint fits.

        Raises:
            BadInput: it does not fit or is not a segmenter's.
        """
        about = checkpoint.get("about")
        if not isinstance(about, dict) or set(self.about()) - set(about):
            raise BadInput("the checkpoint: no description of its data: train it anew")
        self.check_fits(about, "the checkpoint")
        self.fingerprint = about["fingerprint"]

    def _shares(self, batch: Batch) -> torch.Tensor:
        """The share of people, or the one truth, that names each class (B, 3, H, W)."""
        if self.people:
            if "labels" not in batch:
                raise BadInput(
                    "the data: nobody drew in them: set --model.people=false"
                )
            drawn = batch["labels"]  # (B, people, H, W)
            each = _one_hot(drawn.flatten(0, 1)).unflatten(0, drawn.shape[:2]).sum(1)
            return each / each.sum(1, keepdim=True).clamp(min=1)
        return _one_hot(batch["mask"])

    def _loss(self, logits: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
        rows = torch.ones(logits.shape[2], 1, device=logits.device)
        if self.area_weighted:
            lat = torch.linspace(-90, 90, len(rows), device=logits.device)
            rows[:, 0] = lat.deg2rad().cos().clamp(min=0.01)
        return self.loss(logits.float(), shares, rows, self.class_weights)


def _one_hot(mask: torch.Tensor) -> torch.Tensor:
    """Codes (B, H, W) as (B, 3, H, W), nothing where they are left out."""
    seen = F.one_hot(mask.clamp(min=0), len(CLASSES)) * (mask != LEFT_OUT)[..., None]
    return seen.movedim(-1, 1).float()


def _known(channels: Sequence[str]) -> tuple[str, ...]:
    unknown = sorted(set(channels) - set(NAMES))
    if unknown:
        raise BadInput(
            f"channels: no variable {unknown[0]}: choose from {', '.join(NAMES)}"
        )
    return tuple(channels)


def _units(channels: tuple[str, ...]) -> list[list[str]]:
    units = {variable.name: variable.unit for variable in VARIABLES}
    return [[name, units[name]] for name in channels]


def _short(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], list):
        return "[" + ", ".join(pair[0] for pair in value) + "]"
    return str(value)


def _remedy(key: str, about: Mapping[str, Any]) -> str:
    if key == "channels":
        names = ",".join(name for name, _ in about["channels"])
        return f"type --model.channels=[{names}], or --data.channels as the network's"
    return "use the configuration that the checkpoint was trained with"
