"""Changes of the detector's pictures that leave the plane of the vertex as it is.

Strips of X measure x, those of U and V x cos 60° ± y sin 60°. Turned by half a turn
about the beam all are counted from the other end; mirrored, U and V change places, too.
A plane of U lies two planes before its neighbour of V, with no target between them, so
the segment stays; mirrored events are none that this detector could see, quite. Nor are
turned ones, quite, for the beam goes down by 59 mrad: what it costs is measured.
"""

from collections.abc import Sequence
from typing import Any

import torch

from workbench.task import Symmetry

Views = Sequence[torch.Tensor]  # x, u, v: (B, C, 127, columns)


def half_turn(model: Any, views: Views) -> tuple[torch.Tensor, ...]:
    """Change x to −x and y to −y."""
    return tuple(view.flip(2) for view in views)


def mirrored_x(model: Any, views: Views) -> tuple[torch.Tensor, ...]:
    """Change x to −x: what U saw, V sees from the other end."""
    x, u, v = views
    return x.flip(2), v.flip(2), u.flip(2)


def mirrored_y(model: Any, views: Views) -> tuple[torch.Tensor, ...]:
    """Change y to −y: what U saw, V sees."""
    x, u, v = views
    return x, v, u


SYMMETRIES = {
    "half a turn about the beam": Symmetry(half_turn),
    "mirrored in x": Symmetry(mirrored_x),
    "mirrored in y": Symmetry(mirrored_y),
}
