"""The learner's own network, and events that it has not learned from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch.func import functional_call
from torch.nn import functional as F

from workbench.errors import BadInput
from workbench.runs.run import Run, open_run
from workbench.runs.trained import trained

LEFT_OUT = -100  # of truth: a place that no loss counts


@dataclass(frozen=True)
class Subject:
    """A trained network and events to put to it.

    Attributes:
        name: Of the run.
        network: As it judges; ``network(*inputs)`` gives logits (N, K, …).
        inputs: Each (N, …), by name.
        truth: Codes of the classes (N, …).
        classes: Their names.
    """

    name: str
    network: Any
    inputs: Mapping[str, torch.Tensor]
    truth: torch.Tensor
    classes: tuple[str, ...]

    def __len__(self) -> int:
        """Number of events."""
        return len(self.truth)

    def __getitem__(self, rows: Any) -> "Subject":
        """The same with some of the events."""
        inputs = {name: value[rows] for name, value in self.inputs.items()}
        return Subject(self.name, self.network, inputs, self.truth[rows], self.classes)

    @property
    def weights(self) -> dict[str, torch.Tensor]:
        """What was learned, by name."""
        return {n: p.detach() for n, p in self.network.named_parameters()}

    @torch.no_grad()
    def losses(self, weights: Mapping[str, torch.Tensor] | None = None) -> torch.Tensor:
        """Negative log-likelihood of the truth of each event (N,), in nats.

        Args:
            weights: In place of those learned.
        """
        chosen = dict(weights) if weights is not None else {}
        logits = functional_call(self.network, chosen, tuple(self.inputs.values()))
        each = F.cross_entropy(
            logits.float(), self.truth, reduction="none", ignore_index=LEFT_OUT
        )
        known = (self.truth != LEFT_OUT).flatten(1 if each.ndim > 1 else 0)
        if each.ndim == 1:
            return each
        return each.flatten(1).sum(1) / known.sum(1).clamp(min=1)

    @classmethod
    def of(cls, run: Run | str, split: str = "test", events: int = 256) -> "Subject":
        """The best network of a run with its first events.

        Args:
            run: Or its name.
            split: ``test`` or ``val``.
            events: How many, or all if there are fewer.

        Raises:
            BadInput: nothing is trained yet, or its answers are not classes.
        """
        run = run if isinstance(run, Run) else open_run(run)
        found = trained(run.members[0] if run.members else run)
        task, data = found.task, found.data
        data.prepare_data()
        data.setup("test" if split == "test" else "validate")
        loader = data.test_dataloader() if split == "test" else data.val_dataloader()
        parts: list[Mapping[str, torch.Tensor]] = []
        for batch in loader:
            parts.append(batch)
            if task.target not in batch:
                raise BadInput(
                    f"{run.name}: networks of {task.name} do not answer with classes: "
                    "take a run of a task that does, such as neutrino"
                )
            if sum(len(part[task.target]) for part in parts) >= events:
                break
        joined = {
            key: torch.cat([part[key] for part in parts])[:events]
            for key in (*task.inputs, task.target)
        }
        truth = joined.pop(task.target)
        with torch.no_grad():
            logits = found.model(*(value[:1] for value in joined.values()))
        if logits.shape[1] != len(task.classes) or logits.shape[2:] != truth.shape[1:]:
            raise BadInput(
                f"{run.name}: {logits.shape[1]} answers an event do not fit the "
                f"{len(task.classes)} classes of {task.name}: take a run that was "
                "trained with the task's own target"
            )
        return cls(run.name, found.model, joined, truth, task.classes)
