"""Many maps that need not fit in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.tasks.cosmogan.field import Field


@dataclass(frozen=True)
class Maps:
    """Convergence maps of one field, read where they are asked for.

    Attributes:
        values: (N, S, S) κ, whatever slices and index arrays give as numpy.
        field: Their patch of sky.
        about: Where they come from, as plain types.
        group: (N,) int64; maps of one number show the same simulated box or large map,
            and no split divides them. Each stands for itself if ``None``.
        gap: How many maps lie between two splits unused, since neighbours touch.
        parameters: (N, 2) Ω_m and σ8 of each map, where they are known.
    """

    values: Any
    field: Field
    about: Mapping[str, Any]
    group: np.ndarray | None = None
    gap: int = 0
    parameters: np.ndarray | None = None

    def __len__(self) -> int:
        """Number of maps."""
        return len(self.values)

    def read(self, index: np.ndarray | slice) -> np.ndarray:
        """Maps (n, S, S) as float32."""
        return np.asarray(self.values[index], np.float32)
