"""Networks as explanations read them: hits that fade, layers that Captum knows.

The plane network looks at hits alone, and a cell is a hit or is none: between an event
and an empty detector its answer jumps. Here a cell that has a part of its energy is a
part of a hit, so that the way from nothing to the event is smooth and the answers at
its ends are the network's own. Cells that are empty in the event stay empty on the way.
"""

from copy import deepcopy
from typing import Any

import torch
from torch import nn

from workbench.tasks.neutrino.networks.planes import PlaneNetwork
from workbench.tasks.neutrino.networks.stem import HitStem
from workbench.tasks.neutrino.networks.towers import TowerNetwork


class PlaneReading(nn.Module):
    """A plane network whose hits fade.

    Args:
        network: Whose answers it gives; weights are shared where it is not dense.
        dense: Whether all cells are computed, by modules that stand once for each view,
            in place of the hits alone: slower, for methods that look into layers.
    """

    def __init__(self, network: PlaneNetwork, dense: bool) -> None:
        super().__init__()
        stems = network.stem_x, network.stem_side, network.stem_side
        self.normalise = nn.ModuleList(deepcopy(network.normalise) for _ in stems)
        self.stems = nn.ModuleList(DenseStem(s) if dense else s for s in stems)
        self.network = network

    def forward(
        self,
        x: torch.Tensor,
        u: torch.Tensor,
        v: torch.Tensor,
        *events: torch.Tensor,
    ) -> torch.Tensor:
        """Log-probabilities (B, outputs) of views on the way to those of ``events``."""
        views = (x, u, v)
        parts = zip(views, events or views, self.normalise, self.stems, strict=True)
        planes: list[torch.Tensor] = []
        for view, whole, normalise, stem in parts:
            image, presence = faded(view, whole)
            seen = normalise(image).transpose(2, 3)
            planes.append(stem(seen, presence.transpose(1, 2)))
        log_cells = self.network.judged(torch.cat(planes, 1))
        return self.network.classes(log_cells, self.network.outputs)


class TowerReading(nn.Module):
    """A tower network in one pass, in which no layer is met twice."""

    def __init__(self, network: TowerNetwork) -> None:
        super().__init__()
        self.images = network.images
        self.normalise = nn.ModuleList(deepcopy(network.normalise) for _ in range(3))
        towers: Any = network.towers
        self.towers = nn.ModuleList(TowerParts(tower) for tower in towers)
        self.head = network.head

    def forward(
        self,
        x: torch.Tensor,
        u: torch.Tensor,
        v: torch.Tensor,
        *events: torch.Tensor,
    ) -> torch.Tensor:
        """Logits (B, outputs) of views on the way to those of ``events``."""
        views = (x, u, v)
        parts = zip(views, events or views, self.normalise, strict=True)
        seen = [normalise(faded(view, whole)[0]) for view, whole, normalise in parts]
        pairs = zip(self.towers, self.images(*seen), strict=True)
        return self.head(torch.cat([tower(image) for tower, image in pairs], 1))


class TowerParts(nn.Module):
    """A tower's convolutions and what follows, without a module between them."""

    def __init__(self, tower: nn.Sequential) -> None:
        super().__init__()
        kinds = [type(layer) for layer in tower]
        bend = kinds.index(nn.Flatten)
        self.look, self.think = tower[:bend], tower[bend + 1 :]

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Features (B, width) of an image (B, C, strips, planes)."""
        return self.think(self.look(image).flatten(1))


class DenseStem(nn.Module):
    """The first layers of a view from all of its cells, each step a module."""

    def __init__(self, stem: HitStem) -> None:
        super().__init__()
        width = stem.think.out_features
        self.look, self.saw = deepcopy(stem.look), nn.ReLU()
        self.think, self.thought = nn.Conv2d(width, width, 1), nn.ReLU()
        with torch.no_grad():
            self.think.weight.copy_(stem.think.weight[:, :, None, None])
            self.think.bias.copy_(stem.think.bias)  # pyright: ignore

    def forward(self, image: torch.Tensor, presence: torch.Tensor) -> torch.Tensor:
        """Plane features (B, planes, width) of a view (B, C, planes, strips)."""
        seen = self.saw(self.look(image)).transpose(2, 3)
        thought = self.thought(self.think(seen))  # (B, width, strips, planes)
        return (thought * presence.transpose(1, 2)[:, None]).sum(2).transpose(1, 2)


def faded(view: torch.Tensor, whole: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """A view (B, C, strips, planes) on its way, and how much of each hit it has."""
    energy = whole[:, 0]
    hit = energy > 0
    presence = (view[:, 0] / torch.where(hit, energy, 1)).clamp(0, 1) * hit
    image = view * hit[:, None]
    return torch.cat([image[:, :1].clamp(min=0), image[:, 1:]], 1), presence
