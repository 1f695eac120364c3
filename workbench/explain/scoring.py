"""All methods on many samples, beside maps that ask no network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch

from workbench.errors import BadInput
from workbench.evidence import CHANNEL, Seen
from workbench.explain.attribution import Attribution, in_a_row
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
from workbench.explain.scores import (
    leakage,
    mass,
    off_by,
    pointing,
    rank,
    recall,
    skill,
)
from workbench.explain.shaken import infidelity, sensitivity, shaken
from workbench.explain.views import Views, views
from workbench.progress import with_progress
from workbench.runs.trained import Trained

BATCH = 32
STEADY = 16  # samples whose maps are made again
FINE = "patches"  # parts that maps over cells are made of


def _unknown() -> np.ndarray:
    return np.array([np.nan])


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
        infidelity: Part of the answer's change under errors of calibration that the
            map does not foresee.
        sensitivity: How far the map moves under such errors, of the first few samples.
        recall: Share of the shares' size that lies in the variables which the simulator
            writes such a thing into.
        leakage: Mean distance from it, in km, of what speaks for the answer outside.
        completeness: How far shares are from adding up to the answer.
        views: What the maps say of whole inputs, where there are several.
    """

    mass: np.ndarray
    skill: np.ndarray
    rank: np.ndarray
    pointing: np.ndarray
    off: np.ndarray
    deletion: np.ndarray
    insertion: np.ndarray
    infidelity: np.ndarray
    sensitivity: np.ndarray = field(default_factory=_unknown)
    recall: np.ndarray = field(default_factory=_unknown)
    leakage: np.ndarray = field(default_factory=_unknown)
    completeness: np.ndarray = field(default_factory=_unknown)
    views: Views | None = None


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
        if any(trained.task.target not in sample for sample in samples):
            raise BadInput(UNKNOWN)
        choose = _outlined if evidence.seen else _right
        self.samples, self.question, self.truth, things = choose(trained, samples)
        self.there = held(self.question)
        self.shaken = shaken(self.question)
        self.carried = [thing.carried for thing in things]
        away = [thing.away().ravel() for thing in things if thing.away]
        self.away = np.stack(away) if away else None
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
        made: list[Attribution] = []
        parts = [question[k : k + BATCH] for k in range(0, len(self), BATCH)]
        for part in with_progress(parts, len, len(self), "events", what=name):
            made.append(attribute(part, name, _parts(name)))
        shares = np.concatenate([self._cells(found) for found in made])
        scored = self.judged(shares)
        if len(question.names) > 1:
            scored.views = views(question, shares)
        if METHODS[name].complete:
            scored.completeness = np.concatenate([one.completeness for one in made])
        if any(self.carried):
            sizes = np.concatenate([self._by_channel(found) for found in made])
            scored.recall = recall(sizes, self.carried)
        return scored

    def steadiness(self, name: str, model: Any = None) -> np.ndarray:
        """How far the maps of the first few samples move under small errors (S,).

        Args:
            name: A method, or a map that asks no network.
            model: Another network to ask.
        """
        few = self.question[:STEADY]
        if model is not None:
            few = replace(few, model=model)

        def made(near: Question) -> np.ndarray:
            if name in COMPARISONS:
                return in_a_row(COMPARISONS[name](near.arrays, near.evidence.axes))
            return self._cells(attribute(near, name, _parts(name)))

        return sensitivity(few, made)

    def judged(self, shares: np.ndarray) -> Scored:
        """Judge shares of all cells (B, M)."""
        said = faithfulness(self.question, shares)
        found = mass(shares, self.truth)
        off = leaked = _unknown()
        if self.line is not None:
            off = off_by(shares, self.places, self.at)
        if self.away is not None:
            leaked = leakage(shares, self.away)
        return Scored(
            found,
            skill(found, self.field_mass),
            rank(shares, self.truth, self.there),
            pointing(shares, self.truth),
            off,
            said.deletion_auc,
            said.insertion_auc,
            infidelity(shares, self.shaken),
            leakage=leaked,
        )

    def _cells(self, found: Attribution) -> np.ndarray:
        return found.cells(self.question.evidence.axes)

    def _by_channel(self, found: Attribution) -> np.ndarray:
        """Size of the shares of each variable (B, C), of the one input there is."""
        ((name, values),) = found.maps.items()
        axes = self.question.evidence.axes[name]
        places = [k for k, axis in enumerate(axes, 1) if axis != CHANNEL]
        return np.abs(values).sum(tuple(places))

    def _cells_of(self, name: str) -> tuple[int, ...]:
        return np.shape(self.samples[0][name])[1:]


UNKNOWN = (
    "the truth of the events is not known: no map can be scored: give simulated ones"
)
Chosen = tuple[Samples, Question, np.ndarray, list[Seen]]


def _parts(method: str) -> str | None:
    return FINE if METHODS[method].parts else None


def _right(trained: Trained, samples: Samples) -> Chosen:
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
        raise BadInput(UNKNOWN)
    return kept, margin(trained.model, evidence, named, task.classes), truth, []


def _outlined(trained: Trained, samples: Samples) -> Chosen:
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
    return kept, outlined(trained.model, evidence, named, things), truth, things


def all_scores(
    bench: Bench, untrained: Any, methods: Sequence[str], steady: bool = True
) -> dict[str, Scored]:
    """Every method, every comparison, and the first method of an untrained network.

    Args:
        bench: The samples.
        untrained: A network of the same shape that has learned nothing.
        methods: Names of methods.
        steady: Whether to find their sensitivity too, which takes most of the time.
    """
    found = {name: bench.of_method(name) for name in methods}
    found |= {name: bench.judged(shares) for name, shares in bench.plain.items()}
    first = methods[0]
    blank = bench.of_method(first, untrained)
    if steady:
        for name, scored in found.items():
            scored.sensitivity = bench.steadiness(name)
        blank.sensitivity = bench.steadiness(first, untrained)
    return found | {f"{first}, untrained": blank}


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
