"""How fast maps are made and scored, beside Captum's own calls, and what they find.

    python -m benchmarks.explain [--run RUN] [--events N]

Without a run a small one is trained first, so that the scores are those of a network
that has seen little; times hardly depend on it. Times are the best of a few.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from captum.attr import InputXGradient, IntegratedGradients

import workbench
from benchmarks.explain_planted import both
from benchmarks.machine import machine
from workbench.explain.cache import remembered
from workbench.explain.explanation import explain
from workbench.explain.gradients import FIRST
from workbench.explain.methods import DEFAULT, attribute
from workbench.explain.scoring import Bench
from workbench.explain.why import score
from workbench.panels import Explain, Uncertainty
from workbench.paths import cache
from workbench.runs.run import Run, open_run
from workbench.runs.trained import Trained, opened_with_data
from workbench.runs.trial import trial

SIX = (
    "saliency",
    "input-gradient",
    "integrated-gradients",
    "deeplift",
    "grad-cam-input",
    "occlusion",
)
TRAINING = [
    "--data.events=16384",
    "--data.val_events=1000",
    "--data.test_events=1000",
    "--trainer.max_epochs=4",
    "--trainer.enable_progress_bar=false",
]
BATCH = 64
PLANTED = 4000, 300  # events that are learned from, and asked about


def best(work: Callable[[], Any], times: int = 5) -> float:
    """Seconds, the best of a few times."""
    taken: list[float] = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def times(ready: Trained) -> Iterator[str]:
    """How long a map, a scored comparison and a batch take."""
    first, _ = ready.data.bounds("test")
    samples = [ready.data.sample(first + k) for k in range(BATCH)]
    start = time.perf_counter()
    explain(ready, samples[:1])
    cold = time.perf_counter() - start
    question = explain(ready, samples).question
    one = question[:1]
    yield "seconds"
    yield f"  {cold:8.3f}  first map of a loaded run, {DEFAULT} (bar: 1)"
    ours = {name: best(lambda n=name: attribute(one, n)) for name in SIX}
    for name in SIX:
        yield f"  {ours[name]:8.3f}  a map by {name}"
    again = best(lambda: remembered(one, DEFAULT))
    yield f"  {again:8.4f}  the first map again, from the cache"
    whole = best(lambda: attribute(question, DEFAULT), 2)
    alone = ours[DEFAULT] * BATCH
    yield f"  {whole:8.3f}  {BATCH} events at once; one by one they take {alone:.1f}"
    start = time.perf_counter()
    bench = Bench(ready, _right(ready, samples))
    for name in SIX:
        bench.of_method(name)
        bench.steadiness(name)
    for name, shares in bench.plain.items():
        bench.judged(shares)
        bench.steadiness(name)
    took = time.perf_counter() - start
    yield f"  {took:8.3f}  six methods made and scored on one event (bar: 10)"
    yield "our call by Captum's own of the same network"
    steps, context = one.variables, one.context
    told = {"additional_forward_args": context}
    asked = one.asked()
    plain = {
        DEFAULT: lambda: IntegratedGradients(asked).attribute(
            steps, n_steps=FIRST, **told
        ),
        "input-gradient": lambda: InputXGradient(asked).attribute(steps, **told),
    }
    used = attribute(one, DEFAULT).notes["steps"][0]
    for name, work in plain.items():
        more = f", of {used} steps against {FIRST}" if name == DEFAULT else ""
        yield f"  {ours[name] / best(work):8.2f}  {name}{more}"


def opening(run: Run) -> Iterator[str]:
    """How long panels take to open, and until they show what they are for.

    What is drawn in a browser comes on top. The events themselves are there; what the
    network says of them is asked for the first time, and then is there, too.
    """
    events = np.diff(opened_with_data(run).data.bounds("test"))[0]
    yield f"opening a panel on {events:,} test events, seconds"
    for when in ("first", "again"):
        for name, seconds in _opened(run).items():
            yield f"  {seconds:8.2f}  {name}, {when}"


def _opened(run: Run) -> dict[str, float]:
    """What is there → seconds after its panel was asked for."""
    start = time.perf_counter()
    why = Explain(str(run.folder))
    found = {"Explain is there": time.perf_counter() - start}
    shown = _until(lambda: "wb-about" in _classes(why), start)
    found["it shows slices, mistakes and the event"] = shown
    why.close()
    start = time.perf_counter()
    sure = Uncertainty(str(run.folder))
    found["Uncertainty is there"] = time.perf_counter() - start
    found["it shows calibration"] = _until(lambda: sure.parts, start)
    found["it shows decisions, too"] = _until(lambda: len(sure.parts) == 3, start)
    sure.close()
    return found


def _until(what: Callable[[], Any], start: float) -> float:
    """Seconds from the start until it is so."""
    while not what():
        time.sleep(0.01)
    return time.perf_counter() - start


def _classes(widget: Any) -> set[str]:
    """CSS classes of a widget and of all in it."""
    found = set(getattr(widget, "_dom_classes", ()))
    return found.union(*(_classes(one) for one in getattr(widget, "children", ())))


def _right(ready: Trained, samples: list[Any]) -> list[Any]:
    """The first sample that is answered rightly."""
    for sample in samples:
        found = explain(ready, [sample], method="saliency").question
        if int(found.weights.argmax(1)) == sample[ready.task.target]:
            return [sample]
    raise SystemExit("no event is answered rightly: train longer")


def shortcut(ready: Trained) -> Iterator[str]:
    """Whether the default method finds a planted shortcut."""
    known, new = PLANTED
    rows = np.arange(known + new)
    batches = ready.data.batches
    found = both(ready.task, batches[rows[:known]], batches[rows[known:]])
    yield (
        f"a shortcut planted into {known:,} events: share of the map in its cells, "
        f"{new} others"
    )
    for name, one in found.items():
        low, middle = np.quantile(one.share, (0.05, 0.5))
        yield (
            f"  {100 * one.share.mean():5.1f} %  taught {name} it; median "
            f"{100 * middle:.1f} %, 95 % of events above {100 * low:.1f} %; right on "
            f"planted events {100 * one.accuracy:.1f} %"
        )
    yield f"  {100 * found['with'].plain.mean():5.1f} %  of what is there (the field)"


def main() -> int:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", help="a neutrino run; a small one if not given")
    parser.add_argument("--events", type=int, default=300, help="to score methods by")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as empty:
        place = Path(empty) / "runs" / "run"
        place.parent.mkdir()
        if args.run:
            shutil.copytree(open_run(args.run).folder, place)
        else:
            trial(workbench.load("neutrino"), Path(empty) / "made", TRAINING).rename(
                place
            )
        run = open_run(str(place))
        start = time.perf_counter()
        ready = opened_with_data(run)
        opened = time.perf_counter() - start
        kept = os.environ.get("WORKBENCH_CACHE")
        (Path(empty) / "neutrino").symlink_to(cache("neutrino"))  # the events alone
        os.environ["WORKBENCH_CACHE"] = empty  # nothing else was made before
        lines = [machine(), f"test accuracy {run.results['test/accuracy']:.3f}"]
        lines += [f"the run is opened in {opened:.2f} s"]
        lines += [*opening(run), *times(ready), *shortcut(ready)]
        os.environ.pop("WORKBENCH_CACHE")
        os.environ |= {"WORKBENCH_CACHE": kept} if kept else {}
        found = score(run, args.events)
        print("\n".join(lines))
        for table in found.tables:
            print(f"{table.text()}\n")
        for name, value in found.numbers.items():
            print(f"  {value:8.4f}  {name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
