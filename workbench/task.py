"""The seam between verbs and science: what a task is."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.cards import Card
from workbench.evidence import Evidence
from workbench.latent import Latent


@dataclass(frozen=True)
class Command:
    """A verb that a task adds to the command line; ``run`` returns the exit status."""

    help: str
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]


@dataclass(frozen=True)
class Table:
    """A table of a report: one heading a column, cells as they are to be read."""

    title: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def text(self) -> str:
        """The table for a terminal."""
        lines = [self.columns, *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        shown = [
            "  ".join(
                f"{cell:>{width}}" for cell, width in zip(line, widths, strict=True)
            )
            for line in ((f"{line[0]:{widths[0]}}", *line[1:]) for line in lines)
        ]
        return "\n".join([self.title, *shown])


@dataclass(frozen=True)
class Evaluation:
    """What testing a model gave: numbers for machines, tables and figures for people.

    ``numbers`` are fractions under the keys of ``results.json``, of which ``headline``
    names those that a report begins with and the first tells runs apart; ``figures``
    are caption → matplotlib figure.
    """

    numbers: Mapping[str, float]
    tables: tuple[Table, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    headline: tuple[str, ...] = ("test/accuracy",)

    @property
    def first(self) -> dict[str, float]:
        """Those of the headline's numbers that there are."""
        known = self.numbers
        return {key: known[key] for key in self.headline if key in known}


@dataclass(frozen=True)
class FileReport:
    """What a file is (facts, name → text) and what is wrong with it (a line each)."""

    path: Path
    facts: dict[str, str]
    problems: list[str] = field(default_factory=list[str])

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """The report as plain types."""
        return {
            "path": str(self.path),
            "ok": self.ok,
            "facts": self.facts,
            "problems": self.problems,
        }

    def text(self) -> str:
        """The report as people read it."""
        lines = [str(self.path)]
        lines += [f"  {name:15} {value}" for name, value in self.facts.items()]
        if self.ok:
            return "\n".join([*lines, "  nothing is wrong with it"])
        return "\n".join([*lines, *(f"  wrong: {line}" for line in self.problems)])


@dataclass(frozen=True)
class Setting:
    """A number of an optimizer that may be changed while it trains.

    Attributes:
        key: Its name in the optimizer's groups of parameters.
        low: Smallest value.
        high: Largest value.
        log: Whether steps on its scale are factors.
        optimizer: Which of the model's optimizers.
    """

    key: str = "lr"
    low: float = 1e-7
    high: float = 1.0
    log: bool = True
    optimizer: int = 0


@dataclass(frozen=True)
class Walk:
    """A way through what a generator draws: sliders, and what they show.

    Attributes:
        sliders: Name → smallest, largest and first value.
        draw: Takes their values by name and gives a matplotlib figure.
    """

    sliders: Mapping[str, tuple[float, float, float]]
    draw: Callable[..., Any]


@dataclass(frozen=True)
class Symmetry:
    """A change of samples that leaves what is true of them, or moves it along.

    Attributes:
        there: ``there(model, inputs)`` gives the changed inputs (B, …).
        back: Brings an answer to changed inputs (B, K, …) back to where it belongs.
    """

    there: Callable[[Any, Sequence[Any]], tuple[Any, ...]]
    back: Callable[[Any], Any] = lambda answer: answer


@dataclass(frozen=True)
class Fact:
    """Something that is known of each of some samples, beside the class.

    Attributes:
        name: Of it, with its unit.
        values: Numbers (N,), not a number where it is not known; codes if there are
            names.
        names: Of the codes 0, 1, …, where values are codes.
    """

    name: str
    values: Any
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statistic:
    """One kind of number that maps are compared by, at several places.

    Attributes:
        name: Of it, with its unit.
        axis: What changes from place to place, with its unit.
        places: (D,).
        values: Of each map (N, D).
    """

    name: str
    axis: str
    places: Any
    values: Any


@dataclass(frozen=True)
class Task:
    """A science task; verbs and tasks meet here and never import each other.

    Attributes:
        name: The folder under ``tasks/`` and ``datasets/``.
        card: What the data are.
        data: The ``LightningDataModule`` class.
        model: The ``LightningModule`` class; ``forward(*inputs)`` returns logits.
        inputs: Sample keys that feed ``forward``, in order.
        target: Sample key of the truth.
        classes: Class names in the order of the logits.
        order: Codes of the classes as people look at them, one after another.
        steps: What lies between one of these and the next, such as "segments
            downstream"; empty where they are in no order.
        plot: ``plot(sample, prediction=None, attribution=None)`` draws one sample.
        fit: The default configuration.
        demo: The configuration of ``workbench demo``, for ten minutes on two cores.
        evaluate: ``evaluate(outputs, model, data)`` judges the collected test outputs.
        check: Says what a data file is, or ``None`` where it is not this task's.
        conditions: The generator's named shifts and what each means.
        settings: What may be changed while it trains, by its name for people.
        preview: ``preview(model, data)`` draws, as a matplotlib figure, what a network
            in training says of a few validation samples, each time the same; the
            ``LightningModule`` judges and computes no gradients, the
            ``LightningDataModule`` is set up.
        chart: Takes what ``plot`` takes and gives a ``workbench.chart.Chart``, where
            samples are maps of the globe.
        predictions: Endings of files → what writes predictions so, given the path, the
            collected outputs and the ``LightningDataModule``; a line an event in
            ``.csv`` if there are none.
        sample: ``sample(path, model, number, words)`` has a trained generator draw
            into a new file; ``words`` are options as on the command line.
        walk: ``walk(model, data)`` gives the :class:`Walk` through a trained generator.
        fresh: ``fresh(data, number, seed, condition=None, strength=1.0)`` gives a
            ``LightningDataModule`` whose test split are samples like those of ``data``,
            or under a named condition, that no training has seen; ``None`` where such
            cannot be made.
        evidence: What explanations need to know of the inputs.
        facts: ``facts(data, rows)`` gives what is known of the samples of those rows
            beside their class, by which people slice them.
        symmetries: Name → a change of samples that ought not to matter.
        people: Sample key of what each of several people said (B, people, …), in
            codes of the classes, less than 0 where they did not.
        summaries: ``summaries(maps, data)`` gives the statistics of maps (N, …), real
            or generated, on scales that the test split of ``data`` settles.
        latent: ``latent(model, data)`` says what a trained generator draws from and
            what is measured of its maps.
        commands: Words on the command line → what they do, such as ``"data make"``.
    """

    name: str
    card: Card
    data: type
    model: type
    inputs: tuple[str, ...]
    target: str
    classes: tuple[str, ...]
    plot: Callable[..., Any]
    fit: Path
    demo: Path
    evaluate: Callable[[Mapping[str, Any], Any, Any], Evaluation]
    check: Callable[[Path], FileReport | None] = lambda path: None
    conditions: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Setting] = field(
        default_factory=lambda: {"learning_rate": Setting()}
    )
    preview: Callable[[Any, Any], Any] | None = None
    chart: Callable[..., Any] | None = None
    predictions: Mapping[str, Callable[[Path, Mapping[str, Any], Any], None]] = field(
        default_factory=dict
    )
    sample: Callable[[Path, Any, int, list[str]], None] | None = None
    walk: Callable[[Any, Any], Walk] | None = None
    fresh: Callable[..., Any] | None = None
    evidence: Evidence | None = None
    facts: Callable[[Any, Any], Sequence[Fact]] | None = None
    symmetries: Mapping[str, Symmetry] = field(default_factory=dict)
    people: str | None = None
    summaries: Callable[[Any, Any], Sequence[Statistic]] | None = None
    latent: Callable[[Any, Any], Latent] | None = None
    commands: Mapping[str, Command] = field(default_factory=dict)
    order: tuple[int, ...] = ()
    steps: str = ""

    @property
    def ordered(self) -> tuple[int, ...]:
        """Codes of the classes in their order; that of the codes if none is given."""
        return self.order or tuple(range(len(self.classes)))
