"""What an ensemble, last-layer Laplace and mirror images gain, at what compute.

On one simulated sample the neutrino default is trained once for all epochs, three times
for all, and three times for a third each, which together cost as much as the one. The
first is also asked in the ways that need no further training. Everything is mended by
a temperature of its own, learned from validation events; gains are over the first, on
the same test events. Trainings are kept after every epoch in ``--work`` and go on where
they were stopped. Exit status 1 if three members are not better in NLL and AUGRC.
"""

import argparse
import sys
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import workbench
from benchmarks.machine import machine
from benchmarks.training import Row, Training
from workbench.runs.trained import Trained
from workbench.tasks.neutrino.data import VertexData
from workbench.uncertainty.answers import Answers, asked
from workbench.uncertainty.conformal import suited_alpha
from workbench.uncertainty.promises import promises
from workbench.uncertainty.scaling import Temperature
from workbench.uncertainty.scores import Scores, gain
from workbench.uncertainty.ways import way

MEMBERS = 3
VAL, CALIBRATION, TEST = 5_000, 5_000, 10_000
WAYS = ("laplace", "symmetry")
Parts = tuple[Sequence[Answers], ...]  # to validation, calibration and test events


@dataclass(frozen=True)
class Asked:
    """One method: what it costs, and its mended answers.

    Attributes:
        name: Of it.
        epochs: Trained, of all members together.
        passes: Of an event through a network.
        known: To calibration events.
        test: To test events.
    """

    name: str
    epochs: int
    passes: int
    known: Answers
    test: Answers

    @classmethod
    def of(cls, name: str, epochs: int, passes: int, parts: Parts) -> "Asked":
        """Pool, and mend by validation events."""
        val, known, test = (Answers.pooled(part) for part in parts)
        heat = Temperature.fit(val.logits, val.labels)
        return cls(name, epochs, passes, known.after(heat), test.after(heat))


def trained(row: Row, data: VertexData, seed: int, work: Path) -> Trained:
    """A network, trained to its end or taken from where it was kept."""
    folder = work / f"seed{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    training = Training(row, data, folder, seed, "cpu")
    while not training.done:
        epoch = training.epoch()
        print(
            f"seed {seed}, {row.key}: epoch {len(training.epochs)}, "
            f"{epoch['seconds']:.0f} s, validation {epoch['val']:.4f}",
            flush=True,
        )
    training.model.load_state_dict(training.best)
    return Trained(workbench.load("neutrino"), training.model.eval(), data, {})


def compared(
    data: VertexData, fresh: VertexData, epochs: int, events: int, work: Path
) -> list[Asked]:
    """Every method's answers; the first is one network, the last three."""
    loaders = (data.val_dataloader(), fresh.test_dataloader(), data.test_dataloader())

    def told(members: Sequence[Trained]) -> Parts:
        return tuple(
            [asked(one.model, batches, "segment", "ask") for one in members]
            for batches in loaders
        )

    each = max(1, epochs // MEMBERS)
    long, short = (Row("planes", "adamw", events, n) for n in (epochs, each))
    whole = [trained(long, data, seed, work) for seed in range(MEMBERS)]
    thirds = [trained(short, data, 10 + seed, work) for seed in range(MEMBERS)]
    parts = told(whole)
    alone = tuple(part[:1] for part in parts)
    found = [Asked.of("one network", epochs, 1, alone)]
    for name in WAYS:
        asking = way(name, whole[0])
        several: Any = tuple(asking(whole[0], one, "ask") for one in loaders)
        found.append(Asked.of(asking.name, epochs, asking.passes, several))
    few = f"{MEMBERS} members, {each} of {epochs} epochs each"
    found.append(Asked.of(few, MEMBERS * each, MEMBERS, told(thirds)))
    many = f"{MEMBERS} members, {epochs} epochs each"
    return [*found, Asked.of(many, MEMBERS * epochs, MEMBERS, parts)]


def report(found: Sequence[Asked]) -> tuple[list[str], bool]:
    """A line a method, a line a gain, and whether members are better than one."""
    single = found[0].test
    right = float((single.logits.argmax(1) == single.labels).mean())
    alpha = suited_alpha(right)
    lines = [
        f"{'':34}{'epochs':>7}{'passes':>7}{'accuracy':>10}{'NLL':>9}{'Brier':>9}"
        f"{'ECE %':>7}{'floor 95 %':>12}{'AUGRC %':>9}{'coverage %':>12}{'band %':>16}"
    ]
    for one in found:
        scores = Scores.of(one.test)
        kept = promises(one.known, one.test, alpha)["APS"]
        low, high = (100 * end for end in kept.band)
        inside = "in" if low <= 100 * kept.coverage <= high else "NOT in"
        lines.append(
            f"{one.name:34}{one.epochs:7}{one.passes:7}{100 * scores.accuracy:10.2f}"
            f"{scores.nll.value:9.4f}{scores.brier.value:9.4f}"
            f"{100 * scores.ece.value:7.2f}{100 * scores.floor.high:12.2f}"
            f"{100 * scores.augrc.value:9.4f}{100 * kept.coverage:12.2f}"
            f"{inside:>7} {low:.2f}-{min(high, 100):.2f}"
        )
    lines += ["", "less than one network by, and where 95 % of resampled samples lie:"]
    better = False
    for one in found[1:]:
        gains = gain(single, one.test)
        cells = [
            f"{name.upper()} {g.value:+.2g} ({g.low:+.2g} … {g.high:+.2g})"
            for name, g in gains.items()
        ]
        lines.append(f"{one.name:34}{'   '.join(cells)}")
        better = all(g.above_zero for g in gains.values())
    lines.append(
        f"\n{found[-1].name}: {'' if better else 'NOT '}better in NLL and AUGRC "
        f"(bar: both intervals above 0); alpha {alpha:g}"
    )
    return lines, better


def main() -> int:
    """Train what is missing, compare, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0, help="of the events")
    parser.add_argument("--work", type=Path, default=Path("runs/uncertainty"))
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    started = time.perf_counter()
    sizes = {"events": args.events, "val_events": VAL, "test_events": TEST}
    data = VertexData(**sizes, seed=2000 + args.seed)
    data.prepare_data()
    data.setup("fit")
    fresh = workbench.load("neutrino").fresh
    assert fresh is not None
    known = fresh(data, CALIBRATION, 3000 + args.seed)
    known.prepare_data()
    known.setup("test")
    work = args.work / f"{args.events}x{args.epochs}-seed{args.seed}"
    found = compared(data, known, args.epochs, args.events, work)
    lines, better = report(found)
    minutes = (time.perf_counter() - started) / 60
    text = "\n".join(
        [
            f"python -m benchmarks.uncertainty --events {args.events} "
            f"--epochs {args.epochs}",
            machine(),
            f"{args.events:,} training, {VAL:,} validation, {CALIBRATION:,} "
            f"calibration and {TEST:,} test events; this call took {minutes:.1f} min",
            "",
            *lines,
        ]
    )
    print(text)
    (args.out / f"uncertainty-{date.today()}.txt").write_text(text + "\n")
    return 0 if better else 1


if __name__ == "__main__":
    sys.exit(main())
