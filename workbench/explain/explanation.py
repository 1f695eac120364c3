"""One call from a trained network and some samples to maps and what they are worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from workbench.errors import BadInput
from workbench.evidence import Evidence, Seen
from workbench.explain.attribution import Attribution
from workbench.explain.badges import Badge, badges, over_plain
from workbench.explain.cache import remembered
from workbench.explain.methods import DEFAULT
from workbench.explain.question import Question, margin, outlined, stacked, weighted
from workbench.runs.trained import Trained
from workbench.task import Task

if TYPE_CHECKING:
    import xarray as xr

Samples = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Explanation:
    """Why a network answers as it does, of some samples.

    Attributes:
        trained: The network and its task.
        samples: As the task's ``plot`` takes them.
        question: What was asked.
        attribution: The shares of the cells.
        truth: Masks of all cells in a row (B, M), where the simulator knows.
    """

    trained: Trained
    samples: Samples
    question: Question
    attribution: Attribution
    truth: np.ndarray | None

    @property
    def labelled(self) -> "xr.Dataset":
        """The shares as labelled arrays, one for each input."""
        return self.attribution.labelled(self.question.evidence.axes)

    @cached_property
    def badges(self) -> list[Badge]:
        """Whether the shares may be trusted."""
        untrained = untrained_like(self.trained.model)
        asked = replace(self.question, model=untrained)
        stamped = badges(self.question, self.attribution, asked)
        if self.truth is not None:
            stamped += over_plain(self.question, self.attribution, self.truth)
        return stamped

    def plot(self, row: int = 0) -> Any:
        """A sample with its shares and the answer, as a matplotlib ``Figure``."""
        maps = {name: values[row] for name, values in self.attribution.maps.items()}
        if self.question.evidence.score:
            return self.trained.task.plot(self.samples[row], attribution=maps)
        inputs = (value[row : row + 1] for value in self.question.inputs)
        with torch.no_grad():
            answer = self.trained.model(*inputs)[0].softmax(0).numpy()
        return self.trained.task.plot(self.samples[row], answer, attribution=maps)


def explain(
    trained: Trained,
    samples: Samples,
    of: int | None = None,
    against: int | None = None,
    thing: int = 0,
    method: str = DEFAULT,
    parts: str | None = None,
) -> Explanation:
    """Share out why a network prefers one class to another, or has outlined a thing.

    Args:
        trained: What :func:`workbench.runs.trained.trained` gives for a run.
        samples: As the data's ``sample`` gives them.
        of: A class; each sample's likeliest if not given.
        against: Another; each sample's next if not given.
        thing: Which of those outlined in each sample, where that is what the network
            does; 0 is the largest.
        method: One of ``workbench.explain.methods.METHODS``.
        parts: What is taken away together, by methods that take away.

    Raises:
        BadInput: the task does not say what its evidence is, a sample is empty, there
            is no such class or thing, or the method does not apply.
    """
    question, truth = asked(trained, samples, of, against, thing)
    found = remembered(question, method, parts)
    return Explanation(trained, samples, question, found, truth)


def asked(
    trained: Trained,
    samples: Samples,
    of: int | None = None,
    against: int | None = None,
    thing: int = 0,
) -> tuple[Question, np.ndarray | None]:
    """What :func:`explain` explains, and where the truth lies: masks of all cells."""
    evidence = evidence_of(trained)
    named = inputs_of(trained, samples)
    if evidence.score:
        weights = torch.ones(len(samples), 1)
        question = weighted(evidence.score, trained.model, evidence, named, weights)
        return question, None
    if evidence.seen is None:
        classes = trained.task.classes
        question = margin(trained.model, evidence, named, classes, of, against)
        return question, truth_of(evidence, samples)
    things = outlines(trained, samples, thing)
    question = outlined(trained.model, evidence, named, things)
    return question, in_rows([one.truth for one in things])


def inputs_of(trained: Trained, samples: Samples) -> dict[str, torch.Tensor]:
    """What is explained of samples, by name (B, …)."""
    names = tuple(evidence_of(trained).axes)
    return dict(zip(names, stacked(samples, names), strict=True))


def outlines(trained: Trained, samples: Samples, number: int = 0) -> list[Seen]:
    """One of the things that the network outlines in each sample.

    Raises:
        BadInput: it outlines fewer.
    """
    found: list[Seen] = []
    for row, sample in enumerate(samples):
        things = outlined_in(trained, sample)
        if number >= len(things):
            raise BadInput(
                f"sample {row}: the network outlines {len(things)} things, so there is "
                f"no thing {number}: choose another"
            )
        found.append(things[number])
    return found


def outlined_in(trained: Trained, sample: Mapping[str, Any]) -> list[Seen]:
    """The things that the network outlines in a sample, the largest first."""
    seen = evidence_of(trained).seen
    assert seen is not None
    with torch.no_grad():
        said = trained.model(*inputs_of(trained, [sample]).values())
    return seen(sample, said.argmax(1)[0].numpy())


def evidence_of(trained: Trained) -> Evidence:
    """What a task says of the evidence for its answers."""
    if trained.task.evidence is None:
        raise BadInput(
            f"the task {trained.task.name} does not say what the evidence for its "
            "answers is: give its Task an `evidence`"
        )
    return trained.task.evidence


def class_of(task: Task, sample: Mapping[str, Any]) -> int | None:
    """The true class of a sample, where it is known and is one."""
    truth = sample.get(task.target)
    return None if truth is None or np.ndim(truth) else int(truth)


def truth_of(evidence: Evidence, samples: Samples) -> np.ndarray | None:
    """Masks of all cells in a row (B, M), where the simulator knows."""
    masks = [evidence.truth(sample) for sample in samples]
    return in_rows(
        [
            None if mask is None else np.concatenate([m.ravel() for m in mask.values()])
            for mask in masks
        ]
    )


def in_rows(masks: Sequence[np.ndarray | None]) -> np.ndarray | None:
    """Masks (B, M), or ``None`` where one is not known."""
    known = [mask.ravel() for mask in masks if mask is not None]
    return np.stack(known) if known and len(known) == len(masks) else None


def untrained_like(model: Any, seed: int = 0) -> Any:
    """A network of the same shape that has learned nothing."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        fresh = type(model)(**model.hparams).eval()
    if hasattr(model, "about"):  # how it sees numbers is no part of its training
        fresh.on_load_checkpoint({"about": model.about()})
    return fresh
