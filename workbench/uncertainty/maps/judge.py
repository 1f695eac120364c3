"""How sure networks are that name every point of a map: as a report has it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from workbench.bootstrap import Interval
from workbench.runs.folder import in_words
from workbench.runs.trained import Trained
from workbench.task import Evaluation, Table
from workbench.uncertainty.classification import verdict
from workbench.uncertainty.maps.asking import ALONE, Asking, warm
from workbench.uncertainty.maps.calibrated import calibrated
from workbench.uncertainty.maps.figures import mask_curves, reliabilities
from workbench.uncertainty.maps.masks import Masks
from workbench.uncertainty.maps.one import OneMap
from workbench.uncertainty.maps.people import people_table
from workbench.uncertainty.maps.picture import picture
from workbench.uncertainty.maps.promised import mask_table
from workbench.uncertainty.maps.seen import Gathered, gather
from workbench.uncertainty.maps.tally import Tally, mean
from workbench.uncertainty.maps.things import Scored, thing_table

ALPHA = 0.1


def judge_maps(
    members: list[Trained],
    maps: int | None = None,
    alpha: float | None = None,
    seed: int = 0,
    mirrored: bool = True,
) -> Evaluation:
    """Measure probabilities of points and of things, and promise masks.

    Args:
        members: Networks; the first one's data are set up.
        maps: Fresh ones that calibrate masks; a sample that is not simulated gives the
            first half of its test maps.
        alpha: Share of a thing that its mask may miss; 0.1 if not given.
        seed: Of what is drawn.
        mirrored: Whether the first network is asked under its task's symmetries, too.

    Raises:
        BadInput: maps without truth, a class that no calibration map has, or too few
            maps for α.
    """
    first, alpha = members[0], ALPHA if alpha is None else alpha
    task = first.task
    ready = calibrated(members, maps, seed, mirrored)
    asking, known, data, split = ready.asking, ready.known, ready.data, ready.split
    test = gather(asking, data, split, "test", True)
    tallies = {name: Tally.joined(each) for name, each in test.tallies.items()}
    best = tallies[warm(asking.best)]
    numbers = {
        "ece": best.ece(seed=seed).value,
        "nll": mean(best.nll, seed).value,
        "brier": mean(best.brier, seed).value,
        "alpha": alpha,
        "members": float(len(members)),
    }
    tables = [_score_table(tallies, asking, test.maps, task.classes, seed)]
    tables += _gain_tables(tallies, asking, numbers, seed)
    if test.doubts:
        tables.append(_doubt_table(np.array(test.doubts), numbers, seed))
    kinds = {k: name for k, name in enumerate(task.classes) if k}
    kept = {
        name: (Masks.fit(known.of(k), alpha, name), known.of(k), test.of(k))
        for k, name in kinds.items()
    }
    tables.append(mask_table(kept, numbers, test.maps, seed))
    numbers["coverage"] = float(
        np.nanmean([1 - numbers[f"fnr_{name.split()[-1]}"] for name in kept])
    )
    if test.things:
        tables.append(thing_table(_things(kinds, known, test), numbers))
    if test.people:
        tables.append(people_table(test.people, seed))
        ours = test.people[warm(asking.best)]
        for key in ("nll", "brier", "correlation"):
            values = np.array([getattr(one, key) for one in ours])
            numbers[f"people_{key}"] = mean(values, seed).value
    row = data.bounds(split)[0]
    thresholds = {k: kept[name][0].thresholds for k, name in kinds.items()}
    if task.evidence and task.evidence.seen:
        drawn = OneMap.of(asking, data, row).things(ready)
        tables.append(replace(drawn, title=f"{drawn.title} on the map that is drawn"))
    shown = {name: tallies[name] for name in dict.fromkeys((ALONE, warm(asking.best)))}
    figures = {
        "Is it as often right as it says, of points and of things?": reliabilities(
            shown, _things(kinds, known, test), task.classes
        ),
        "What masks miss, and how much they take in": mask_curves(
            {name: each[1:] for name, each in kept.items()}, alpha
        ),
        "Where it is unsure, and what masks promise": picture(
            asking, data, row, thresholds
        ),
    }
    return Evaluation(
        {f"uncertainty/{key}": n for key, n in numbers.items() if np.isfinite(n)},
        tuple(tables),
        figures,
        ("uncertainty/ece", "uncertainty/coverage"),
    )


def _things(
    kinds: Mapping[int, str], known: Gathered, test: Gathered
) -> dict[str, tuple[Scored, Scored]]:
    """Class → things of test maps, as they are and mended by calibration maps'."""
    found: dict[str, tuple[Scored, Scored]] = {}
    for kind, name in kinds.items():
        plain = Scored.of(test.things, kind)
        found[name] = plain, plain.mended(Scored.of(known.things, kind))
    return found


def _score_table(
    tallies: Mapping[str, Tally],
    asking: Asking,
    maps: int,
    classes: tuple[str, ...],
    seed: int,
) -> Table:
    rows = [
        (
            name,
            f"{asking.passes.get(name.split(', ')[0], 1)}",
            *(
                f"{cell.value:.4f} ({cell.low:.4f} – {cell.high:.4f})"
                for cell in (mean(one.nll, seed), mean(one.brier, seed))
            ),
            *(_percent(one.ece(kind, seed)) for kind in range(1 + len(classes))),
        )
        for name, one in tallies.items()
    ]
    return Table(
        "How good the probabilities of points are",
        f"{maps} test maps; a point counts as much as its area. Points of a map are "
        "not independent: in brackets is where 95 % of samples of resampled maps lie. "
        "Temperatures are fitted to points of validation maps. Passes: how often a map "
        "goes through a network.",
        ("", "passes", "NLL", "Brier", "ECE", *(f"ECE of {name}" for name in classes)),
        tuple(rows),
    )


def _percent(one: Interval) -> str:
    return f"{100 * one.value:.2f} ({100 * one.low:.2f} – {100 * one.high:.2f}) %"


def _gain_tables(
    tallies: Mapping[str, Tally], asking: Asking, numbers: dict[str, float], seed: int
) -> list[Table]:
    """What each method gains over one network asked once, map by map."""
    rows: list[tuple[str, ...]] = []
    for name in asking.passes:
        if name == ALONE:
            continue
        for key in ("nll", "brier"):
            one, other = (getattr(tallies[warm(n)], key) for n in (ALONE, name))
            less = mean(one - other, seed)
            if name == asking.best:
                numbers |= {f"{key}_gain": less.value, f"{key}_gain_low": less.low}
            cells = f"{less.value:.2g}", f"{less.low:.2g} … {less.high:.2g}"
            rows.append((name, in_words(key), *cells, verdict(less)))
    if not rows:
        return []
    columns = ("", "", "less by", "95 % of resampled maps", "better")
    title = "What each gains over one network asked once"
    said = "All with a temperature; the same maps, so that their luck drops out."
    return [Table(title, said, columns, tuple(rows))]


def _doubt_table(doubts: np.ndarray, numbers: dict[str, float], seed: int) -> Table:
    """Parts of the members' doubt, means over maps (N, 3)."""
    cells = [mean(part, seed) for part in doubts.T]
    numbers["epistemic"] = cells[2].value
    return Table(
        "What the doubt is of",
        "Entropy of the members' mean probabilities, nats: their mean entropy "
        "(aleatoric) and their disagreement (epistemic). Means over maps by area, as "
        "they were trained; in brackets, where 95 % of resampled maps' lie.",
        ("total", "aleatoric", "epistemic"),
        (tuple(f"{c.value:.4f} ({c.low:.4f} – {c.high:.4f})" for c in cells),),
    )
