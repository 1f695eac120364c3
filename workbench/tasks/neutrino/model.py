"""The vertex classifier as Lightning trains, tests and stores it."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import asdict
from typing import Any, Literal

import torch
from pytorch_lightning import LightningModule
from torch.nn import functional as F
from torchmetrics import Accuracy, Metric

from workbench.errors import BadInput
from workbench.schedule import groups, scheduled
from workbench.tasks.neutrino.batches import UNKNOWN_CODE
from workbench.tasks.neutrino.networks import Name, build, shape_of
from workbench.tasks.neutrino.networks.cells import segment_of_codes
from workbench.tasks.neutrino.networks.inputs import CHANNELS
from workbench.tasks.neutrino.networks.planes import PlaneNetwork, Planes, pooled
from workbench.tasks.neutrino.networks.precision import reduced
from workbench.tasks.neutrino.networks.towers import Tower
from workbench.tasks.neutrino.optimizers import NesterovAdaGrad
from workbench.tasks.neutrino.prior import answers_under
from workbench.tasks.neutrino.segments import CLASS_NAMES

SEGMENTS = len(CLASS_NAMES)
OUTPUTS = {"segment": SEGMENTS, "planes67": 67, "planes174": 174}
Batch = dict[str, torch.Tensor]


class VertexClassifier(LightningModule):
    """Finds the segment of the detector in which a neutrino interacted.

    Args:
        network: Name of a network, or its shape.
        target: What is told apart: 11 segments, or 67 or 174 plane codes, whose
            probabilities add up to those of the segments.
        x_columns: Planes of the X view that are read; U and V have half as many.
        times: Whether hit times are read beside energies.
        optimizer: ``published`` is AdaGrad with Nesterov momentum and an L2 penalty at
            a constant rate; the others warm up and then fall to zero along a cosine
            fitted to the length of the training.
        learning_rate: Largest step size; 7e-3 for a plane network and 1e-3 for towers
            if not given.
        weight_decay: Of AdamW.
        cell_weight: Weight of the loss on the vertex's plane or target beside that on
            its segment, for networks that judge every plane.
        class_fractions: What ``predict`` is to assume of the segments (11, by code)
            in place of the training's own fractions.
    """

    code_segment: torch.Tensor

    def __init__(
        self,
        network: Name | Planes | Tower = "planes",
        target: Literal["segment", "planes67", "planes174"] = "segment",
        x_columns: Literal[50, 94] = 50,
        times: bool = False,
        optimizer: Literal["adamw", "adam", "published"] = "adamw",
        learning_rate: float | None = None,
        weight_decay: float = 1e-2,
        cell_weight: float = 0.5,
        class_fractions: list[float] | None = None,
    ) -> None:
        super().__init__()
        shape = shape_of(network)
        self.save_hyperparameters()
        self.hparams["network"] = asdict(shape)  # plain types load with weights only
        self.target, self.x_columns, self.times = target, x_columns, times
        self.optimizer = optimizer
        if learning_rate is None:
            learning_rate = 7e-3 if isinstance(shape, Planes) else 1e-3
        self.learning_rate = learning_rate
        self.weight_decay, self.cell_weight = weight_decay, cell_weight
        self.network = build(shape, x_columns, 1 + times, OUTPUTS[target])
        self.class_fractions = class_fractions
        self.plane_codes = OUTPUTS["planes174"]  # that the data tell apart
        self.class_counts: list[int] | None = None
        self.fingerprint: str | None = None
        self.val_accuracy = Accuracy("multiclass", num_classes=SEGMENTS)
        self.test_accuracy = Accuracy("multiclass", num_classes=SEGMENTS)
        codes = torch.from_numpy(segment_of_codes(OUTPUTS[target]))
        self.register_buffer("code_segment", codes, persistent=False)

    def forward(
        self, x: torch.Tensor, u: torch.Tensor, v: torch.Tensor
    ) -> torch.Tensor:
        """Logits (B, 11), or (B, codes), from energies in MeV and times in ns."""
        return self.network(x, u, v)

    def segments(self, logits: torch.Tensor) -> torch.Tensor:
        """Log-probabilities of the segments (B, 11) from what ``forward`` returns."""
        log_probabilities = F.log_softmax(logits.float(), 1)
        if self.target == "segment":
            return log_probabilities
        return pooled(log_probabilities, self.code_segment, SEGMENTS)

    def loss(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Loss of a batch and log-probabilities of the segments (B, 11)."""
        views = batch["x"], batch["u"], batch["v"]
        codes = batch["plane_code"]
        if self.target != "segment":
            logits = self(*views)
            log_probabilities = F.log_softmax(logits.float(), 1)
            return _known_loss(log_probabilities, codes), self.segments(logits)
        if not isinstance(self.network, PlaneNetwork):
            logits = self(*views)
            segments = self.segments(logits)
            return F.nll_loss(segments, batch["segment"]), segments
        log_cells = self.network.cells(*views)
        segments = self.network.classes(log_cells, SEGMENTS)
        told = min(self.network.last_code + 1, self.plane_codes)
        in_cells = self.network.classes(log_cells, told)
        loss = F.nll_loss(segments, batch["segment"])
        return loss + self.cell_weight * _known_loss(in_cells, codes), segments

    def training_loss(self, batch: Batch) -> torch.Tensor:
        """Loss of a batch; towers compute it in the device's fastest format."""
        small = isinstance(self.network, PlaneNetwork)  # and best in float32
        with nullcontext() if small else reduced(self.device):
            return self.loss(batch)[0]

    def training_step(self, batch: Batch, step: int) -> torch.Tensor:
        """Loss of one batch."""
        loss = self.training_loss(batch)
        size = len(batch["x"])
        self.log("train_loss", loss, True, sync_dist=True, batch_size=size)
        return loss

    def validation_step(self, batch: Batch, step: int) -> None:
        """Log ``val_loss`` (cross entropy of the segments) and ``val_accuracy``."""
        self._judge("val", self.val_accuracy, batch)

    def test_step(self, batch: Batch, step: int) -> Batch:
        """Log ``test_loss`` and ``test_accuracy``; what ``predict_step`` returns."""
        return self._judge("test", self.test_accuracy, batch)

    def predict_step(self, batch: Batch, step: int) -> Batch:
        """``probabilities`` (B, 11) of the segments and ``index`` (B,) of the events.

        A network that tells planes apart adds ``plane_probabilities`` (B, codes).

        Raises:
            BadInput: ``class_fractions`` are not eleven, or the training's are unknown.
        """
        answer = self._answer(batch)
        if self.class_fractions is not None:
            answer["probabilities"] = answers_under(
                self.class_fractions, answer["probabilities"], self.class_counts
            )
        return answer

    def _judge(self, split: str, accuracy: Metric, batch: Batch) -> Batch:
        answer, truth = self._answer(batch), batch["segment"]
        accuracy(answer["probabilities"], truth)
        size = len(truth)
        loss = F.nll_loss(answer["probabilities"].clamp(min=1e-30).log(), truth)
        self.log(f"{split}_loss", loss, True, sync_dist=True, batch_size=size)
        self.log(f"{split}_accuracy", accuracy, True, batch_size=size)
        return answer

    def _answer(self, batch: Batch) -> Batch:
        views = batch["x"], batch["u"], batch["v"]
        planes = None
        if self.target == "segment" and isinstance(self.network, PlaneNetwork):
            log_cells = self.network.cells(*views)
            segments = self.network.classes(log_cells, SEGMENTS)
            planes = self.network.classes(log_cells, OUTPUTS["planes174"])
        else:
            logits = self(*views)
            segments = self.segments(logits)
            if self.target != "segment":
                planes = logits.float().log_softmax(1)
        known = {key: batch[key] for key in ("index", "event") if key in batch}
        answer = {"probabilities": segments.exp(), **known}
        if planes is not None:
            answer["plane_probabilities"] = planes.exp()
        return answer

    def fresh_optimizer(self) -> torch.optim.Optimizer:
        """The optimizer before its first step."""
        rate, decay = self.learning_rate, self.weight_decay
        if self.optimizer == "published":
            return NesterovAdaGrad(self.parameters(), lr=rate)
        kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[self.optimizer]
        decays = decay if self.optimizer == "adamw" else 0.0
        return kind(groups(self, decays), lr=rate, fused=True)

    def configure_optimizers(self) -> Any:
        """The optimizer, with its schedule where it has one."""
        optimizer = self.fresh_optimizer()
        if self.optimizer == "published":
            return optimizer
        return scheduled(optimizer, self.trainer)

    def setup(self, stage: str) -> None:
        """Compare with the data, and remember what they were when training starts.

        Raises:
            BadInput: the data do not fit this network.
        """
        data: Any = getattr(self.trainer, "datamodule", None)
        if data is None:
            return
        columns = getattr(data, "x_columns", self.x_columns)
        times = getattr(data, "times", self.times)
        self.check_fits({"x_columns": columns, "channels": _channels(times)})
        self.plane_codes = getattr(data, "plane_codes", self.plane_codes)
        if self.target != "segment" and self.plane_codes < OUTPUTS[self.target]:
            raise BadInput(
                f"the data: {self.plane_codes} plane codes cannot train target "
                f"{self.target}: use --model.target=planes{self.plane_codes} or segment"
            )

    def on_fit_start(self) -> None:
        """Take the training prior and the data's fingerprint along."""
        data: Any = getattr(self.trainer, "datamodule", None)
        self.class_counts = getattr(data, "class_counts", None)
        self.fingerprint = getattr(data, "fingerprint", None)

    def about(self) -> dict[str, Any]:
        """What is needed to use the weights right, as plain types."""
        return {
            "network": self.hparams["network"],
            "classes": list(CLASS_NAMES),
            "channels": _channels(self.times),
            "x_columns": self.x_columns,
            "normalisation": self.network.normalise.about(),
            "class_counts": self.class_counts,
            "fingerprint": self.fingerprint,
        }

    def check_fits(self, about: Mapping[str, Any], where: str = "the data") -> None:
        """Compare what this network reads and tells apart with ``about``.

        Raises:
            BadInput: network, classes, channels, columns or normalisation differ.
        """
        mine = self.about()
        for key in ("channels", "x_columns", "network", "classes", "normalisation"):
            if key in about and about[key] != mine[key]:
                raise BadInput(
                    f"{where}: {key} {about[key]} do not fit this network's {mine[key]}"
                    ": use the configuration that the checkpoint was trained with"
                )

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Put ``about`` beside the weights."""
        checkpoint["about"] = self.about()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """See that the checkpoint fits, and take over its training prior.

        Raises:
            BadInput: it does not fit or is not a vertex classifier's.
        """
        about = checkpoint.get("about")
        if not isinstance(about, dict):
            raise BadInput("the checkpoint: no description of its data: train it anew")
        lacking = sorted(set(self.about()) - set(about))
        if lacking:
            raise BadInput(
                f"the checkpoint: its description lacks {', '.join(lacking)}: "
                "train it anew"
            )
        self.check_fits(about, "the checkpoint")
        self.class_counts = about.get("class_counts")
        self.fingerprint = about.get("fingerprint")


def _known_loss(log_probabilities: torch.Tensor, codes: torch.Tensor) -> torch.Tensor:
    """Mean cross entropy where the plane code is known (negative where it is not)."""
    truth = codes.clamp(max=log_probabilities.shape[1] - 1)
    total = F.nll_loss(
        log_probabilities, truth, reduction="sum", ignore_index=UNKNOWN_CODE
    )
    return total / (truth != UNKNOWN_CODE).sum().clamp(min=1)


def _channels(times: bool) -> list[list[str]]:
    return [list(channel) for channel in CHANNELS[: 1 + times]]
