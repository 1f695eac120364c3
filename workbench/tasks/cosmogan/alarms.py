"""What goes wrong with generators in training, told from the maps they draw."""

import numpy as np

LEAST_SPREAD, LEAST_COVERAGE = 0.5, 0.2
MOST_SPREAD, MOST_POWER = 3.0, 2.0


def spread(real: np.ndarray, generated: np.ndarray) -> float:
    """How much a point differs from map to map, against real maps (N, S, S)."""
    return float(generated.std(0).mean() / real.std(0).mean())


def checkerboard(real: np.ndarray, generated: np.ndarray) -> float:
    """Power of waves of two points, against real maps (N, S, S).

    Transposed convolutions leave them (Odena et al., doi:10.23915/distill.00003).
    """
    return float(_finest(generated) / _finest(real))


def alarms(
    real: np.ndarray, generated: np.ndarray, coverage: float | None = None
) -> list[str]:
    """What to be alarmed at, a sentence each; none is good.

    Args:
        real: Maps (N, S, S).
        generated: Maps (N, S, S).
        coverage: Share of real maps with a generated one nearby, if it is known.
    """
    if not np.isfinite(generated).all():
        return ["diverged: maps with points that are no numbers"]
    found: list[str] = []
    wide, fine = spread(real, generated), checkerboard(real, generated)
    if wide > MOST_SPREAD:
        found.append(f"diverged: maps vary {wide:.1f} times as much as real ones")
    if wide < LEAST_SPREAD:
        found.append(f"collapse: maps vary {wide:.2f} times as much as real ones")
    if coverage is not None and coverage < LEAST_COVERAGE:
        found.append(f"collapse: {coverage:.0%} of real maps have one nearby")
    if fine > MOST_POWER:
        found.append(f"checkerboard: {fine:.1f} times the power in waves of two points")
    return found


def _finest(maps: np.ndarray) -> float:
    """Mean power of the waves of two points along a row or a column."""
    rows = maps[:, :, 0::2].sum(2) - maps[:, :, 1::2].sum(2)  # (N, S)
    columns = maps[:, 0::2].sum(1) - maps[:, 1::2].sum(1)
    return float(np.square(rows).mean() + np.square(columns).mean())
