"""What is known of a whole map: the season, and how much is on it."""

import numpy as np

from workbench.task import Fact
from workbench.tasks.climate.data import ClimateData
from workbench.tasks.climate.variables import CLASSES, CYCLONE, RIVER

SEASONS = ("December–February", "March–May", "June–August", "September–November")


def facts(data: ClimateData, rows: np.ndarray) -> list[Fact]:
    """Seasons, and which part of the points is in things, where somebody says.

    Args:
        data: Set up.
        rows: Of its maps.
    """
    store = data.source
    when = store.time[rows].astype("datetime64[M]")
    season = np.where(np.isnat(when), np.nan, (when.astype(int) % 12 + 1) % 12 // 3)
    counts = store.counts[rows].astype(float)  # (N, 1 + A, 3)
    truth, people = counts[:, 0], counts[:, 1:].sum(1)
    said = truth if truth.any() else people
    with np.errstate(invalid="ignore"):  # where nobody says anything
        shares = 100 * said / said.sum(1, keepdims=True)
    found = [Fact("season", season, SEASONS)]
    for code in (CYCLONE, RIVER):
        found.append(Fact(f"{CLASSES[code]} [% of points]", shares[:, code]))
    return [one for one in found if np.isfinite(one.values).any()]
