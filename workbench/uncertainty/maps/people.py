"""A network's doubt beside people's: where several have drawn, they disagree."""

from dataclasses import dataclass

import numpy as np

from workbench.task import Table
from workbench.uncertainty.calibration import TINY, entropy
from workbench.uncertainty.maps.tally import mean


def shares(codes: np.ndarray, classes: int) -> np.ndarray:
    """Share of people who name each class (K, H, W); no number where none did.

    Args:
        codes: What each person said (people, H, W), less than 0 where nothing.
        classes: How many there are.
    """
    votes = np.stack([(codes == k).sum(0) for k in range(classes)]).astype(np.float64)
    total = votes.sum(0)
    with np.errstate(invalid="ignore"):  # nothing by nothing
        return votes / total


@dataclass(frozen=True)
class Beside:
    """One map's probabilities beside people's shares; means over its area.

    Attributes:
        nll: −Σ share · log p, nats.
        least: The same of the shares themselves, which nothing can be below.
        brier: Squared distance of probabilities from shares.
        correlation: Of the network's entropy and the shares', over points.
    """

    nll: float
    least: float
    brier: float
    correlation: float

    @classmethod
    def of(cls, chances: np.ndarray, said: np.ndarray, area: np.ndarray) -> "Beside":
        """Compare probabilities (K, H, W) with shares; ``area`` (H,) is a point's."""
        known = np.isfinite(said[0])
        weight = np.repeat(area[:, None], known.shape[1], 1)[known]
        weight = weight / weight.sum()
        p, s = chances[:, known], said[:, known]  # (K, P)
        cross = -(s * np.log(np.maximum(p, TINY))).sum(0)
        torn, apart = entropy(p.T), entropy(s.T)
        return cls(
            float(cross @ weight),
            float(apart @ weight),
            float(np.square(p - s).sum(0) @ weight),
            _correlation(torn, apart, weight),
        )


def people_table(found: dict[str, list[Beside]], seed: int = 0) -> Table:
    """What each method's probabilities are worth as a forecast of what people draw."""
    rows: list[tuple[str, ...]] = []
    for name, maps in found.items():
        columns = [
            np.array([getattr(one, key) for one in maps])
            for key in ("nll", "brier", "correlation")
        ]
        cells = [mean(values, seed) for values in columns]
        rows.append(
            (
                name,
                *(f"{c.value:.4f} ({c.low:.4f} – {c.high:.4f})" for c in cells[:2]),
                f"{cells[2].value:+.2f} ({cells[2].low:+.2f} – {cells[2].high:+.2f})",
            )
        )
    least = np.mean([one.least for one in next(iter(found.values()))])
    return Table(
        "Doubt beside people's disagreement",
        "The truth of a point is here the share of people who name each class. The NLL "
        f"cannot be below {least:.4f}, the people's own entropy. Correlation: of the "
        "network's entropy and people's, over the points of a map. Means over maps, "
        "and where 95 % of resampled maps' lie.",
        ("", "NLL of shares", "Brier of shares", "correlation of doubt"),
        tuple(rows),
    )


def _correlation(one: np.ndarray, other: np.ndarray, weight: np.ndarray) -> float:
    """Pearson's, of weighted points; no number where either does not vary."""
    one, other = one - one @ weight, other - other @ weight
    spread = np.sqrt((one**2 @ weight) * (other**2 @ weight))
    return float((one * other) @ weight / spread) if spread > TINY else np.nan
