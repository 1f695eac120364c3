"""What a network sees in place of κ: invertible functions fitted to training maps."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.cosmogan.transforms.channels import MultiChannel
from workbench.tasks.cosmogan.transforms.linear import Identity, Standardised
from workbench.tasks.cosmogan.transforms.skewed import (
    Asinh,
    LogLinear,
    Lognormal,
    Rational,
)
from workbench.tasks.cosmogan.transforms.transform import Transform

TRANSFORMS: dict[str, type[Transform]] = {
    "identity": Identity,
    "rational": Rational,
    "loglinear": LogLinear,
    "standardised": Standardised,
    "asinh": Asinh,
    "lognormal": Lognormal,
    "multichannel": MultiChannel,
}


def fitted(name: str, maps: np.ndarray) -> Transform:
    """The transform of that name for maps like these.

    Args:
        name: One of ``TRANSFORMS``.
        maps: Training maps, κ (n, S, S); a thousand tell as much as all.

    Raises:
        BadInput: no such transform.
    """
    if name not in TRANSFORMS:
        known = ", ".join(TRANSFORMS)
        raise BadInput(f"transform {name!r}: no such transform: choose from {known}")
    return TRANSFORMS[name].fit(maps)


def restored(about: Mapping[str, Any]) -> Transform:
    """The transform that a checkpoint says, as :meth:`Transform.about` wrote it."""
    numbers = {name: value for name, value in about.items() if name != "name"}
    return TRANSFORMS[about["name"]](**numbers)


__all__ = ["TRANSFORMS", "Transform", "fitted", "restored"]
