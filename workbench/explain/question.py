"""What is to be explained: a weighted sum of a network's answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import nn

from workbench.errors import BadInput
from workbench.evidence import Evidence, Seen

Maps = tuple[torch.Tensor, ...]  # shares of each input
Found = tuple[Maps, dict[str, Any]]  # and what is to be known of them
MOST, ROOM = 128, 8_000_000  # samples in a pass, and numbers: of maps about a gigabyte


@dataclass(frozen=True)
class Question:
    """Why does a network say this of these samples?

    Attributes:
        about: What is asked, in words.
        names: Of the inputs.
        inputs: The samples (B, …), in the order of ``forward``.
        nothing: The same shapes without any evidence.
        spread: What a step of size one is for each number of the inputs; broadcasts.
        weights: Of the network's answers (B, …); their weighted sum is explained.
        model: The ``LightningModule`` that answers.
        evidence: What the task knows of its inputs.
    """

    about: str
    names: tuple[str, ...]
    inputs: tuple[torch.Tensor, ...]
    nothing: tuple[torch.Tensor, ...]
    spread: tuple[torch.Tensor, ...]
    weights: torch.Tensor
    model: Any
    evidence: Evidence

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.inputs[0])

    def __getitem__(self, rows: slice | torch.Tensor) -> "Question":
        """The same of some of the samples."""
        return replace(
            self,
            inputs=tuple(value[rows] for value in self.inputs),
            nothing=tuple(value[rows] for value in self.nothing),
            weights=self.weights[rows],
        )

    @property
    def at_once(self) -> int:
        """How many samples of this size may go through the network in one pass."""
        numbers = sum(value[0].numel() for value in self.inputs)
        return max(1, min(MOST, ROOM // numbers))

    @property
    def steps(self) -> tuple[torch.Tensor, ...]:
        """How far the samples are from nothing, in steps of their spread."""
        parts = zip(self.inputs, self.nothing, self.spread, strict=True)
        return tuple((value - none) / one for value, none, one in parts)

    @property
    def variables(self) -> tuple[torch.Tensor, ...]:
        """The same, to take slopes by."""
        return tuple(step.detach().requires_grad_() for step in self.steps)

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """The same by name, as arrays."""
        pairs = zip(self.names, self.steps, strict=True)
        return {name: step.numpy() for name, step in pairs}

    def asked(self, dense: bool = False) -> "Asked":
        """The question as a module, for Captum.

        Args:
            dense: Whether layers are looked into.
        """
        network = self.evidence.network(self.model, dense)
        return Asked(network, self.spread).eval()

    @property
    def context(self) -> tuple[torch.Tensor, ...]:
        """What :class:`Asked` is told beside the steps, a row for each sample."""
        return self.weights, *self.nothing, *self.inputs

    @torch.no_grad()
    def value(self, steps: Sequence[torch.Tensor] | None = None) -> torch.Tensor:
        """What the network says (B,), of the samples or of others near them."""
        return self.asked()(*(steps or self.steps), *self.context)


class Asked(nn.Module):
    """Steps away from nothing → what the network says, weighted and summed (B,)."""

    def __init__(self, network: nn.Module, spread: tuple[torch.Tensor, ...]) -> None:
        super().__init__()
        self.network, self.spread = network, spread

    def forward(self, *steps_and_context: torch.Tensor) -> torch.Tensor:
        """Value (B,) of steps, then weights, nothing and samples, all (B, …)."""
        inputs = len(self.spread)
        steps = steps_and_context[:inputs]
        weights = steps_and_context[inputs]
        rest = steps_and_context[inputs + 1 :]
        nothing, samples = rest[:inputs], rest[inputs:]
        parts = zip(nothing, steps, self.spread, strict=True)
        answer = self.network(
            *(none + step * one for none, step, one in parts), *samples
        )
        unread = sum(0 * step.flatten(1).sum(1) for step in steps)  # has no share
        return (answer * weights).flatten(1).sum(1) + unread


def stacked(
    samples: Sequence[Mapping[str, Any]], names: Sequence[str]
) -> tuple[torch.Tensor, ...]:
    """The inputs of samples as tensors (B, …).

    Raises:
        BadInput: a sample without anything in it, or with what is no number.
    """
    inputs = tuple(
        torch.from_numpy(
            np.stack([np.asarray(one[name], np.float32) for one in samples])
        )
        for name in names
    )
    for row in range(len(samples)):
        if not all(bool(value[row].isfinite().all()) for value in inputs):
            raise BadInput(f"sample {row}: holds what is no number: leave it out")
        if not any(bool(value[row].any()) for value in inputs):
            raise BadInput(f"sample {row}: is empty, so nothing in it is a reason")
    return inputs


def margin(
    model: Any,
    evidence: Evidence,
    samples: Mapping[str, torch.Tensor],
    classes: Sequence[str],
    of: int | None = None,
    against: int | None = None,
) -> Question:
    """Why this class rather than that?

    The logit of a class less that of another: unlike a probability it has no ceiling at
    which slopes vanish.

    Args:
        model: That answers with logits (B, K).
        evidence: Of its task.
        samples: Inputs by name (B, …).
        classes: Names of the K classes.
        of: The class; each sample's likeliest if not given.
        against: The other; each sample's likeliest but that if not given.

    Raises:
        BadInput: no such class, or both are the same.
    """
    with torch.no_grad():
        logits = model(*samples.values())
    first = _chosen(of, logits, classes)
    rest = logits.scatter(1, first[:, None], -torch.inf)
    second = _chosen(against, rest, classes)
    if (first == second).any():
        raise BadInput("a class against itself: give two classes")
    weights = torch.zeros_like(logits).scatter(1, first[:, None], 1.0)
    weights = weights.scatter(1, second[:, None], -1.0)
    name = "the likeliest class" if of is None else classes[of]
    other = "the next" if against is None else classes[against]
    return weighted(f"{name} against {other}", model, evidence, samples, weights)


def outlined(
    model: Any,
    evidence: Evidence,
    samples: Mapping[str, torch.Tensor],
    things: Sequence[Seen],
) -> Question:
    """Why has the network outlined this thing?

    The mean over its points, as they were named at first, of the logit of its class
    less that of what is around it.

    Args:
        model: That answers with logits (B, K, …).
        evidence: Of its task.
        samples: Inputs by name (B, …).
        things: One of each sample.
    """
    with torch.no_grad():
        weights = torch.zeros_like(model(*samples.values()))
    for row, thing in enumerate(things):
        mask = torch.from_numpy(thing.mask / thing.mask.sum()).to(weights)
        weights[row, thing.of], weights[row, thing.against] = mask, -mask
    names = ", ".join(thing.name for thing in things)
    return weighted(names, model, evidence, samples, weights)


def weighted(
    about: str,
    model: Any,
    evidence: Evidence,
    samples: Mapping[str, torch.Tensor],
    weights: torch.Tensor,
) -> Question:
    """Why this weighted sum of a network's answers?

    Args:
        about: What is asked, in words.
        model: That answers.
        evidence: Of its task.
        samples: Inputs by name (B, …).
        weights: Of the answers, in their shape.
    """
    inputs = tuple(samples.values())
    nothing = evidence.nothing(model, inputs)
    spread = evidence.spread(model, inputs)
    return Question(
        about, tuple(samples), inputs, nothing, spread, weights, model, evidence
    )


def _chosen(
    asked: int | None, logits: torch.Tensor, classes: Sequence[str]
) -> torch.Tensor:
    if asked is None:
        return logits.argmax(1)
    if not 0 <= asked < len(classes):
        known = ", ".join(f"{k} {name}" for k, name in enumerate(classes))
        raise BadInput(f"class {asked}: there are {known}")
    return torch.full((len(logits),), asked, device=logits.device)
