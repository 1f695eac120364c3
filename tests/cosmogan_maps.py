"""Small maps for tests of files: random, but skewed like convergence."""

import numpy as np

from workbench.tasks.cosmogan.field import Field

FIELD = Field(8, 0.4, 1.0)


def some_maps(count: int = 5, seed: int = 0, pixels: int = 8) -> np.ndarray:
    """κ (count, pixels, pixels) float32."""
    draw = np.random.default_rng(seed)
    noise = draw.standard_normal((count, pixels, pixels))
    return (0.02 * (np.exp(0.5 * noise - 0.125) - 1)).astype(np.float32)
