"""People who draw outlines: each is generous or strict, misplaces and misses.

Two of them agree as the annotators of ClimateNet do: on 120 places seen by several,
their intersection over union is 0.41 for cyclones and 0.39 for rivers.
"""

import numpy as np

from workbench.tasks.climate.generator.kernels import sample
from workbench.tasks.climate.generator.noise import Noise, Spectrum, fields
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import CYCLONE, RIVER

HAND = Spectrum(slope=4.0, peak=14, days=3.0)
EYE = Spectrum(slope=4.0, peak=9, days=3.0)
FINEST_STROKE = 32  # degree
MISPLACED = 1.2  # degrees
GENEROUS = 0.22  # spread of the logarithm of a person's scale
UNSURE_CYCLONE, UNSURE_RIVER = 0.22, 0.55  # spread of the logarithm from place to place
SMALL_CYCLONE, SMALL_RIVER = 0.05, 0.16  # by how much on average, in the logarithm


def annotate(
    seed: tuple[int, ...],
    cyclone: np.ndarray,
    river: np.ndarray,
    natural: np.ndarray,
    grid: Grid,
    day: float,
) -> np.ndarray:
    """The class codes that one person gives, (rows, columns) uint8.

    Args:
        seed: Of sample, sequence and person.
        cyclone: How near each point is to a cyclone's outline (1 on it, less inside).
        river: The same of rivers.
        natural: Filaments that some people call rivers.
        grid: Of the map.
        day: Since the sequence's start.
    """
    scale = np.random.default_rng((*seed, 99)).normal(0, GENEROUS, 2)
    noises = [
        Noise((*seed, 90 + k), HAND if k < 2 else EYE, FINEST_STROKE) for k in range(4)
    ]
    east, north, *doubt = fields(noises, grid, [day], FINEST_STROKE)[:, 0]
    rows, columns = np.indices(grid.shape, np.float32)
    narrow = np.maximum(np.cos(grid.phi), 0.2)
    place = np.stack(
        [
            np.clip(rows + north * MISPLACED / grid.step, 0, grid.rows - 1),
            (columns + east * MISPLACED / narrow * grid.columns / 360) % grid.columns,
        ]
    ).astype(np.float32)
    seen_cyclone = np.log(sample(cyclone, place) + 0.05)
    level = np.where(natural, np.minimum(river, 0.95), river)
    seen_river = np.log(sample(level, place) + 0.05)
    code = np.zeros(grid.shape, np.uint8)
    seen_river += scale[0] + UNSURE_RIVER * doubt[0] + SMALL_RIVER
    seen_cyclone += scale[1] + UNSURE_CYCLONE * doubt[1] + SMALL_CYCLONE
    code[seen_river < 0] = RIVER
    code[seen_cyclone < 0] = CYCLONE
    return code
