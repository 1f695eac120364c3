"""Samples as they might have been: moved, damaged, miscalibrated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from workbench.errors import BadInput
from workbench.evidence import CHANNEL, Line
from workbench.explain.question import Question

SEED = 0  # of the noise: more of it is more of the same


@dataclass(frozen=True)
class Change:
    """What happens to a sample; nothing, if nothing is said.

    Attributes:
        moved: Steps of the task's line that everything is moved by.
        dead: How many places along the line answer nothing.
        first: The first of these, in the line's unit.
        blank: Inputs, or of a single one its channels, without anything in them.
        scale: What is multiplied with all that is there, as by a wrong calibration.
        noise: Spread of one such factor for each number.
    """

    moved: int = 0
    dead: int = 0
    first: float = 0.0
    blank: tuple[str, ...] = ()
    scale: float = 1.0
    noise: float = 0.0


def blanks(question: Question, channels: Sequence[str] = ()) -> tuple[str, ...]:
    """Names of what can be blanked: the inputs, or the channels of a single one."""
    (name, *more) = question.names
    axes = question.evidence.axes[name]
    single = not more and CHANNEL in axes
    number = question.inputs[0].shape[1 + axes.index(CHANNEL)] if single else 0
    if number < 2:
        return question.names
    return tuple(channels) or tuple(str(k) for k in range(number))


def changed(
    question: Question,
    sample: Mapping[str, Any],
    change: Change,
    channels: Sequence[str] = (),
) -> tuple[torch.Tensor, ...]:
    """The inputs of a question's one sample after a change, which happen in turn.

    Args:
        question: About the sample.
        sample: As the task's ``plot`` takes it.
        change: What happens.
        channels: Names of the channels of a single input.

    Raises:
        BadInput: the task has no line, or there is nothing of a name to blank.
    """
    inputs = question.inputs
    if change.moved:
        inputs = line_of(question).moved(inputs, change.moved)
    if change.dead > 0:
        inputs = _without_places(question, sample, inputs, change)
    inputs = _blanked(question, inputs, change.blank, blanks(question, channels))
    if change.scale == 1 and not change.noise:
        return inputs
    draw = torch.Generator().manual_seed(SEED)
    found: list[torch.Tensor] = []
    for value, none in zip(inputs, question.nothing, strict=True):
        off = torch.randn(value.shape, generator=draw).to(value)
        factor = change.scale * (1 + change.noise * off).clamp(min=0)
        found.append(none + (value - none) * factor)
    return tuple(found)


def line_of(question: Question) -> Line:
    """Along which samples can be moved.

    Raises:
        BadInput: the task has none.
    """
    line = question.evidence.line
    if line is None:
        raise BadInput(
            "the task's samples lie along no line: change scale, noise or blank"
        )
    return line


def _without_places(
    question: Question,
    sample: Mapping[str, Any],
    inputs: tuple[torch.Tensor, ...],
    change: Change,
) -> tuple[torch.Tensor, ...]:
    line = line_of(question)
    places = line.places(sample)
    found: list[torch.Tensor] = []
    parts = zip(question.names, inputs, question.nothing, strict=True)
    for name, value, none in parts:
        at = np.asarray(places[name])
        dead = (at >= change.first) & (at < change.first + change.dead)
        along = question.evidence.axes[name].index(line.axis) + 1
        shape = [-1 if axis == along else 1 for axis in range(value.ndim)]
        found.append(torch.where(torch.from_numpy(dead).view(shape), none, value))
    return tuple(found)


def _blanked(
    question: Question,
    inputs: tuple[torch.Tensor, ...],
    blank: Sequence[str],
    known: Sequence[str],
) -> tuple[torch.Tensor, ...]:
    for name in blank:
        if name not in known:
            raise BadInput(f"no {name!r} to blank: choose from {', '.join(known)}")
    if known == question.names:
        parts = zip(question.names, inputs, question.nothing, strict=True)
        return tuple(none if name in blank else value for name, value, none in parts)
    (value,), (none,) = inputs, question.nothing
    along = question.evidence.axes[question.names[0]].index(CHANNEL) + 1
    gone = torch.tensor([name in blank for name in known])
    shape = [-1 if axis == along else 1 for axis in range(value.ndim)]
    return (torch.where(gone.view(shape), none, value),)
