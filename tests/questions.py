"""Small networks whose reasons are known, and questions to them."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from workbench.evidence import Evidence
from workbench.explain.question import Question, margin

SIZE = (1, 4, 6)  # channel, row, column of each of two pictures


class Linear(nn.Module):
    """Two classes, each a weighted sum of two pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.weigh = nn.Linear(2 * 24, 2)

    def forward(self, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return self.weigh(torch.cat([a, b], 1).flatten(1))


class Bent(nn.Module):
    """Two layers, whose change of slope is a module or a function."""

    def __init__(self, bend: Callable[[torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self.first = nn.Linear(48, 16)
        self.bend, self.last = bend, nn.Linear(16, 2)

    def forward(self, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return self.last(self.bend(self.first(torch.cat([a, b], 1).flatten(1))))


class Towers(nn.Module):
    """A tower for each picture, or one that both share."""

    def __init__(self, shared: bool, joined: bool = False) -> None:
        super().__init__()
        tower = [nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), nn.ReLU()) for _ in "ab"]
        self.towers = nn.ModuleList([tower[0], tower[0] if shared else tower[1]])
        self.joined, self.last = joined, nn.Linear(6, 2)

    def forward(self, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        if self.joined:
            seen = self.towers[0](torch.cat([a, b])).chunk(2)
        else:
            seen = [
                tower(view) for tower, view in zip(self.towers, (a, b), strict=True)
            ]
        return self.last(torch.cat([image.mean((2, 3)) for image in seen], 1))


class Read(nn.Module):
    """A network as it is, which is told the samples, too."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, *given: torch.Tensor) -> torch.Tensor:
        return self.network(*given[:2])


def of_towers(read: Any) -> dict[str, nn.Module]:
    return dict(zip("ab", (tower[1] for tower in read.network.towers), strict=True))


EVIDENCE = Evidence(
    axes=dict.fromkeys("ab", ("channel", "row", "column")),
    parts={"views": {}, "patches": {"row": 2, "column": 3}, "planes": {"column": 1}},
    network=lambda model, dense: Read(model),
    towers=of_towers,
    last=lambda model: model.last,
    nothing=lambda model, inputs: tuple(torch.zeros_like(one) for one in inputs),
    spread=lambda model, inputs: tuple(torch.ones(1) for _ in inputs),
    truth=lambda sample: None,
)


def asked(network: nn.Module, samples: int = 3) -> Question:
    """Why class 1 rather than class 0, of random pictures?"""
    torch.manual_seed(1)
    views = {name: torch.randn(samples, *SIZE) for name in "ab"}
    return margin(network.eval(), EVIDENCE, views, ("no", "yes"), 1, 0)
