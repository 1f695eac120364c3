"""First hit, tracks and oracles on one sample of simulated events.

The tracks and the known muon are calibrated on events of another seed; the sample that
is judged is looked at once. Intervals are 68 % Wilson. The track finder is also run
without the hits' times, as networks are that see energy alone.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from importlib.metadata import version

import numpy as np
from tqdm import tqdm

from workbench.rates import Rate, rate
from workbench.tasks.neutrino import published
from workbench.tasks.neutrino.baselines import first_hit, oracle, tracks
from workbench.tasks.neutrino.causes import CAUSES, sort_causes
from workbench.tasks.neutrino.events import Events, concatenate
from workbench.tasks.neutrino.segments import CLASS_NAMES, RANK, Z_ORDER
from workbench.tasks.neutrino.simulator import simulate


def sample(events: int, seed: int, ideal: bool) -> list[Events]:
    """Simulated events in batches."""
    batches: Iterator[Events] = simulate(events, seed, ideal=ideal)
    name = f"{'ideal' if ideal else 'nominal'}, seed {seed}"
    return list(tqdm(batches, name, -(-events // 1000), disable=None))


def without_times(events: Events) -> Events:
    """The same events with every hit at the same time."""
    hits = events.hits.copy()
    hits["time"] = 0
    return replace(events, hits=hits)


def percent(part: Rate) -> str:
    """A rate and how far its interval reaches, in percent."""
    low, high = part.interval()
    value = 100 * part.value
    return f"{value:6.2f} +{100 * high - value:.2f} −{value - 100 * low:.2f}"


def timed(
    predict: Callable[[Events], np.ndarray], batches: list[Events]
) -> tuple[np.ndarray, float]:
    """Predictions for all batches, and events a second."""
    predict(batches[0])  # compiles
    start = time.perf_counter()
    predicted = np.concatenate([predict(batch) for batch in batches])
    return predicted, len(predicted) / (time.perf_counter() - start)


def main() -> int:
    """Print the comparison; 1 if the first hit is as good as the track finder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--calibration", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    known = concatenate(sample(options.calibration, options.seed + 1, False))
    calibration = tracks.fit(known)
    untimed_calibration = tracks.fit(without_times(known))
    del known
    known = concatenate(sample(options.calibration, options.seed + 1, True))
    ideal_calibration = oracle.fit(known)
    del known
    batches = sample(options.events, options.seed, False)
    ideal = sample(options.events, options.seed, True)
    untimed = [without_times(batch) for batch in batches]
    methods = {
        "first hit plane": timed(first_hit.predict_segments, batches),
        "tracks, uncalibrated": timed(tracks.predict_segments, batches),
        "tracks, energy only": timed(
            lambda e: tracks.predict_segments(e, untimed_calibration), untimed
        ),
        "tracks": timed(lambda e: tracks.predict_segments(e, calibration), batches),
        "oracle, known muon": timed(
            lambda e: oracle.predict_segments(e, ideal_calibration), ideal
        ),
        "oracle, known plane": timed(
            lambda e: oracle.known_plane_segments(e.truth), batches
        ),
    }
    truth = np.concatenate([batch.truth for batch in batches])
    print(
        f"{date.today()}, {len(os.sched_getaffinity(0))} cores, numpy "
        f"{version('numpy')}, numba {version('numba')}"
    )
    print(
        f"{options.events} events, seed {options.seed}; calibrated on "
        f"{options.calibration} of seed {options.seed + 1}\n"
    )
    print(f"{'method':24}{'accuracy [%]':>20}{'events/s':>12}")
    for name, (predicted, speed) in methods.items():
        right = rate(predicted == truth["segment"])
        print(f"{name:24}{percent(right):>20}{speed:>12.0f}")
    previous = 100 * published.ACCURACY_BY_VIEWS["previous methods"]
    print(f"{'previous method':24}{previous:8.2f}  {published.LABEL}\n")
    short = {"first hit plane": "first hit", "tracks": "tracks"}
    short["oracle, known muon"] = "known muon"
    print("by segment, accuracy [%]")
    heads = "".join(f"{head:>20}" for head in [*short.values(), "published tracks"])
    print(f"{'segment':>18}  code  2016{heads}")
    for code in Z_ORDER:
        here = truth["segment"] == code
        cells = [percent(rate(methods[name][0][here] == code)) for name in short]
        cells.append(f"{100 * published.PREVIOUS[code]:.1f}")
        line = "".join(f"{cell:>20}" for cell in cells)
        print(f"{CLASS_NAMES[code]:>18}{code:6}{RANK[code]:6}{line}")
    print("\nwrong events of the tracks by cause [%]")
    cause = sort_causes(truth, methods["tracks"][0])
    for i, name in enumerate(CAUSES):
        print(f"{name:>24}{percent(rate(cause[cause < len(CAUSES)] == i)):>20}")
    first = rate(methods["first hit plane"][0] == truth["segment"]).value
    track = rate(methods["tracks"][0] == truth["segment"]).value
    print(f"\nwrong: first hit / tracks = {(1 - first) / (1 - track):.2f}")
    return 0 if first < track else 1


if __name__ == "__main__":
    sys.exit(main())
