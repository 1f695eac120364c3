"""The workbench's own network: read each plane's hits, then reason along z."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from workbench.errors import BadInput
from workbench.tasks.neutrino.geometry import COLUMN, VIEW
from workbench.tasks.neutrino.networks.cells import PLACES, cells
from workbench.tasks.neutrino.networks.inputs import Normalisation
from workbench.tasks.neutrino.networks.stem import HitStem
from workbench.tasks.neutrino.segments import CLASS_NAMES


@dataclass(frozen=True)
class Planes:
    """Shape of a plane network.

    Attributes:
        width: Features of a plane.
        blocks: Steps of reasoning along z.
        reach: Planes (of the same view) and strips seen on either side of a hit.
        kernel: Planes (of all views) that one step of reasoning reads; odd.

    Raises:
        BadInput: an even kernel, which has no plane in its middle.
    """

    width: int = 64
    blocks: int = 3
    reach: tuple[int, int] = (2, 8)
    kernel: int = 7

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        if self.kernel % 2 == 0:
            raise BadInput(f"network.kernel {self.kernel}: give an odd number")


class PlaneNetwork(nn.Module):
    """Planes in z order, each a sum over its hits, judged for holding the vertex.

    The answer lies along z: every plane gets logits for the vertex lying in it or just
    before it, and the probabilities of these cells add up to those of the segments.
    """

    order: torch.Tensor
    cell: torch.Tensor
    segment: torch.Tensor
    plane_code: torch.Tensor

    def __init__(
        self, shape: Planes, x_columns: int, channels: int, outputs: int
    ) -> None:
        super().__init__()
        self.shape, self.outputs = shape, outputs
        self.normalise = Normalisation()
        self.stem_x = HitStem(channels, shape.reach, shape.width)
        self.stem_side = HitStem(channels, shape.reach, shape.width)  # U and V share
        count = 2 * x_columns
        self.place = nn.Parameter(torch.randn(count, shape.width) * 0.02)
        self.mix = nn.Sequential(nn.LayerNorm(shape.width))
        for _ in range(shape.blocks):
            self.mix.append(AlongZ(shape.width, shape.kernel))
        self.judge = nn.Linear(shape.width, PLACES)
        first = np.array([0, x_columns, x_columns + x_columns // 2])
        order = first[VIEW[:count]] + COLUMN[:count]
        self._constant("order", order)
        table = cells(x_columns)
        self._constant("cell", table.plane * PLACES + table.place)
        self._constant("segment", table.segment)
        self._constant("plane_code", table.plane_code)
        self.last_code = int(table.plane_code.max())
        self.prior = nn.Parameter(torch.zeros(len(table.plane)))

    def _constant(self, name: str, value: np.ndarray) -> None:
        self.register_buffer(name, torch.from_numpy(value), persistent=False)

    def forward(
        self, x: torch.Tensor, u: torch.Tensor, v: torch.Tensor
    ) -> torch.Tensor:
        """Log-probabilities of segments or plane codes (B, outputs) from MeV, ns."""
        return self.classes(self.cells(x, u, v), self.outputs)

    def cells(self, x: torch.Tensor, u: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        """Log-probabilities of the cells along z (B, cells)."""
        x, u, v = (self.normalise(view).transpose(2, 3) for view in (x, u, v))
        sides = self.stem_side(torch.cat([u, v])).unflatten(0, (2, u.shape[0]))
        return self.judged(torch.cat([self.stem_x(x), *sides], 1))

    def judged(self, planes: torch.Tensor) -> torch.Tensor:
        """Log-probabilities of the cells from features of the planes, view by view."""
        planes = planes[:, self.order] + self.place  # (B, planes, width) along z
        logits = self.judge(self.mix(planes)).flatten(1)
        return F.log_softmax(logits[:, self.cell] + self.prior, 1)

    def classes(self, log_cells: torch.Tensor, classes: int) -> torch.Tensor:
        """Log-probabilities of 11 segments, or of that many plane codes."""
        if classes == len(CLASS_NAMES):
            return pooled(log_cells, self.segment, classes)
        return pooled(log_cells, self.plane_code.clamp(max=classes - 1), classes)


class AlongZ(nn.Module):
    """One step of reasoning: neighbours along z, then each plane by itself."""

    def __init__(self, width: int, kernel: int) -> None:
        super().__init__()
        self.near = nn.Conv2d(width, width, (1, kernel), padding=(0, kernel // 2))
        self.active = nn.ReLU()
        self.norm = nn.LayerNorm(width)

    def forward(self, planes: torch.Tensor) -> torch.Tensor:
        """Features of each plane, shape as ``planes`` (B, planes, width)."""
        image = planes.unsqueeze(1).permute(0, 3, 1, 2)  # one row, channels last
        near = self.near(image).permute(0, 2, 3, 1).squeeze(1)
        return self.norm(planes + self.active(near))


def pooled(log_cells: torch.Tensor, group: torch.Tensor, groups: int) -> torch.Tensor:
    """Log of the summed probabilities of each group's cells (B, groups)."""
    members = F.one_hot(group, groups).to(log_cells.dtype)
    return (log_cells.exp() @ members).clamp(min=1e-30).log()  # finite without cells
