"""What masks miss on test maps, beside what was promised."""

from collections.abc import Mapping

from workbench.errors import BadInput
from workbench.task import Table
from workbench.uncertainty.maps.masks import Lost, Masks
from workbench.uncertainty.maps.tally import mean

Kept = tuple[Masks, Lost, Lost]  # the promise, and maps that calibrate and try it


def mask_table(
    kept: Mapping[str, Kept], numbers: dict[str, float], maps: int, seed: int = 0
) -> Table:
    """Each class's masks at the promised share, at half of it and at twice it.

    Args:
        kept: Class → the promise and its maps.
        numbers: Are added to.
        maps: Test maps, with the class or without.
        seed: Of the resampling.
    """
    rows: list[tuple[str, ...]] = []
    for name, (promise, known, test) in kept.items():
        word = name.split()[-1]
        found = mean(promise.missed(test), seed)
        numbers |= {
            f"fnr_{word}": found.value,
            f"fnr_{word}_low": found.low,
            f"fnr_{word}_high": found.high,
            f"stray_{word}": mean(promise.strayed(test), seed).value,
            f"mask_size_{word}": mean(promise.size(test), seed).value,
        }
        for alpha in (promise.alpha / 2, promise.alpha, 2 * promise.alpha):
            rows.append(_row(name, alpha, known, test, seed))
    return Table(
        "Masks that miss no more of a thing than promised",
        f"The promise is about the mean over maps with the thing, and over "
        f"calibrations, not about each map; of {maps} test maps those with it count. "
        "Missed: share of its points outside of the outer mask. Strayed: points of the "
        "inner mask outside of it, as a share of it. In brackets, where 95 % of "
        "samples of resampled maps lie.",
        (
            "", "may be lost", "calibration maps", "test maps", "outer from", "missed",
            "size of outer", "inner from", "strayed", "inside inner",
        ),
        tuple(rows),
    )  # fmt: skip


def _row(
    name: str, alpha: float, known: Lost, test: Lost, seed: int
) -> tuple[str, ...]:
    counts = f"{len(known)}", f"{len(test)}"
    try:
        promise = Masks.fit(known, alpha, name)
    except BadInput:
        return name, f"{100 * alpha:g} %", *counts, "too few maps", *[""] * 5
    outer, inner = promise.thresholds
    cells = [mean(each, seed) for each in (promise.missed(test), promise.strayed(test))]
    missed, strayed = (
        f"{100 * cell.value:.1f} ({100 * cell.low:.1f} – {100 * cell.high:.1f}) %"
        for cell in cells
    )
    return (
        name,
        f"{100 * alpha:g} %",
        *counts,
        f"{outer:.2g}",
        missed,
        f"{mean(promise.size(test), seed).value:.2f}",
        f"{inner:.3f}" if inner <= 1 else "nothing",
        strayed,
        f"{100 * mean(promise.held(test), seed).value:.0f} %",
    )
