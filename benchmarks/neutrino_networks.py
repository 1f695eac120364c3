"""The default network against `epsilon`: same events, same machine, one run.

Learning curves at several sample sizes. `epsilon` trains by its published recipe and
by Adam (whose rate falls on a plateau), each until validation stops improving, and the
one that validates better counts; X-only `epsilon` trains by Adam. The default network
trains on schedules of several lengths, because a schedule that is cut short has not
reached its accuracy: the time to epsilon's accuracy is that of the shortest schedule
whose model validates above it.

Every model is tested once, when it is finished, on events no choice has seen. Times are
those of training steps alone, batches included; CPU seconds stand beside them for
machines that do other work. Models are kept after every epoch, so a run that was
stopped, or whose ``--minutes`` are over, goes on where it was.
"""

import argparse
import json
import math
import time
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from benchmarks.training import Row, Training
from workbench.tasks.neutrino.data import VertexData
from workbench.tasks.neutrino.segments import CLASS_NAMES, Z_ORDER

SCHEDULES = (1, 2, 4, 8, 16)  # epochs of the default network
VAL, TEST = 5_000, 20_000
PUBLISHED = 0.9395  # on 1.41 million training events of MINERvA's own simulation
Results = dict[str, Any]


def rows_of(events: int) -> list[Row]:
    """All trainings at one sample size, the cheap ones first."""
    return [
        *(Row("planes", "adamw", events, epochs) for epochs in SCHEDULES),
        Row("epsilon", "adam", events),
        Row("epsilon", "published", events),
        Row("epsilon-x", "adam", events),
    ]


def run(row: Row, data: VertexData, folder: Path, seed: int, until: float) -> Any:
    """Train a row to its end and test it; None when the time is over before."""
    training = Training(row, data, folder, seed)
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


def report(results: Results, sizes: list[int]) -> str:
    """Learning curves, times and segments of the rows that are finished."""
    lines = [
        machine(),
        f"{VAL:,} validation and {TEST:,} test events; accuracy ± binomial error",
        "",
        f"{'':50}{'test %':>14}{'val %':>8}{'epochs':>8}{'s':>9}{'CPU s':>9}",
    ]
    for events in sizes:
        for row in rows_of(events):
            if row.key in results:
                lines.append(_line(row.key, results[row.key]))
        lines += ["", *_comparison(results, events), ""]
    return "\n".join([*lines, *_segments(results, sizes)])


def _line(key: str, result: Results) -> str:
    error = math.sqrt(result["test"] * (1 - result["test"]) / TEST)
    return (
        f"{key:50}{100 * result['test']:8.2f} ±{100 * error:.2f}"
        f"{100 * result['val']:8.2f}{len(result['epochs']):8}"
        f"{result['seconds']:9.0f}{result['cpu']:9.0f}"
    )


def _comparison(results: Results, events: int) -> list[str]:
    """What the bars ask for, at one sample size."""
    towers = [results.get(Row("epsilon", r, events).key) for r in ("adam", "published")]
    if None in towers:
        return [f"{events} events: epsilon is not finished"]
    epsilon = max(towers, key=lambda result: -result["val_loss"])
    planes = [
        result
        for epochs in SCHEDULES
        if (result := results.get(Row("planes", "adamw", events, epochs).key))
    ]
    best = min(planes, key=lambda result: result["val_loss"])
    gain = 100 * (best["test"] - epsilon["test"])
    lines = [f"{events} events: default − epsilon {gain:+.2f} points (bar: +1)"]
    level = [result for result in planes if result["val"] >= epsilon["val"]]
    if level:
        clock, cpu = (
            level[0][key] / _to_best(epsilon, key) for key in ("seconds", "cpu")
        )
        lines.append(
            f"  time to epsilon's accuracy: {level[0]['seconds']:.0f} s against "
            f"{_to_best(epsilon, 'seconds'):.0f} s, ratio {clock:.3f} "
            f"(CPU {cpu:.3f}; bar: 0.1)"
        )
    if single := results.get(Row("epsilon-x", "adam", events).key):
        views = 100 * (epsilon["test"] - single["test"])
        lines.append(f"  epsilon: three views − X alone {views:+.2f} points (bar: 2.5)")
    gap = 100 * (epsilon["test"] - PUBLISHED)
    lines.append(f"  epsilon − published on 1.41 million events: {gap:+.2f} points")
    return lines


def _to_best(result: Results, key: str) -> float:
    """Seconds until the epoch whose model counts; patience costs nothing."""
    losses = [epoch["val_loss"] for epoch in result["epochs"]]
    return sum(e[key] for e in result["epochs"][: losses.index(min(losses)) + 1])


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
    parser.add_argument("--work", type=Path, default=Path("runs/neutrino-networks"))
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    args = parser.parse_args()
    until = time.monotonic() + 60 * args.minutes
    args.work.mkdir(parents=True, exist_ok=True)
    kept = args.work / "results.json"
    results: Results = json.loads(kept.read_text()) if kept.exists() else {}
    data = VertexData(
        events=max(args.events), val_events=VAL, test_events=TEST, seed=1000 + args.seed
    )
    data.prepare_data()
    data.setup("fit")
    for row in (row for events in args.events for row in rows_of(events)):
        if row.key in results:
            continue
        result = run(row, data, args.work, args.seed, until)
        if result is None:
            break
        results[row.key] = result
        partial = kept.with_suffix(".partial")
        partial.write_text(json.dumps(results))
        partial.replace(kept)
    text = report(results, args.events)
    print(text)
    (args.out / f"neutrino_networks-{date.today()}.txt").write_text(text + "\n")


if __name__ == "__main__":
    main()
