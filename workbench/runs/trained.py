"""A trained network, back from its run folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from workbench.errors import BadInput
from workbench.runs.run import Run
from workbench.runs.saving import BEST, LAST
from workbench.task import Task

Split = Literal["val", "test"]


@dataclass(frozen=True)
class Trained:
    """What a run has learned, and what from.

    Attributes:
        task: What it is about.
        model: The ``LightningModule``, as it judges.
        data: The ``LightningDataModule``, not set up.
        about: What the network reads and answers, as plain types.
    """

    task: Task
    model: Any
    data: Any
    about: dict[str, Any]

    def sample(self, number: int, split: Split = "test") -> Mapping[str, Any]:
        """A sample as the task's ``plot`` takes it; the data are set up.

        Args:
            number: In its split, from 0 on.
            split: Of the data.

        Raises:
            BadInput: there is no such sample.
        """
        first, past = self.data.bounds(split)
        if not 0 <= number < past - first:
            raise BadInput(
                f"event {number}: there are {past - first} of {split}, from 0 on"
            )
        return self.data.sample(first + int(number))


def trained(run: Run) -> Trained:
    """The best network of a run, or its last where none was judged.

    Raises:
        BadInput: no checkpoint yet, or one that is damaged or does not fit.
    """
    import torch

    from workbench.runs.checkpoint import check_checkpoint
    from workbench.runs.lightning import opened

    kept_in = run.folder / "checkpoints"
    checkpoint = kept_in / (BEST if (kept_in / BEST).exists() else LAST)
    check_checkpoint(checkpoint)
    task, model, data = opened(run.config)
    kept = torch.load(checkpoint, "cpu", weights_only=True)
    model.on_load_checkpoint(kept)
    model.load_state_dict(kept["state_dict"])
    return Trained(task, model.eval(), data, kept.get("about", {}))


def opened_with_data(run: Run) -> Trained:
    """The same with its validation and test samples at hand; the first member's.

    Raises:
        BadInput: as :func:`trained`.
    """
    return with_data(trained(run.members[0] if run.members else run))


def with_data(found: Trained) -> Trained:
    """The same, its data made or read, and set up to validate and test.

    Raises:
        BadInput: the data cannot be asked for single samples.
    """
    for name in ("bounds", "sample"):
        if not hasattr(found.data, name):
            raise BadInput(
                f"the task {found.task.name}: its samples cannot be asked for one by "
                f"one: give {type(found.data).__name__} a `{name}`"
            )
    found.data.prepare_data()
    for stage in ("validate", "test"):
        found.data.setup(stage)
    return found
