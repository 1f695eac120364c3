"""Whether two sets of maps could be of one kind: a table, and one verdict."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from workbench.errors import BadInput
from workbench.progress import with_progress
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.physics.evidence import Evidence, Question, Sets
from workbench.tasks.cosmogan.physics.questions import (
    of_clouds,
    of_columns,
    of_correlation,
    of_paper,
    of_pixels,
)
from workbench.tasks.cosmogan.physics.summary import Summary

FALSE_ALARM = 0.01  # of the whole table, for two sets of one kind
LEAST = 64  # maps of each set


@dataclass(frozen=True)
class Row:
    """One statistic: how far off it is, and whether that can be chance.

    Attributes:
        name: Which of its group.
        group: What kind of statistic.
        effect: Of the other set against the reference.
        unit: Of effect and floor.
        floor: What halves of the reference give, root mean square over splits.
        p: Chance that sets of one kind give any such effect in the whole table;
            ``None`` for what is only shown.
    """

    name: str
    group: str
    effect: float
    unit: str
    floor: float
    p: float | None

    @property
    def verdict(self) -> str:
        """Whether the sets differ in it."""
        if self.p is None:
            return "shown"
        return "differs" if self.p <= FALSE_ALARM else "agrees"

    def as_json(self) -> dict[str, Any]:
        """The row as plain types, without numbers that JSON has not."""
        plain = asdict(self) | {"verdict": self.verdict}
        lost = {key for key in ("effect", "floor") if not np.isfinite(plain[key])}
        return plain | dict.fromkeys(lost)


@dataclass(frozen=True)
class Comparison:
    """Two sets of maps, statistic by statistic."""

    rows: tuple[Row, ...]

    @property
    def agree(self) -> bool:
        """Whether no statistic differs."""
        return all(row.verdict != "differs" for row in self.rows)

    @property
    def groups(self) -> dict[str, tuple[Row, ...]]:
        """Rows by group, in order."""
        names = dict.fromkeys(row.group for row in self.rows)
        return {n: tuple(row for row in self.rows if row.group == n) for n in names}

    @property
    def differing(self) -> tuple[str, ...]:
        """Groups of which some statistic differs."""
        rows = (row for row in self.rows if row.verdict == "differs")
        return tuple(dict.fromkeys(row.group for row in rows))

    def text(self) -> str:
        """The table as people read it: of each group the most telling statistic."""
        shown: dict[str, Row] = {}
        for group, rows in self.groups.items():
            for row in rows if rows[0].p is None else (min(rows, key=_telling),):
                more = f" ({len(rows)})" if len(rows) > 1 and row.p is not None else ""
                shown[f"{group}{more}: {row.name}"] = row
        width = max(map(len, shown))
        head = f"{'effect':>10}{'floor':>9}  {'unit':6}{'p':>9}  verdict"
        lines = [f"{'statistic':{width}}{head}"]
        lines += [f"{name:{width}}{_numbers(row)}" for name, row in shown.items()]
        tested = sum(rows[0].p is not None for rows in self.groups.values())
        found = len(self.differing)
        says = f"they differ in {found} of {tested} groups" if found else "they agree"
        lines.append(f"{says}; equal sets would differ 1 time in {1 / FALSE_ALARM:.0f}")
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The table as plain types."""
        rows = [row.as_json() for row in self.rows]
        return {"agree": self.agree, "false_alarm": FALSE_ALARM, "statistics": rows}


def compare(
    reference: np.ndarray,
    other: np.ndarray,
    field: Field,
    *,
    seed: int = 0,
    pixels: bool = True,
    progress: bool = False,
) -> Comparison:
    """Hold maps (M, S, S) against reference maps (N, S, S), all independent.

    Each group of statistics may raise a false alarm in an equal share of 1 % of the
    comparisons of equal sets (Bonferroni), and passes its share on to its statistics by
    Holm's method; both hold however the statistics depend on each other.

    Args:
        reference: κ; fixes bins and thresholds.
        other: κ.
        field: Of both.
        seed: Of splits, shuffles and classifiers.
        pixels: Whether a network also looks at the maps themselves.
        progress: Whether to show bars.

    Raises:
        BadInput: few maps, or maps that are not of this field, not finite or constant.
    """
    refuse(reference, field, "the reference")
    refuse(other, field, "the other set")
    summary = Summary.of(reference, field)
    what = "measure" if progress else None
    vectors = summary.vectors(reference, what), summary.vectors(other, what)
    asked = [*questions(summary, vectors, seed), of_paper(summary, vectors)]
    if pixels:
        asked.append(of_pixels((reference, other), seed))
    shown = asked
    if progress:
        shown = with_progress(asked, lambda _: 1, len(asked), "tests", what="compare")
    return judge([(question, question.answer(seed)) for question in shown])


def questions(summary: Summary, vectors: Sets, seed: int) -> list[Question]:
    """All that vectors (N, D) and (M, D) are asked and judged by."""
    return [
        *of_columns(summary, vectors),
        of_correlation(summary, vectors, seed),
        *of_clouds(summary, vectors, seed),
    ]


def judge(answers: list[tuple[Question, Evidence]]) -> Comparison:
    """Put answers in a table with one rate of false alarms."""
    tested = sum(evidence.p is not None for _, evidence in answers)
    rows = [row for pair in answers for row in _rows(*pair, tested)]
    return Comparison(tuple(sorted(rows, key=lambda row: row.p is None)))


def _rows(question: Question, evidence: Evidence, tested: int) -> Iterator[Row]:
    p: list[float | None] = [None] * len(question.names)
    if evidence.p is not None:
        p = list(np.minimum(1, tested * _holm(evidence.p)).tolist())
    numbers = evidence.effects.tolist(), evidence.floors.tolist(), p
    for name, effect, floor, chance in zip(question.names, *numbers, strict=True):
        yield Row(name, question.group, effect, question.unit, floor, chance)


def _holm(p: np.ndarray) -> np.ndarray:
    """Chances (n,) that hold for all n together, however they depend on each other.

    Holm (1979), Scandinavian Journal of Statistics 6, 65.
    """
    order = p.argsort()
    adjusted = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    return adjusted[order.argsort()]


def refuse(maps: np.ndarray, field: Field, what: str) -> None:
    """Refuse maps that cannot be measured.

    Raises:
        BadInput: few maps, of another size, not finite, or constant.
    """
    if maps.shape[1:] != (field.pixels, field.pixels):
        shape = " × ".join(str(n) for n in maps.shape)
        raise BadInput(
            f"{what}: is {shape}: give maps (N, {field.pixels}, {field.pixels})"
        )
    if len(maps) < LEAST:
        raise BadInput(f"{what}: {len(maps)} maps: give at least {LEAST} for a verdict")
    wrong = ~np.isfinite(maps).all((1, 2))
    if wrong.any():
        raise BadInput(
            f"{what}: map {wrong.argmax()} has values that are no numbers "
            f"({wrong.sum()} such maps): leave them out"
        )
    flat = np.ptp(maps, (1, 2)) == 0
    if flat.any():
        raise BadInput(
            f"{what}: map {flat.argmax()} is constant ({flat.sum()} such maps): leave "
            "them out"
        )


def _telling(row: Row) -> tuple[float, float]:
    return (1.0 if row.p is None else row.p, -abs(row.effect))


def _numbers(row: Row) -> str:
    chance = "" if row.p is None else f"{row.p:.2g}" if row.p > 1e-99 else "<1e-99"
    verdict = "DIFFERS" if row.verdict == "differs" else row.verdict
    effect = f"{row.effect:10.3g}{row.floor:9.2g}  {row.unit:6}"
    return f"{effect}{chance:>9}  {verdict}"
