"""Inputs cut into parts."""

from collections.abc import Mapping

import numpy as np

from workbench.evidence import Axes


def cut(
    shapes: Mapping[str, tuple[int, ...]],
    axes: Mapping[str, Axes],
    pieces: Mapping[str, int],
) -> dict[str, np.ndarray]:
    """Number the parts of inputs, from 0 and on from one input to the next.

    Args:
        shapes: Of the inputs, without the axis of samples.
        axes: Their names.
        pieces: Axis → length of a piece along it.
    """
    numbers: dict[str, np.ndarray] = {}
    first = 0
    for name, shape in shapes.items():
        number, count = np.zeros(shape, np.int64), 1
        for place, (axis, length) in enumerate(zip(axes[name], shape, strict=True)):
            step = pieces.get(axis, length)
            along = np.arange(length) // step
            lead = [-1 if k == place else 1 for k in range(len(shape))]
            number += count * along.reshape(lead)
            count *= int(along[-1]) + 1
        numbers[name] = first + number
        first += count
    return numbers
