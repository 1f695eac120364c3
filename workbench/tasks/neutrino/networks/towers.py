"""Convolution towers over the views: the 2016 networks as one configurable module."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn

from workbench.tasks.neutrino.networks.inputs import Normalisation, example

IN_CACHE = 50  # events whose features a processor's cache holds
Kernels = tuple[tuple[int, int], ...]  # (strips, planes) of each convolution


@dataclass(frozen=True)
class Tower:
    """Shape of a tower network.

    Attributes:
        views: Which views are read.
        columns: 3: a tower for each view. 1: one tower that reads the views as
            channels of one image, with empty columns put between those of U and V so
            that neighbours along z meet.
        kernels: Height in strips and width in planes of each convolution.
        side_kernels: The same for the towers of U and V.
        filters: Output channels of each convolution.
        pool: Cells (strips, planes) that the maximum is taken over.
        tower_width: Units of the layer that ends each tower.
        joint_width: Units of the layer that joins the towers; 0 for none.
    """

    views: Literal["x", "xuv"] = "xuv"
    columns: Literal[1, 3] = 3
    kernels: Kernels = ((8, 3), (7, 3), (6, 3), (6, 3))
    side_kernels: Kernels = ((8, 5), (7, 3), (6, 3), (6, 3))
    filters: tuple[int, ...] = (12, 20, 28, 36)
    pool: tuple[int, int] = (2, 1)
    tower_width: int = 196
    joint_width: int = 98


def _heights(*heights: int) -> Kernels:
    return tuple((height, 3) for height in heights)


def _square(layers: int) -> Kernels:
    return ((3, 3),) * layers


_SEED = _heights(8, 8, 7, 6)
TOWERS = {
    # gnperdue/ANNMINERvA minerva_ann_networks.py: 1,684,823 parameters with 11 outputs
    "epsilon": Tower(),
    "epsilon-x": Tower(views="x", columns=1),
    "alpha": Tower(
        kernels=_square(2),
        side_kernels=_square(2),
        filters=(32, 32),
        pool=(2, 2),
        tower_width=256,
        joint_width=128,
    ),
    "betaprime": Tower(
        kernels=_square(2),
        side_kernels=_square(2),
        filters=(32, 32),
        tower_width=128,
        joint_width=128,
    ),
    # The slides of 2016 give kernel heights but no widths: epsilon's are taken, grown
    # or cut by its own rule of eight more filters a layer.
    "one-view": Tower(views="x", columns=1, kernels=_SEED, side_kernels=_SEED),
    "one-column": Tower(columns=1, kernels=_SEED, side_kernels=_SEED),
    "four-layers": Tower(kernels=_SEED, side_kernels=_SEED),
    "three-layers": Tower(
        kernels=_heights(6, 6, 3),
        side_kernels=_heights(6, 6, 3),
        filters=(12, 20, 28),
    ),
    "five-layers": Tower(
        kernels=_heights(8, 7, 7, 3, 3),
        side_kernels=_heights(8, 7, 7, 3, 3),
        filters=(12, 20, 28, 36, 44),
    ),
}


class TowerNetwork(nn.Module):
    """Towers of unpadded convolutions, pooled along strips; only `alpha` pools along z.

    Weights begin Glorot-uniform and biases at zero; half of the units before and after
    each tower's dense layer drop out while training.
    """

    def __init__(
        self, shape: Tower, x_columns: int, channels: int, outputs: int
    ) -> None:
        super().__init__()
        self.shape = shape
        self.normalise = Normalisation()
        inputs = [image.shape for image in self.images(*example(x_columns, channels))]
        kernels = [shape.kernels, shape.side_kernels, shape.side_kernels]
        self.towers = nn.ModuleList(
            _tower(shape, k, size) for k, size in zip(kernels, inputs, strict=False)
        )
        self.head = _head(shape, len(inputs), outputs)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                nn.init.xavier_uniform_(layer.weight)
                nn.init.zeros_(layer.bias)  # pyright: ignore[reportArgumentType]
        # a third faster on processors
        self.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]

    def forward(
        self, x: torch.Tensor, u: torch.Tensor, v: torch.Tensor
    ) -> torch.Tensor:
        """Logits (B, outputs) from energies in MeV and times in ns."""
        views = x, u, v
        if x.device.type != "cpu" or torch.compiler.is_exporting():
            return self.at_once(*views)
        parts = zip(*(view.split(IN_CACHE) for view in views), strict=True)
        return torch.cat([self.at_once(*part) for part in parts])

    def at_once(
        self, x: torch.Tensor, u: torch.Tensor, v: torch.Tensor
    ) -> torch.Tensor:
        """The same in one pass, however many events there are."""
        images = self.images(*map(self.normalise, (x, u, v)))
        pairs = zip(self.towers, images, strict=True)
        return self.head(torch.cat([tower(image) for tower, image in pairs], 1))

    def images(
        self, x: torch.Tensor, u: torch.Tensor, v: torch.Tensor
    ) -> list[torch.Tensor]:
        """What each tower reads of normalised views."""
        if self.shape.views == "x":
            return [x]
        if self.shape.columns == 3:
            return [x, u, v]
        return [torch.cat([x, _spread(u, 0, x), _spread(v, 1, x)], 1)]


def _spread(side: torch.Tensor, first: int, x: torch.Tensor) -> torch.Tensor:
    """The columns of U or V between empty ones, at the places they have beside X."""
    places = torch.stack([side, torch.zeros_like(side)], -1)
    spread = places.flip(-1) if first else places
    return spread.flatten(-2)[..., : x.shape[-1]]


def _tower(shape: Tower, kernels: Kernels, size: torch.Size) -> nn.Sequential:
    layers: list[nn.Module] = []
    filters = [size[1], *shape.filters]
    for kernel, before, after in zip(kernels, filters, filters[1:], strict=False):
        # ReLU and maximum commute; this way ReLU has half as much to do
        layers += [nn.Conv2d(before, after, kernel)]
        layers += [nn.MaxPool2d(shape.pool), nn.ReLU()]
    convolutions = nn.Sequential(*layers)
    with torch.no_grad():
        flat = convolutions(torch.zeros(1, *size[1:])).numel()
    dense = [nn.Dropout(0.5), nn.Linear(flat, shape.tower_width), nn.ReLU()]
    return nn.Sequential(*convolutions, nn.Flatten(), *dense)


def _head(shape: Tower, towers: int, outputs: int) -> nn.Sequential:
    width = towers * shape.tower_width
    layers: list[nn.Module] = [nn.Dropout(0.5)]
    if shape.joint_width:
        layers += [nn.Linear(width, shape.joint_width), nn.ReLU()]
        width = shape.joint_width
    return nn.Sequential(*layers, nn.Linear(width, outputs))
