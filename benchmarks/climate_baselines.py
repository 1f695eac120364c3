"""Methods without a network on maps that nothing in them was chosen on.

Rivers of methods that find no cyclones are judged with those of closed contours laid
over them. The trees learn from maps of another seed, as many on each grid as have the
same number of points. The last row knows every true cyclone's middle and draws a disc
of one radius round it; what is above it has also seen how large each is. With
``--choose``, thresholds are chosen again instead, on maps of the seed that is learnt
from.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.machine import machine
from workbench.tasks.climate.areas import directions, unit
from workbench.tasks.climate.baselines import (
    bard,
    boosted,
    closed_contours,
    flood_fill,
    transport,
)
from workbench.tasks.climate.baselines.fields import pick
from workbench.tasks.climate.baselines.heuristics import over
from workbench.tasks.climate.baselines.scores import choose, scores
from workbench.tasks.climate.events.match import match
from workbench.tasks.climate.events.objects import objects
from workbench.tasks.climate.generator import recipe, simulate
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import CYCLONE, NAMES, RIVER

Maps = tuple[dict[str, np.ndarray], np.ndarray]
NAMED = ("background", "cyclone", "river")


def sample(maps: int, seed: int, grid: str) -> Maps:
    """Channels and truth, negative where a filament is that nobody placed."""
    made = list(simulate(maps, seed, grid=grid, annotators=0))
    fields = {n: np.concatenate([d[n].to_numpy() for d in made]) for n in NAMES}
    truth = np.concatenate(
        [np.where(d.IGNORE > 0, -1, d.TRUTH.astype(np.int8)) for d in made]
    )
    return fields, truth


def parts(fields: dict[str, np.ndarray], truth: np.ndarray) -> Iterator[Maps]:
    """Ten maps at a time, for features take memory."""
    for start in range(0, len(truth), 10):
        some = slice(start, start + 10)
        yield {name: field[some] for name, field in fields.items()}, truth[some]


def known_middles(truth: np.ndarray) -> np.ndarray:
    """Discs of the chosen radius round the middles of the true cyclones."""
    grid = Grid(*truth.shape[1:])
    made = np.where(truth == RIVER, RIVER, 0).astype(np.uint8)
    table = objects(truth, grid)
    reach = np.cos(np.radians(closed_contours.CHOSEN.radius))
    for row in table[table["class"] == "tropical cyclone"].to_dict("records"):
        near = directions(grid) @ unit(row["lat"], row["lon"]) > reach
        made[row["step"]][near] = CYCLONE
    return made


def line(name: str, truth: np.ndarray, named: np.ndarray, seconds: float) -> str:
    """IoU by points and by area, precision and recall of each class."""
    points, area = scores(truth, named), scores(truth, named, by_area=True)
    parts = (points.iou, area.iou, points.precision, points.recall)
    cells = "   ".join(" ".join(f"{x:5.3f}" for x in part) for part in parts)
    return f"{name:34}{cells}{seconds:9.3f}"


def judge(grid: str, maps: int, learn: int, seed: int) -> bool:
    """Print the table of one grid; whether the trees stay below a river IoU of 0.6."""
    known = sample(learn, seed + 1000, grid)
    fields, truth = sample(maps, seed, grid)
    found = closed_contours.cyclones(fields)
    print(f"\n{grid}: {maps} maps of seed {seed}; trees: {learn} of seed {seed + 1000}")
    heads = ("IoU", "IoU by area", "precision", "recall")
    print(f"{'':34}{'   '.join(f'{head:17}' for head in heads)}  s a map")
    print(f"{'':34}{'   '.join(['backg cyclo river'] * 4)}")
    methods: dict[str, Callable[[dict[str, np.ndarray]], np.ndarray]] = {
        "flood fill, published": lambda f: flood_fill.classes(f, flood_fill.PUBLISHED),
        "flood fill, chosen": flood_fill.classes,
        "closed contours, published": lambda f: closed_contours.cyclones(
            f, closed_contours.PUBLISHED
        ),
        "closed contours, chosen": closed_contours.cyclones,
        "transport, published": lambda f: transport.rivers(f, transport.PUBLISHED),
        "transport, chosen": transport.rivers,
        "posterior, published medians": lambda f: bard.rivers(f, bard.PUBLISHED),
        "posterior, chosen": bard.rivers,
    }
    best: dict[str, np.ndarray] = {}
    for name, method in methods.items():
        start = time.perf_counter()
        named = method(fields)
        seconds = (time.perf_counter() - start) / maps
        if name.startswith(("transport", "posterior")):
            named = over(named, found)
        best[name] = named
        print(line(name, truth, named, seconds), flush=True)
    trees: boosted.Trees | None = None
    for name, smoothed in (("trees, point alone", False), ("trees, smoothed", True)):
        start = time.perf_counter()
        trees = boosted.fit(parts(*known), smoothed)
        taken = time.perf_counter() - start
        start = time.perf_counter()
        best[name] = trees.classes(fields)
        seconds = (time.perf_counter() - start) / maps
        print(line(name, truth, best[name], seconds), f" fit in {taken:.0f} s")
    together = over(np.where(best[name] == RIVER, RIVER, 0), found)
    print(line("trees' rivers, contours' cyclones", truth, together, np.nan))
    print(
        line("known middles, disc of one radius", truth, known_middles(truth), np.nan)
    )
    print("\nevents of the last but one")
    print(match(truth, together, Grid.named(grid)).T.round(2).to_string())
    assert trees is not None
    print("\nfall of IoU when a quantity is shuffled (smoothed trees, point by point)")
    some = slice(0, 12)
    falls = boosted.importance(
        trees, {n: f[some] for n, f in fields.items()}, truth[some]
    )
    for quantity, fall in falls[:10]:
        shown = "  ".join(f"{n} {x:+.3f}" for n, x in zip(NAMED, fall, strict=True))
        print(f"{quantity:34}{shown}", flush=True)
    return scores(truth, together).iou[RIVER] < 0.6


def choose_all(maps: int, seed: int) -> None:
    """Choose every method's settings on 96×144 maps and print them."""
    fields, truth = sample(maps, seed, "96x144")
    every, grid = pick(fields, *closed_contours.CHANNELS)
    found = closed_contours.candidates(every, grid)
    alone = np.where(truth == RIVER, 0, truth)
    odds = closed_contours.weigh(found, truth)

    def cyclone(settings: closed_contours.Settings) -> float:
        discs = [closed_contours.discs(one, grid, settings) for one in found]
        return scores(alone, np.stack(discs)).iou[CYCLONE]

    begin = replace(closed_contours.CHOSEN, odds=odds)
    print(*choose(begin, closed_contours.TRIALS, cyclone), flush=True)
    laid = closed_contours.cyclones(fields)

    def river(method: Callable[[Any, Any], np.ndarray]) -> Callable[[Any], float]:
        return lambda s: scores(truth, over(method(fields, s), laid)).iou[RIVER]

    print(*choose(transport.CHOSEN, transport.TRIALS, river(transport.rivers)))
    print(*choose(bard.CHOSEN, bard.TRIALS, river(bard.rivers), 1), flush=True)
    both = flood_fill.CHOSEN
    for code, names in ((RIVER, flood_fill.RIVERS), (CYCLONE, flood_fill.CYCLONES)):
        both, reached = choose(
            both,
            {name: flood_fill.TRIALS[name] for name in names},
            lambda s, k=code: scores(truth, flood_fill.classes(fields, s)).iou[k],
            1,
        )
        print(both, reached, flush=True)


def main() -> int:
    """Print the comparison; 1 if the trees come near to what a network can do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--maps", type=int, nargs=2, default=(40, 12))
    parser.add_argument("--learn", type=int, nargs=2, default=(60, 15))
    parser.add_argument("--grids", nargs="+", default=["96x144", "192x288"])
    parser.add_argument("--seed", type=int, default=303)
    parser.add_argument("--choose", type=int, metavar="MAPS")
    options = parser.parse_args()
    print(machine())
    print(f"scikit-learn {version('scikit-learn')}, generator {recipe()}")
    if options.choose:
        choose_all(options.choose, 101)
        return 0
    below = [
        judge(grid, maps, learn, options.seed)
        for grid, maps, learn in zip(
            options.grids, options.maps, options.learn, strict=False
        )
    ]
    return 0 if all(below) else 1


if __name__ == "__main__":
    sys.exit(main())
