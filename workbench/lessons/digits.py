"""A network small enough to be trained while one waits, on scikit-learn's digits."""

from functools import cache
from itertools import pairwise
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from workbench.lessons.subject import Subject

TRAIN = 1200  # of 1,797 digits; the others test
BATCH, RATE = 50, 5e-3


class Digits(nn.Module):
    """Convolutions over a digit of 8 × 8 pixels, then one layer that answers.

    Args:
        depth: Convolutions after the first.
        skips: Whether each of them adds to what it was given.
        active: What follows every convolution.
        norm: Whether batches are normalised in between.
        width: Filters of a convolution.
    """

    def __init__(
        self, depth: int, skips: bool, active: nn.Module, norm: bool, width: int
    ) -> None:
        super().__init__()
        self.skips, self.active = skips, active
        channels = [1, *[width] * (depth + 1)]
        self.look = nn.ModuleList(
            nn.Conv2d(a, b, 3, padding=1, bias=not norm) for a, b in pairwise(channels)
        )
        self.norm = nn.ModuleList(
            nn.BatchNorm2d(width) if norm else nn.Identity() for _ in self.look
        )
        self.answer = nn.Linear(width * 16, 10)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Logits (B, 10) of images (B, 1, 8, 8) between 0 and 1."""
        x = image
        for depth, (look, norm) in enumerate(zip(self.look, self.norm, strict=True)):
            seen = self.active(norm(look(x)))
            x = x + seen if self.skips and depth else seen
        return self.answer(F.avg_pool2d(x, 2).flatten(1))


@cache
def samples() -> tuple[torch.Tensor, torch.Tensor]:
    """Images (1797, 1, 8, 8) between 0 and 1, shuffled, and what they show (1797,).

    E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository (1998), as scikit-learn ships its test part.
    """
    from sklearn.datasets import load_digits

    found: Any = load_digits()
    order = torch.randperm(
        len(found.target), generator=torch.Generator().manual_seed(0)
    )
    images = torch.from_numpy(found.images).float()[:, None] / 16
    return images[order], torch.from_numpy(found.target).long()[order]


@cache
def digits(
    depth: int = 3,
    skips: bool = False,
    active: type[nn.Module] = nn.ReLU,
    norm: bool = False,
    width: int = 12,
    epochs: int = 8,
    rate: float = RATE,
    seed: int = 0,
) -> Subject:
    """Train the small network; the same again costs nothing.

    Args:
        depth: Convolutions after the first.
        skips: Whether each of them adds to what it was given.
        active: What follows every convolution.
        norm: Whether batches are normalised in between.
        width: Filters of a convolution.
        epochs: Passes over 1,200 digits.
        rate: Adam's largest step size, which falls to zero along a cosine.
        seed: Of weights and order.

    Returns:
        The network and the 597 digits that it has not seen.
    """
    images, truth = samples()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = Digits(depth, skips, active(), norm, width)
        optimizer = torch.optim.Adam(network.parameters(), lr=rate)
        steps = epochs * TRAIN // BATCH
        falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
        for _ in range(epochs):
            for rows in torch.randperm(TRAIN).split(BATCH):
                optimizer.zero_grad()
                F.cross_entropy(network(images[rows]), truth[rows]).backward()
                optimizer.step()
                falling.step()
    kind = "with" if skips else "without"
    name = f"digits, {depth + 1} convolutions {kind} skips"
    classes = tuple("0123456789")
    unseen = {"image": images[TRAIN:]}
    return Subject(name, network.eval(), unseen, truth[TRAIN:], classes)
