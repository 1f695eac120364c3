"""What a file holds before anybody says what sky it shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from workbench.tasks.cosmogan.files.stack import Stack


@dataclass(frozen=True)
class Found:
    """Maps as a file has them, and what it says of them.

    Attributes:
        path: The file or folder.
        layout: Its name.
        stack: The maps.
        scale: Degrees a pixel is wide, where the file says.
        source: Redshift of the lensed galaxies, where the file says.
        about: Where the maps come from, as plain types.
        group: (N,) which maps show the same box, where the file says.
        parameters: (N, 2) Ω_m and σ8 of each map, where the file says.
    """

    path: Path
    layout: str
    stack: Stack
    scale: float | None = None
    source: float | None = None
    about: Mapping[str, Any] = field(default_factory=dict[str, Any])
    group: np.ndarray | None = None
    parameters: np.ndarray | None = None
