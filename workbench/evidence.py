"""What a science knows of the evidence that its networks answer from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

Axes = tuple[str, ...]
CHANNEL = "channel"


@dataclass(frozen=True)
class Line:
    """A direction along which the answer lies, such as a detector's depth.

    Attributes:
        axis: Of the inputs, that leads along it.
        unit: Of places, as people say it.
        places: Input → place of each step along the axis.
        truth: ``truth(sample)`` is where on the line the answer lies.
        step: The shortest way, in its unit, that samples can be moved along it.
        moved: ``moved(inputs, steps)`` gives them moved by so many steps; what leaves
            the inputs is lost.
    """

    axis: str
    unit: str
    places: Callable[[Mapping[str, Any]], Mapping[str, "np.ndarray"]]
    truth: Callable[[Mapping[str, Any]], float]
    step: int
    moved: Callable[[Sequence[Any], int], tuple[Any, ...]]


@dataclass(frozen=True)
class Seen:
    """A thing that a network has outlined in a map.

    Attributes:
        name: As people call it.
        of: Its class.
        against: The class of what is around it.
        mask: Where it is, in the shape of the answer without classes.
        truth: Where that thing is in truth, and near it; ``None`` where there is none.
        carried: Channels that the simulator writes things of this class into.
        away: ``away()`` gives kilometres from the true thing, in the mask's shape.
    """

    name: str
    of: int
    against: int
    mask: "np.ndarray"
    truth: "np.ndarray | None" = None
    carried: tuple[int, ...] = ()
    away: "Callable[[], np.ndarray] | None" = None


def _as_it_is(model: Any, dense: bool) -> Any:
    from workbench.reading import Reading

    return Reading(model)


def _no_towers(network: Any) -> Mapping[str, Any]:
    return {}


def _unknown(sample: Mapping[str, Any]) -> None:
    return None


@dataclass(frozen=True)
class Evidence:
    """How to take evidence away from a network, and where the truth has put it.

    Attributes:
        axes: Input → names of its axes, without that of samples; variables that are
            stacked lie along ``channel``.
        parts: Name → axis → length of a piece along it: ways of cutting the inputs into
            parts. Along axes that are not named a part is as long as its input; a part
            never spans two inputs.
        network: ``network(model, dense)`` gives a module whose ``forward(*inputs,
            *samples)`` is what ``model`` answers where inputs are the samples, and
            changes smoothly as they fade to nothing. ``dense`` asks for one of modules
            that are each met once, as methods that look into layers need it. If not
            given, the network as it is.
        towers: ``towers(network)`` gives, of a dense one, input → the module whose
            output (B, C, …) is a picture of it; none if not given.
        last: ``last(model)`` is the layer that answers: it weighs what it reads.
        nothing: ``nothing(model, inputs)`` gives tensors of the same shapes in which no
            evidence is.
        spread: ``spread(model, inputs)`` gives what is a step of size one for each
            number of the inputs, as tensors that broadcast.
        truth: ``truth(sample)`` gives input → mask, without channels, of where
            the evidence for the true answer begins.
        calibration: The part of it by which any number is taken to be off in tests of
            small errors, one standard deviation; a choice, not a measurement, where a
            task does not give its own.
        score: What is asked, in words, where ``network`` answers with one number.
        line: Along which the answer lies, if it does.
        seen: ``seen(sample, codes)`` gives the things, the largest first, of a map
            whose points a network has named with codes, where that is what it does.
    """

    axes: Mapping[str, Axes]
    parts: Mapping[str, Mapping[str, int]]
    last: Callable[[Any], Any]
    nothing: Callable[[Any, Sequence[Any]], tuple[Any, ...]]
    spread: Callable[[Any, Sequence[Any]], tuple[Any, ...]]
    network: Callable[[Any, bool], Any] = _as_it_is
    towers: Callable[[Any], Mapping[str, Any]] = _no_towers
    truth: Callable[[Mapping[str, Any]], "Mapping[str, np.ndarray] | None"] = _unknown
    calibration: float = 0.03
    score: str = ""
    line: Line | None = None
    seen: Callable[[Mapping[str, Any], "np.ndarray"], list[Seen]] | None = None
