"""The first layers of a view: what the neighbourhood of each hit looks like."""

import torch
from torch import nn
from torch.nn import functional as F


class HitStem(nn.Module):
    """A wide convolution evaluated at the hits alone, then summed over each plane.

    About 98 % of the cells are empty. Each hit looks at the strips and planes around
    it in its own view; what it sees goes through a small network of its own, and the
    hits of a plane are added. Where the network is exported, the same numbers come from
    a dense convolution whose empty cells are masked.

    Args:
        channels: Energy, or energy and time.
        reach: Planes and strips looked at on either side of a hit.
        width: Features of a hit and of a plane.
    """

    def __init__(self, channels: int, reach: tuple[int, int], width: int) -> None:
        super().__init__()
        self.reach = reach
        planes, strips = (2 * r + 1 for r in reach)
        self.look = nn.Conv2d(channels, width, (planes, strips), padding=reach)
        self.think = nn.Linear(width, width)
        nn.init.kaiming_normal_(self.look.weight, nonlinearity="relu")

    def forward(
        self, image: torch.Tensor, presence: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Plane features (B, planes, width) of a view (B, C, planes, strips).

        Args:
            image: The normalised view.
            presence: How much of a hit each cell has (B, planes, strips), 0 to 1; all
                of one wherever there is energy if not given.
        """
        if torch.compiler.is_exporting():
            return self.dense(image)
        batch, _, planes, _ = image.shape
        hits = image[:, 0] > 0 if presence is None else presence > 0
        event, plane, strip = hits.nonzero(as_tuple=True)
        around = self._around(image, event, plane, strip)  # (H, C·planes·strips)
        seen = F.relu(F.linear(around, self.look.weight.flatten(1), self.look.bias))
        thought = F.relu(self.think(seen))
        if presence is not None:
            thought = thought * presence[event, plane, strip, None]
        result = thought.new_zeros(batch * planes, thought.shape[1])
        result = result.index_add(0, event * planes + plane, thought)
        return result.view(batch, planes, -1)

    def dense(self, image: torch.Tensor) -> torch.Tensor:
        """The same from all cells, hit or not."""
        seen = F.relu(self.look(image)).permute(0, 2, 3, 1)
        hit = (image[:, 0] > 0).unsqueeze(-1)  # (B, planes, strips, 1)
        return (F.relu(self.think(seen)) * hit).sum(2)

    def _around(
        self,
        image: torch.Tensor,
        event: torch.Tensor,
        plane: torch.Tensor,
        strip: torch.Tensor,
    ) -> torch.Tensor:
        planes, strips = self.reach
        padded = F.pad(image, (strips, strips, planes, planes))
        if image.requires_grad:
            return self._gathered(padded, event, plane, strip)
        windows = padded.unfold(2, 2 * planes + 1, 1).unfold(3, 2 * strips + 1, 1)
        windows = windows.permute(0, 2, 3, 1, 4, 5)
        return windows[event, plane, strip].flatten(1)

    def _gathered(
        self,
        padded: torch.Tensor,
        event: torch.Tensor,
        plane: torch.Tensor,
        strip: torch.Tensor,
    ) -> torch.Tensor:
        """The same cell by cell: slopes of windows would be as large as all windows."""
        _, channels, rows, columns = padded.shape
        planes, strips = (2 * reach + 1 for reach in self.reach)
        places = [torch.arange(n) for n in (channels, planes, strips)]
        channel, over, along = torch.meshgrid(*places, indexing="ij")
        window = ((channel * rows + over) * columns + along).flatten()
        corner = (event * channels * rows + plane) * columns + strip
        cells = corner[:, None] + window.to(corner)  # (H, C·planes·strips)
        return padded.flatten().gather(0, cells.flatten()).view(cells.shape)
