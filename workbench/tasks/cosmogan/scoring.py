"""One number that says which of two networks in training draws better maps."""

import numpy as np

from workbench.tasks.cosmogan.alarms import alarms, checkerboard, spread
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.physics.gates import COVERAGE, QUICK, Measured
from workbench.tasks.cosmogan.physics.summary import Summary

WORST = 1e3  # of maps that cannot be measured


def score(real: np.ndarray, generated: np.ndarray, field: Field) -> dict[str, float]:
    """``val_loss``, the mean of errors over their bars, and its parts.

    Args:
        real: Validation maps (N, S, S).
        generated: As many drawn ones.
        field: Of both.
    """
    if not np.isfinite(generated).all():
        return {"val_loss": WORST, "val_alarms": 1.0}
    summary = Summary.of(real, field)
    ours, theirs = (Measured.of(maps, summary) for maps in (real, generated))
    found = {gate.key: gate(ours, theirs) for gate in QUICK}
    parts = [found[g.key] / g.bar for g in QUICK if g is not COVERAGE]
    parts.append((1 - found[COVERAGE.key]) / (1 - COVERAGE.bar))
    rung = alarms(real, generated, found[COVERAGE.key])
    return {
        "val_loss": min(WORST, float(np.mean(parts))),
        **{f"val_{key}": value for key, value in found.items()},
        "val_spread": spread(real, generated),
        "val_checkerboard": checkerboard(real, generated),
        "val_alarms": float(len(rung)),
    }
