"""The default network against `epsilon`: same events, same machine, one run.

Learning curves at several sample sizes. `epsilon` trains by its published recipe and
by Adam (whose rate falls on a plateau), each until validation stops improving, and the
one that validates better counts; X-only `epsilon` trains by Adam. The default network
trains on schedules of several lengths, because a schedule that is cut short has not
reached its accuracy: the time to epsilon's accuracy is that of the shortest schedule
whose model validates above it.

Every model is tested once, when it is finished, on events no choice has seen. A time is
the number of events trained on over the events per second that the networks reach when
they take turns at the end, because a machine that does other work for a part of these
hours would favour one of them; the seconds that passed stand beside. Models are kept
after every epoch, and what a finished one came to in ``--out``, so that a run which was
stopped, or whose ``--minutes`` are over, goes on where it was.
"""

import argparse
import json
import math
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from benchmarks.training import Row, Training, speeds
from workbench.tasks.neutrino.data import VertexData
from workbench.tasks.neutrino.segments import CLASS_NAMES, Z_ORDER
from workbench.tasks.neutrino.simulator import recipe

SCHEDULES = (1, 2, 4, 8, 16)  # epochs of the default network
LONGEST = 320_000  # events that schedules of more than eight epochs train on
VAL, TEST = 5_000, 20_000
PUBLISHED = 0.9395  # on 1.41 million training events of MINERvA's own simulation
Results = dict[str, Any]


def schedules(events: int) -> list[int]:
    """Epochs of the default network's trainings at one sample size."""
    return [n for n in SCHEDULES if n <= 8 or n * events <= LONGEST]


def rows_of(events: int) -> list[Row]:
    """All trainings at one sample size."""
    return [
        *(Row("planes", "adamw", events, epochs) for epochs in schedules(events)),
        Row("planes-times", "adamw", events, 8),
        Row("epsilon", "adam", events),
        Row("epsilon-x", "adam", events),
        Row("epsilon", "published", events),
    ]


def run(training: Training, until: float) -> Any:
    """Train a row to its end and test it; None when the time is over before."""
    row = training.row
    while not training.done:
        if time.monotonic() > until:
            return None
        epoch = training.epoch()
        print(
            f"{row.key}: epoch {len(training.epochs)}, {epoch['seconds']:.0f} s, "
            f"validation {epoch['val']:.4f}, loss {epoch['val_loss']:.4f}",
            flush=True,
        )
    result = training.result()
    training.path.unlink()
    return result


def report(results: Results, sizes: list[int], speed: dict[str, float]) -> str:
    """Learning curves, times and segments of the rows that are finished.

    ``speed`` holds each network's training events per second.
    """
    lines = [
        machine(),
        f"{VAL:,} validation and {TEST:,} test events; accuracy ± binomial error",
        "",
        "training events per second, taking turns: "
        + ", ".join(f"{name} {rate:.0f}" for name, rate in speed.items()),
        "",
        f"{'':50}{'test %':>14}{'val %':>8}{'epochs':>8}{'s':>9}{'passed s':>9}",
    ]
    for events in sizes:
        for row in rows_of(events):
            if row.key in results:
                lines.append(_line(row, results[row.key], speed))
        lines += ["", *_comparison(results, events, speed), ""]
    return "\n".join([*lines, *_segments(results, sizes)])


def _line(row: Row, result: Results, speed: dict[str, float]) -> str:
    error = math.sqrt(result["test"] * (1 - result["test"]) / TEST)
    epochs = len(result["epochs"])
    return (
        f"{row.key:50}{100 * result['test']:8.2f} ±{100 * error:.2f}"
        f"{100 * result['val']:8.2f}{epochs:8}"
        f"{epochs * row.events / speed[row.network]:9.0f}{result['seconds']:9.0f}"
    )


def _comparison(results: Results, events: int, speed: dict[str, float]) -> list[str]:
    """What the bars ask for, at one sample size."""
    towers = [results.get(Row("epsilon", r, events).key) for r in ("adam", "published")]
    lines = [f"{events} events:"]
    if None in towers:
        lines.append(
            "  epsilon is not finished by both recipes: what follows is of one"
        )
    towers = [result for result in towers if result]
    if not towers:
        return lines
    epsilon = min(towers, key=lambda result: result["val_loss"])
    planes = [
        result
        for epochs in schedules(events)
        if (result := results.get(Row("planes", "adamw", events, epochs).key))
    ]
    best = min(planes, key=lambda result: result["val_loss"])
    gain = 100 * (best["test"] - epsilon["test"])
    lines.append(f"  default − epsilon {gain:+.2f} points (bar: +1)")
    level = [result for result in planes if result["val"] >= epsilon["val"]]
    if level:
        ours = len(level[0]["epochs"]) * events / speed["planes"]
        theirs = _best_epoch(epsilon) * events / speed["epsilon"]
        lines.append(
            f"  time to epsilon's accuracy: {ours:.0f} s against {theirs:.0f} s, "
            f"ratio {ours / theirs:.3f} (bar: 0.1)"
        )
    if single := results.get(Row("epsilon-x", "adam", events).key):
        views = 100 * (epsilon["test"] - single["test"])
        lines.append(f"  epsilon: three views − X alone {views:+.2f} points (bar: 2.5)")
    gap = 100 * (epsilon["test"] - PUBLISHED)
    lines.append(f"  epsilon − published on 1.41 million events: {gap:+.2f} points")
    return lines


def _best_epoch(result: Results) -> int:
    """Epochs until the model that counts; patience costs nothing."""
    losses = [epoch["val_loss"] for epoch in result["epochs"]]
    return losses.index(min(losses)) + 1


def _segments(results: Results, sizes: list[int]) -> list[str]:
    """Accuracy of each segment in z order for every finished row."""
    head = "".join(f"{code:>7}" for code in Z_ORDER)
    lines = [f"accuracy % of each segment, along z{'':15}{head}"]
    for row in (row for events in sizes for row in rows_of(events)):
        if result := results.get(row.key):
            parts = [result["segments"][code] for code in Z_ORDER]
            cells = "".join(f"{100 * right / total:7.1f}" for right, total in parts)
            lines.append(f"{row.key:50}{cells}")
    return [
        *lines,
        "codes: " + ", ".join(f"{i} {n}" for i, n in enumerate(CLASS_NAMES)),
    ]


def main() -> None:
    """Train what is missing, then print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    sizes = [10_000, 20_000, 40_000]
    parser.add_argument("--events", type=int, nargs="+", default=sizes)
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu", help="such as cuda")
    parser.add_argument("--work", type=Path, default=Path("runs/neutrino-networks"))
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    args = parser.parse_args()
    until = time.monotonic() + 60 * args.minutes
    args.work.mkdir(parents=True, exist_ok=True)
    kept = args.out / f"neutrino_networks-{recipe()}.json"  # of this simulator
    results: Results = json.loads(kept.read_text()) if kept.exists() else {}
    data = VertexData(
        events=max(args.events), val_events=VAL, test_events=TEST, seed=1000 + args.seed
    )
    data.prepare_data()
    data.setup("fit")
    for row in (row for events in args.events for row in rows_of(events)):
        if row.key in results:
            continue
        training = Training(row, data, args.work, args.seed, args.device)
        result = run(training, until)
        if result is None:
            break
        results[row.key] = result
        partial = kept.with_suffix(".partial")
        partial.write_text(json.dumps(results))
        partial.replace(kept)
    networks = {row.network: row for row in rows_of(min(args.events))}
    with tempfile.TemporaryDirectory() as empty:
        rates = speeds(networks.values(), data, Path(empty), args.device)
    speed = {name: rates[row.key] for name, row in networks.items()}
    text = report(results, args.events, speed)
    print(text)
    (args.out / f"neutrino_networks-{date.today()}.txt").write_text(text + "\n")


if __name__ == "__main__":
    main()
