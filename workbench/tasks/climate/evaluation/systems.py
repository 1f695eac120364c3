"""System by system: which were found, which are false alarms, how far off."""

import numpy as np
import torch

from workbench.task import Table
from workbench.tasks.climate.evaluation.points import KEYS
from workbench.tasks.climate.events import match
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import CLASSES

MEASURES = {  # column of ``match`` → heading and digits
    "true": ("true", 0),
    "hit_rate": ("hit rate", 3),
    "false_alarms_a_map": ("false alarms a map", 2),
    "false_alarms_a_map_tropics": ("of these in the tropics", 2),
    "centre_error_km": ("median error of the centre, km", 0),
}


def system_results(
    mask: torch.Tensor, named: torch.Tensor
) -> tuple[dict[str, float], Table]:
    """Hit rates and false alarms under their keys, and as a table.

    Args:
        mask: True codes, (N, H, W).
        named: Codes given, the same.
    """
    rows, columns = mask.shape[1:]
    found = match(mask.numpy(), named.numpy().astype(np.uint8), Grid(rows, columns))
    numbers: dict[str, float] = {}
    lines: list[tuple[str, ...]] = []
    for code in (1, 2):
        one = found.loc[CLASSES[code]]
        for column in ("hit_rate", "false_alarms_a_map"):
            if np.isfinite(one[column]):  # there may be none to hit
                numbers[f"test/{column}_{KEYS[code]}"] = float(one[column])
        cells = [f"{one[name]:.{digits}f}" for name, (_, digits) in MEASURES.items()]
        lines.append((CLASSES[code], *cells))
    caption = (
        "Connected areas, paired one to one where they share a tenth of their union; "
        "the tropics are within 20° of the equator."
    )
    headings = ("class", *(heading for heading, _ in MEASURES.values()))
    return numbers, Table("System by system", caption, headings, tuple(lines))
