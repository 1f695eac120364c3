"""All methods on many samples, beside maps that ask no network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch

from workbench.errors import BadInput
from workbench.evidence import Seen
from workbench.explain.attribution import in_a_row
from workbench.explain.comparisons import COMPARISONS
from workbench.explain.explanation import (
    Samples,
    evidence_of,
    in_rows,
    inputs_of,
    truth_of,
)
from workbench.explain.faithfulness import faithfulness, held
from workbench.explain.methods import METHODS, attribute
from workbench.explain.question import Question, margin, outlined
from workbench.explain.scores import mass, off_by, pointing, rank, skill
from workbench.progress import with_progress
from workbench.runs.trained import Trained

BATCH = 32
FINE = "patches"  # parts that maps over cells are made of


@dataclass
class Scored:
    """What a map, or a method's maps, are worth on each sample (B,).

    Attributes:
        mass: Share of what speaks for the answer that lies at the truth.
        skill: The same, as a share of what the field's map leaves to gain.
        rank: Share of the strongest cells that lie there.
        pointing: Whether the strongest does.
        off: Distance from the truth along the task's line.
        deletion: Area under the answer's probability as the strongest hits go.
        insertion: The same as they come.
        completeness: How far shares are from adding up to the answer.
    """

    mass: np.ndarray
    skill: np.ndarray
    rank: np.ndarray
    pointing: np.ndarray
    off: np.ndarray
    deletion: np.ndarray
    insertion: np.ndarray
    completeness: np.ndarray = field(default_factory=lambda: np.array([np.nan]))


class Bench:
    """Samples that a network answers rightly, and what their maps are judged by.

    Args:
        trained: The network.
        samples: Whose truth is known.

    Raises:
        BadInput: none is answered rightly, or the truth is not known.
    """

    def __init__(self, trained: Trained, samples: Samples) -> None:
        evidence = evidence_of(trained)
        choose = _outlined if evidence.seen else _right
        self.samples, self.question, self.truth = choose(trained, samples)
        self.there = held(self.question)
        self.plain = {
            name: in_a_row(make(self.question.arrays, evidence.axes))
            for name, make in COMPARISONS.items()
        }
        self.field_mass = mass(self.plain["field"], self.truth)
        self.line = evidence.line
        if self.line is not None:
            line = self.line
            self.places = in_a_row(
                {
                    name: np.broadcast_to(places, self._cells_of(name))[None]
                    for name, places in line.places(self.samples[0]).items()
                }
            )[0]
            self.at = np.array([line.truth(sample) for sample in self.samples])

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.samples)

    def of_method(self, name: str, model: Any = None) -> Scored:
        """Make a method's maps, of another network if it is given, and judge them."""
        question = self.question
        if model is not None:
            question = replace(question, model=model)
        shares: list[np.ndarray] = []
        errors: list[np.ndarray] = []
        parts = [question[k : k + BATCH] for k in range(0, len(self), BATCH)]
        for part in with_progress(parts, len, len(self), "events", what=name):
            found = attribute(part, name, FINE if METHODS[name].parts else None)
            shares.append(found.cells(question.evidence.axes))
            if METHODS[name].complete:
                errors.append(found.completeness)
        scored = self.judged(np.concatenate(shares))
        if errors:
            scored.completeness = np.concatenate(errors)
        return scored

    def judged(self, shares: np.ndarray) -> Scored:
        """Judge shares of all cells (B, M)."""
        said = faithfulness(self.question, shares)
        found = mass(shares, self.truth)
        off = np.full(len(self), np.nan)
        if self.line is not None:
            off = off_by(shares, self.places, self.at)
        return Scored(
            found,
            skill(found, self.field_mass),
            rank(shares, self.truth, self.there),
            pointing(shares, self.truth),
            off,
            said.deletion_auc,
            said.insertion_auc,
        )

    def _cells_of(self, name: str) -> tuple[int, ...]:
        return np.shape(self.samples[0][name])[1:]


def _right(trained: Trained, samples: Samples) -> tuple[Samples, Question, np.ndarray]:
    """Samples whose class the network finds, and why it does."""
    task, evidence = trained.task, evidence_of(trained)
    named = inputs_of(trained, samples)
    labels = torch.tensor([int(sample[task.target]) for sample in samples])
    with torch.no_grad():
        right = trained.model(*named.values()).argmax(1) == labels
    kept = [sample for sample, keep in zip(samples, right, strict=True) if keep]
    if not kept:
        raise BadInput("no event is answered rightly: train first, or longer")
    named = {name: value[right] for name, value in named.items()}
    truth = truth_of(evidence, kept)
    if truth is None:
        raise BadInput(
            "the events' truth is not known, so no map can be scored: give simulated "
            "ones"
        )
    return kept, margin(trained.model, evidence, named, task.classes), truth


def _outlined(
    trained: Trained, samples: Samples
) -> tuple[Samples, Question, np.ndarray]:
    """The largest thing of each sample that is there in truth, and why it is seen."""
    evidence = evidence_of(trained)
    assert evidence.seen is not None
    kept: list[Mapping[str, Any]] = []
    things: list[Seen] = []
    for sample in samples:
        with torch.no_grad():
            logits = trained.model(*inputs_of(trained, [sample]).values())
        found = evidence.seen(sample, logits.argmax(1)[0].numpy())
        true = [thing for thing in found if thing.truth is not None]
        if true:
            kept.append(sample)
            things.append(true[0])
    truth = in_rows([thing.truth for thing in things])
    if truth is None:
        raise BadInput("the network outlines nothing that is there: train longer")
    named = inputs_of(trained, kept)
    return kept, outlined(trained.model, evidence, named, things), truth


def all_scores(
    bench: Bench, untrained: Any, methods: Sequence[str]
) -> dict[str, Scored]:
    """Every method, every comparison, and the first method of an untrained network."""
    found = {name: bench.of_method(name) for name in methods}
    for name, shares in bench.plain.items():
        found[name] = bench.judged(shares)
    found[f"{methods[0]}, untrained"] = bench.of_method(methods[0], untrained)
    return found


def applicable(question: Question) -> list[str]:
    """Methods that this network allows and that tell one cell from the next."""
    able: list[str] = []
    for name, way in METHODS.items():
        if way.parts in (None, FINE):
            try:
                attribute(question[:1], name)
            except BadInput:
                continue
            able.append(name)
    return able
