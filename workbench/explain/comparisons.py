"""Maps that ask no network: what an explanation has to beat."""

from collections.abc import Mapping

import numpy as np

from workbench.evidence import CHANNEL, Axes

Maps = dict[str, np.ndarray]


def field(steps: Mapping[str, np.ndarray], axes: Mapping[str, Axes]) -> Maps:
    """What is there: size of the first variable, in steps of its spread (B, …)."""
    return {name: np.abs(_first(value, axes[name])) for name, value in steps.items()}


def edges(steps: Mapping[str, np.ndarray], axes: Mapping[str, Axes]) -> Maps:
    """Where the first variable changes: size of Sobel's slope (B, …)."""
    from scipy.ndimage import sobel

    def slope(image: np.ndarray) -> np.ndarray:
        along = [axis for axis, size in enumerate(image.shape) if size > 1]
        return np.sqrt(sum(np.square(sobel(image, axis)) for axis in along))

    return {
        name: np.stack([slope(image) for image in _first(value, axes[name])])
        for name, value in steps.items()
    }


def chance(
    steps: Mapping[str, np.ndarray], axes: Mapping[str, Axes], seed: int = 0
) -> Maps:
    """A number between 0 and 1 wherever there is something (B, …)."""
    draw = np.random.default_rng(seed)
    return {
        name: draw.random(image.shape) * (image != 0)
        for name, value in steps.items()
        for image in [_first(value, axes[name])]
    }


def _first(value: np.ndarray, axes: Axes) -> np.ndarray:
    if CHANNEL not in axes:
        return value
    return np.take(value, 0, 1 + axes.index(CHANNEL))


COMPARISONS = {"field": field, "edges": edges, "random": chance}
