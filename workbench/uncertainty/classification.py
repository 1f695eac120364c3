"""How sure a classifier is: everything that is measured, as a report has it."""

from collections.abc import Mapping, Sequence

from workbench.bootstrap import Interval
from workbench.runs.folder import in_words
from workbench.task import Evaluation, Table
from workbench.uncertainty.answers import Answers
from workbench.uncertainty.conformal import suited_alpha
from workbench.uncertainty.decomposition import doubt_table
from workbench.uncertainty.figures import reliabilities, set_sizes
from workbench.uncertainty.methods import Pair, methods
from workbench.uncertainty.promises import (
    DEFAULT,
    class_table,
    promise_table,
    promises,
)
from workbench.uncertainty.scores import Scores, gain
from workbench.uncertainty.ways import Said


def judge(
    val: Sequence[Answers],
    calibration: Sequence[Answers],
    test: Sequence[Answers],
    classes: Sequence[str],
    alpha: float | None = None,
    seed: int = 0,
    said: Sequence[Said] = (),
    refused: Mapping[str, str] | None = None,
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
        said: What the first member says when it is asked in several ways.
        refused: Ways that are not offered, and why.

    Raises:
        BadInput: too few calibration events for α, or answers that are no numbers.
    """
    pairs = {one.way.name: _pooled(one.val, one.test) for one in said}
    tried = methods(val, test, pairs)
    ready = methods(val, calibration)
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
    passes = {one.way.name: one.way.passes for one in said} | {
        f"{len(test)} members": len(test)
    }
    tables = [_score_table(scores, passes, len(test[0]), refused or {})]
    gains = {
        name: gain(tried["temperature"], tried[f"{name}, temperature"], seed)
        for name in passes
        if f"{name}, temperature" in tried
    }
    if gains:
        tables.append(_gain_table(gains, passes))
    if len(test) > 1:
        for name, found in gains[f"{len(test)} members"].items():
            numbers |= {f"{name}_gain": found.value, f"{name}_gain_low": found.low}
    drawn = {one.way.name: one.test for one in said if one.way.draws}
    if len(test) > 1:
        drawn[f"{len(test)} members"] = test
    if drawn:
        tables.append(doubt_table(drawn))
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


def _pooled(known: Sequence[Answers], new: Sequence[Answers]) -> Pair:
    return Answers.pooled(known), Answers.pooled(new)


def _score_table(
    scores: Mapping[str, Scores],
    passes: Mapping[str, int],
    events: int,
    refused: Mapping[str, str],
) -> Table:
    rows = [
        (
            name,
            f"{passes.get(name.split(', ')[0], 1)}",
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
    without = [f" Not offered: {name}, for {why}." for name, why in refused.items()]
    return Table(
        "How good the probabilities are",
        f"{events:,} test events; ± half of where 95 % of resampled samples lie. "
        "Passes: how often each event goes through a network. The "
        "floor is the calibration error of true probabilities of as many events, and "
        "what 95 % of such samples stay below. AUGRC: chance of a wrong answer, over "
        f"all shares of events that are answered.{''.join(without)}",
        (
            "", "passes", "accuracy", "NLL", "Brier", "ECE", "floor of ECE",
            "adaptive ECE", "class-wise ECE", "AUGRC", "right at 80 % answered",
        ),
        tuple(rows),
    )  # fmt: skip


def _gain_table(
    gains: Mapping[str, Mapping[str, Interval]], passes: Mapping[str, int]
) -> Table:
    rows = [
        (name, f"{passes[name]}", in_words(measure), f"{one.value:.2g}",
         f"{one.low:.2g} … {one.high:.2g}", verdict(one))
        for name, both in gains.items() for measure, one in both.items()
    ]  # fmt: skip
    return Table(
        "What each gains over one network asked once",
        "All with a temperature; the same events, so that their luck drops out. "
        "Members cost as many trainings, too: what three trainings of a third of the "
        "epochs each give is measured by `python -m benchmarks.uncertainty`.",
        ("", "passes", "", "less by", "95 % of resampled", "better"),
        tuple(rows),
    )


def verdict(gain: Interval) -> str:
    """Whether a gain is one, in words."""
    if gain.above_zero:
        return "yes"
    return "no, worse" if gain.high < 0 else "not told from chance"


def _shown(one: Interval, unit: float, digits: int, end: str = "") -> str:
    half = unit * (one.high - one.low) / 2
    return f"{unit * one.value:.{digits}f}\u00a0±\u00a0{half:.{digits}f}{end}"
