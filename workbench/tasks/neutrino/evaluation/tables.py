"""The test report's tables, ours beside what was published."""

from collections.abc import Mapping, Sequence

import numpy as np

from workbench.rates import Rate
from workbench.task import Table
from workbench.tasks.neutrino import published
from workbench.tasks.neutrino.causes import CAUSES, shares
from workbench.tasks.neutrino.evaluation.bias import target_shifts
from workbench.tasks.neutrino.evaluation.breakdown import (
    accuracy,
    by_multiplicity,
    by_segment,
)
from workbench.tasks.neutrino.evaluation.selections import Selection
from workbench.tasks.neutrino.prior import estimated_fractions
from workbench.tasks.neutrino.segments import CLASS_NAMES, RANK, Z_ORDER

INTERVAL = "Intervals are 68 % Wilson."


def percent(part: Rate) -> str:
    """A rate as ``93.4 (92.9–93.8) %``, a dash without events."""
    if not part.trials:
        return "–"
    low, high = part.interval()
    return f"{100 * part.value:.1f} ({100 * low:.1f}–{100 * high:.1f}) %"


def segment_table(truth: np.ndarray, predicted: np.ndarray) -> Table:
    """Accuracy of each segment along z beside the published ones."""
    rows = [
        (
            CLASS_NAMES[code],
            str(code),
            str(RANK[code]),
            str(part.trials),
            f"{100 * part.trials / max(len(truth), 1):.1f} %",
            f"{100 * published.DISTRIBUTION[code]:.1f} %",
            percent(part),
            f"{100 * published.PREVIOUS[code]:.1f} %",
            f"{100 * published.NETWORK[code]:.1f} %",
        )
        for code, part in by_segment(truth, predicted).items()
    ]
    overall = accuracy(truth, predicted)
    previous = published.ACCURACY_BY_VIEWS["previous methods"]
    network = max(published.ACCURACY_BY_DEPTH.values())
    total = ("all", "", "", str(overall.trials), "", "", percent(overall))
    rows.append((*total, f"{100 * previous:.1f} %", f"{100 * network:.1f} %"))
    return Table(
        "Accuracy by segment, along z",
        f"{INTERVAL} Previous method and network: {published.LABEL} "
        f"({published.SOURCE}), which is not the sample tested here.",
        (
            "segment",
            "code",
            "number of 2016",
            "events",
            "share",
            "share, published",
            "this run",
            "previous method, published",
            "network, published",
        ),
        tuple(rows),
    )


def published_table() -> Table:
    """The two published series of networks."""
    series = {**published.ACCURACY_BY_VIEWS, **published.ACCURACY_BY_DEPTH}
    return Table(
        "What was published",
        f"Accuracy {published.LABEL} ({published.SOURCE}).",
        ("model", "accuracy"),
        tuple((name, f"{100 * value:.2f} %") for name, value in series.items()),
    )


def selection_table(selections: list[Selection]) -> Table:
    """Purity and efficiency of samples on a target or a material."""
    return Table(
        "Purity and efficiency",
        "Purity: share of the selected events that belong. Efficiency: share of those "
        f"that belong which are selected. {INTERVAL}",
        ("sample", "selected", "purity", "truly there", "efficiency"),
        tuple(
            (
                one.name,
                str(one.purity.trials),
                percent(one.purity),
                str(one.efficiency.trials),
                percent(one.efficiency),
            )
            for one in selections
        ),
    )


def bias_table(truth: np.ndarray, predicted: np.ndarray) -> Table:
    """Shift of mean Q² and W in each target's sample."""
    units = {"q2": ("Q²", "GeV²"), "w": ("W", "GeV")}
    rows: list[tuple[str, ...]] = []
    for shift in target_shifts(truth, predicted):
        name, unit = units[shift.quantity]
        value, error, sigmas = (
            f"{x:+.4f}" if np.isfinite(x) else "–"
            for x in (shift.value, shift.error, shift.sigmas)
        )
        size = f"{value} ± {error.lstrip('+')} {unit}"
        rows.append((CLASS_NAMES[shift.target], name, size, sigmas[:5]))
    return Table(
        "Bias in Q² and W",
        "Mean over the events selected in a target minus the mean over those truly "
        "there; the error knows that the two share most of their events.",
        ("sample", "quantity", "shift of the mean", "in σ"),
        tuple(rows),
    )


def multiplicity_table(truth: np.ndarray, predicted: np.ndarray) -> Table:
    """Accuracy by number of charged hadrons."""
    return rate_table(
        "Accuracy by hadrons",
        "Protons, charged pions and kaons above 50 MeV kinetic energy.",
        "charged hadrons",
        by_multiplicity(truth, predicted),
    )


def condition_table(rates: Mapping[str, Rate]) -> Table:
    """Accuracy in each named condition of the simulated detector."""
    return rate_table(
        "Accuracy by condition",
        "Fresh simulated events of each condition at full strength; the network "
        "knows only the condition it was trained on.",
        "condition",
        rates,
    )


def count_table(
    truth: np.ndarray, probabilities: np.ndarray, class_counts: Sequence[int]
) -> Table:
    """Events counted in each segment, with the prior of the training undone.

    Args:
        truth: (N,) TRUTH.
        probabilities: (N, 11) by segment code.
        class_counts: (11,) training events of each segment.
    """
    logs = np.log(np.maximum(probabilities, 1e-30))
    corrected = estimated_fractions(logs, np.asarray(class_counts)) * len(truth)
    counted = np.bincount(probabilities.argmax(1), minlength=len(CLASS_NAMES))
    true = np.bincount(truth["segment"], minlength=len(CLASS_NAMES))
    return Table(
        "How many events each segment has",
        "Counting most probable segments inherits the class fractions of the training; "
        "the corrected count undoes them (Saerens et al. 2002).",
        ("segment", "truly there", "most probable there", "corrected"),
        tuple(
            (
                CLASS_NAMES[code],
                str(true[code]),
                str(counted[code]),
                f"{corrected[code]:.0f}",
            )
            for code in Z_ORDER
        ),
    )


def missing_table(missing: Sequence[str]) -> Table:
    """Parts of the report that the tested file's truth does not allow."""
    return Table(
        "Not in this report",
        "The tested file does not record the truth that these need; simulated events "
        "and the layout of 2017 carry more of it.",
        ("left out",),
        tuple((name,) for name in missing),
    )


def rate_table(title: str, caption: str, what: str, rates: Mapping[str, Rate]) -> Table:
    """Any accuracies by name, such as those of several detector conditions."""
    return Table(
        title,
        f"{caption} {INTERVAL}",
        (what, "events", "accuracy"),
        tuple((name, str(r.trials), percent(r)) for name, r in rates.items()),
    )


def cause_table(truth: np.ndarray, predicted: np.ndarray) -> Table:
    """Wrong events by cause, beside how common the cause is among right ones."""
    return Table(
        "Wrong events by cause",
        "Each wrong event counts once, under the first cause that applies, from the "
        "top. The last column is the share of right events with the same feature; a "
        "cause matters as far as the wrong share exceeds it.",
        ("cause", "wrong events", "share of wrong", "share of right"),
        tuple(
            (cause, str(wrong.successes), percent(wrong), percent(right))
            for cause, (wrong, right) in zip(
                CAUSES, shares(truth, predicted), strict=True
            )
        ),
    )


def text(table: Table) -> str:
    """A table for the terminal: title, aligned columns, caption."""
    lines = [table.columns, *table.rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    body = [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    rule = "-" * max(map(len, body))
    return "\n".join([table.title, body[0], rule, *body[1:], table.caption])
