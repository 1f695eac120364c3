"""Whether simulated events look like the published ones: a table, a figure, a verdict.

Published figures: class counts of the ME1B simulation, kinematics and multiplicities
of the ME1A and a small ``hadmultkineimgs`` sample, image occupancy of 34 events
(gnperdue/ANNMINERvA notebooks). The knobs of ``conditions.Detector`` are set to these
and to nothing else.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.errors import BadInput
from workbench.progress import with_progress
from workbench.realism import Comparison, add_outputs, answer
from workbench.task import Command
from workbench.tasks.neutrino.baselines import first_hit, tracks
from workbench.tasks.neutrino.evaluation.breakdown import multiplicity
from workbench.tasks.neutrino.events import Events, concatenate
from workbench.tasks.neutrino.geometry import VIEW, VIEWS, Z_HI, table
from workbench.tasks.neutrino.realism_figure import draw
from workbench.tasks.neutrino.segments import CLASS_NAMES, Z_ORDER
from workbench.tasks.neutrino.simulator import simulate

NEAR = 100  # planes of the 50/25/25-column layout
BRIGHT = 0.05  # of the view's largest energy
BASELINE_EVENTS = 20_000  # enough to rank the two previous methods
MULTIPLICITIES = (12.3, 37.3, 24.2, 12.0, 7.0, 7.1)  # % with 0, 1, … 5 and more
OCCUPANCY = {"X": (78, 60, 90), "U": (34, 23.8, 44.2), "V": (40, 28, 52)}


class Row(Comparison):
    """One line of the table."""

    def text(self) -> str:
        """The line as people read it."""
        published = "–" if self.published is None else f"{self.published:.2f}"
        allowed = "–" if self.low is None else f"{self.low:.2f} – {self.high:.2f}"
        verdict = "" if self.low is None else "  ok" if self.ok else "  NOT MET"
        return f"{self.name:44}{self.ours:8.2f}{published:>11}{allowed:>16}{verdict}"


@dataclass(frozen=True)
class Observed:
    """Per-event quantities of a sample, and the cells of its hit planes."""

    truth: np.ndarray  # (N,) TRUTH
    occupancy: np.ndarray  # (N, 3) bright cells by view
    first: np.ndarray  # (N,) first hit plane less the vertex's; NaN without hits
    cells: np.ndarray  # (20,) hit planes by how many cells they have
    head: Events  # the first events, for the previous methods


@dataclass(frozen=True)
class Realism:
    """The table and what it was made from."""

    events: int
    seed: int
    rows: tuple[Row, ...]
    observed: Observed

    @property
    def ok(self) -> bool:
        """Whether every row with a bar meets it."""
        return all(row.ok for row in self.rows)

    def text(self) -> str:
        """The table as people read it."""
        lines = [
            f"{self.events} simulated events, seed {self.seed}",
            f"{'':44}{'ours':>8}{'published':>11}{'allowed':>16}",
        ]
        return "\n".join([*lines, *(row.text() for row in self.rows)])

    def as_json(self) -> dict[str, Any]:
        """The table as plain types."""
        rows = [row.as_json() for row in self.rows]
        return {"events": self.events, "seed": self.seed, "ok": self.ok, "rows": rows}

    def figure(self) -> Any:
        """Distributions of vertex, kinematics, multiplicity and occupancy."""
        return draw(self.observed.truth, self.observed.occupancy, self.observed.first)


def bright_cells(events: Events) -> np.ndarray:
    """Cells above 5 % of their view's largest energy, layout 50/25/25, (N, 3)."""
    hits = events.hits
    near = hits["plane"] < NEAR
    owner = np.repeat(np.arange(len(events)), np.diff(events.hit_start))[near]
    image = owner * 3 + VIEW[hits["plane"][near]]
    energy = hits["energy"][near].astype(np.float32)
    largest = np.zeros(3 * len(events), np.float32)
    np.maximum.at(largest, image, energy)
    bright = energy > BRIGHT * largest[image]
    return np.bincount(image[bright], minlength=3 * len(events)).reshape(-1, 3)


def cells_per_plane(events: Events) -> np.ndarray:
    """How many hit planes of the layout have 0, 1, … 18, 19 and more cells, (20,)."""
    near = events.hits["plane"] < NEAR
    owner = np.repeat(np.arange(len(events)), np.diff(events.hit_start))[near]
    place = owner * NEAR + events.hits["plane"][near]
    counts = np.bincount(place)
    return np.bincount(np.minimum(counts[counts > 0], 19), minlength=20)


def first_plane_residual(events: Events) -> np.ndarray:
    """First hit plane less the plane of the vertex or the next one, (N,) float."""
    assert events.truth is not None
    first = np.full(len(events), np.nan)
    some = np.diff(events.hit_start) > 0
    first[some] = np.minimum.reduceat(
        events.hits["plane"].astype(float), events.hit_start[:-1][some]
    )
    return first - np.searchsorted(Z_HI, events.truth["z"], side="right")


def observe(batches: Iterator[Events]) -> Observed:
    """Take a sample's measure batch by batch, keeping only what is needed."""
    truth: list[np.ndarray] = []
    occupancy: list[np.ndarray] = []
    first: list[np.ndarray] = []
    head: list[Events] = []
    cells = np.zeros(20, np.int64)
    for batch in batches:
        assert batch.truth is not None
        truth.append(batch.truth)
        occupancy.append(bright_cells(batch))
        first.append(first_plane_residual(batch))
        cells += cells_per_plane(batch)
        if sum(map(len, head)) < BASELINE_EVENTS:
            head.append(batch)
    return Observed(
        np.concatenate(truth),
        np.concatenate(occupancy),
        np.concatenate(first),
        cells,
        concatenate(head),
    )


def rows_of(seen: Observed) -> Iterator[Row]:
    """Compare what was seen with what is published, line by line."""
    truth = seen.truth
    shares = np.bincount(truth["segment"], minlength=11) / len(truth) * 100
    published = table()["published"]["segment_fraction_z_capped"]["values"]
    for code in Z_ORDER:
        value = published[code] * 100
        name = f"segment {code} ({CLASS_NAMES[code]}), %"
        yield Row(name, float(shares[code]), value, 0.9 * value, 1.1 * value)
    median = int(np.searchsorted(np.cumsum(seen.cells), seen.cells.sum() / 2))
    yield Row("hit cells per hit plane, median", median, 2, 2, 2)
    for view, name in enumerate(VIEWS):
        value, low, high = OCCUPANCY[name]
        ours = float(np.median(seen.occupancy[:, view]))
        yield Row(
            f"cells above 5 % of maximum in {name}, median", ours, value, low, high
        )
    for name, chosen, value in (
        ("E below 7 GeV, %", truth["energy"] < 7, 54.5),
        ("Q² below 1 GeV², %", truth["q2"] < 1, 69.1),
        ("W below 1.3 GeV, %", truth["w"] < 1.3, 34.1),
    ):
        yield Row(name, float(chosen.mean() * 100), value, value - 5, value + 5)
    hadrons = np.minimum(multiplicity(truth), 5)
    share = np.bincount(hadrons, minlength=6) / len(truth) * 100
    for number, value in enumerate(MULTIPLICITIES):
        name = f"{number}{' and more' if number == 5 else ''} hadrons above 50 MeV, %"
        low, high = max(value - 5, 0.0), value + 5
        yield Row(name, float(share[number]), value, low, high)
    near = np.abs(seen.first) <= 2
    alone = truth["overlay"] == 0
    name = "first hit plane within 2 of the vertex"
    yield Row(f"{name}, %", float(near.mean() * 100))
    yield Row("… without overlay, %", float(near[alone].mean() * 100))
    found = _accuracy(seen.head, tracks.predict_segments(seen.head))
    simple = _accuracy(seen.head, first_hit.predict_segments(seen.head))
    yield Row("segment right, track finder, %", found)
    yield Row("segment right, first hit plane, %", simple, None, 0.0, found)


def _accuracy(events: Events, predicted: np.ndarray) -> float:
    assert events.truth is not None
    return float((predicted == events.truth["segment"]).mean() * 100)


def realism(
    events: int = 200_000,
    seed: int = 0,
    workers: int | None = None,
    progress: bool = True,
) -> Realism:
    """Simulate nominal events and hold them against the published numbers.

    Raises:
        BadInput: fewer than 1000 events, too few for a verdict.
    """
    if events < 1000:
        raise BadInput(f"{events} events: give at least 1000 for a verdict")
    made = simulate(events, seed, workers=workers)
    shown = with_progress(made, len, events, "events") if progress else made
    seen = observe(shown)
    return Realism(events, seed, tuple(rows_of(seen)), seen)


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, help="threads (default: all cores)")
    add_outputs(parser, "the distributions")


def _run(args: Namespace) -> int:
    return answer(args, lambda: realism(args.events, args.seed, args.workers))


command = Command("hold the simulator against published numbers", _arguments, _run)
