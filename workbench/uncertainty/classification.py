"""How sure a classifier is: everything that is measured, as a report has it."""

from collections.abc import Sequence

from workbench.bootstrap import Interval
from workbench.task import Evaluation, Table
from workbench.uncertainty.answers import Answers
from workbench.uncertainty.conformal import suited_alpha
from workbench.uncertainty.figures import reliabilities, set_sizes
from workbench.uncertainty.methods import methods
from workbench.uncertainty.promises import (
    DEFAULT,
    class_table,
    promise_table,
    promises,
)
from workbench.uncertainty.scores import Scores, gain


def judge(
    val: Sequence[Answers],
    calibration: Sequence[Answers],
    test: Sequence[Answers],
    classes: Sequence[str],
    alpha: float | None = None,
    seed: int = 0,
) -> Evaluation:
    """Mend probabilities on validation events, make promises, try all on test events.

    Args:
        val: Each member's answers to the events by which it was chosen.
        calibration: To events that nothing has seen.
        test: To others.
        classes: Names in the order of logits.
        alpha: How often sets may miss the true class; suited to the accuracy if not
            given.
        seed: Of what is resampled.

    Raises:
        BadInput: too few calibration events for α, or answers that are no numbers.
    """
    tried, ready = methods(val, test), methods(val, calibration)
    best = list(tried)[-1]
    scores = {name: Scores.of(said, seed) for name, said in tried.items()}
    chosen = scores[best]
    if alpha is None:
        right = val[0].logits.argmax(1) == val[0].labels
        alpha = suited_alpha(float(right.mean()))
    kept = promises(ready[best], tried[best], alpha)
    sets = next(one for one in kept.values() if one.promise.method == DEFAULT)
    numbers = {
        "ece": chosen.ece.value,
        "ece_floor": chosen.floor.mean,
        "ece_floor_95": chosen.floor.high,
        "nll": chosen.nll.value,
        "brier": chosen.brier.value,
        "augrc": chosen.augrc.value,
        "alpha": alpha,
        "coverage": sets.coverage,
        "coverage_low": sets.band[0],
        "coverage_high": sets.band[1],
        "coverage_shown": sets.shown,
        "set_size": sets.size,
        "members": float(len(test)),
    }
    tables = [_score_table(scores, len(test[0]))]
    if len(test) > 1:
        gains = gain(tried["temperature"], tried[best], seed)
        for name, found in gains.items():
            numbers |= {f"{name}_gain": found.value, f"{name}_gain_low": found.low}
        tables.append(_gain_table(gains, len(test)))
    tables.append(promise_table(kept, len(calibration[0]), len(test[0])))
    tables.append(class_table(kept, classes))
    shown = {name: tried[name] for name in dict.fromkeys(("as it is", best))}
    return Evaluation(
        {f"uncertainty/{name}": value for name, value in numbers.items()},
        tuple(tables),
        {
            "Is it as often right as it says? And what is gained by not answering?": (
                reliabilities(shown)
            ),
            "How many classes sets hold": set_sizes(kept, tried[best]),
        },
        ("uncertainty/ece", "uncertainty/coverage", "uncertainty/augrc"),
    )


def _score_table(scores: dict[str, Scores], events: int) -> Table:
    rows = [
        (
            name,
            f"{100 * one.accuracy:.2f} %",
            _shown(one.nll, 1, 4),
            _shown(one.brier, 1, 4),
            _shown(one.ece, 100, 2, " %"),
            f"{100 * one.floor.mean:.2f} (< {100 * one.floor.high:.2f}) %",
            f"{100 * one.adaptive:.2f} %",
            f"{100 * one.classwise:.2f} %",
            _shown(one.augrc, 100, 3, " %"),
            f"{100 * one.at_80:.2f} %",
        )
        for name, one in scores.items()
    ]
    return Table(
        "How good the probabilities are",
        f"{events:,} test events; ± half of where 95 % of resampled samples lie. The "
        "floor is the calibration error of true probabilities of as many events, and "
        "what 95 % of such samples stay below. AUGRC: chance of a wrong answer, over "
        "all shares of events that are answered.",
        (
            "", "accuracy", "NLL", "Brier", "ECE", "floor of ECE", "adaptive ECE",
            "class-wise ECE", "AUGRC", "right at 80 % answered",
        ),
        tuple(rows),
    )  # fmt: skip


def _gain_table(gains: dict[str, Interval], members: int) -> Table:
    rows = [
        (name.upper(), f"{one.value:.2g}", f"{one.low:.2g} … {one.high:.2g}",
         "yes" if one.above_zero else "not told from chance")
        for name, one in gains.items()
    ]  # fmt: skip
    return Table(
        f"What {members} members gain over one",
        "Both with a temperature; the same events, so that their luck drops out.",
        ("", "less by", "95 % of resampled", "better"),
        tuple(rows),
    )


def _shown(one: Interval, unit: float, digits: int, end: str = "") -> str:
    half = unit * (one.high - one.low) / 2
    return f"{unit * one.value:.{digits}f}\u00a0±\u00a0{half:.{digits}f}{end}"
