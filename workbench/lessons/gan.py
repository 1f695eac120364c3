"""A generator against a discriminator, on digits, and whether its samples are any good.

Goodfellow et al. (2014), arXiv:1406.2661.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from workbench.lessons.autoencoder import PIXELS, pixels
from workbench.lessons.digits import TRAIN, digits
from workbench.progress import with_progress

LATENTS, WIDTH = 16, 128
BATCH, EPOCHS, KEPT = 100, 100, 20  # generators on the way that are kept
BINS = 17  # the digits' own: brightness 0, 1/16, … 1


@dataclass(frozen=True)
class Rules:
    """How the game is played.

    Attributes:
        name: Of these rules.
        rate: Of the generator's steps.
        watch: Of the discriminator's.
        turns: Of the generator after each of the discriminator.
        smooth: Of a real digit the discriminator is told this chance, not one.
    """

    name: str
    rate: float
    watch: float
    turns: int
    smooth: float


FAIR = Rules("balanced", 4e-3, 2e-3, 1, 0.9)
HASTY = Rules("a hasty generator", 4e-3, 2e-4, 3, 1.0)


def generator() -> nn.Sequential:
    """Pictures (N, 64) between 0 and 1 from normal numbers (N, 16)."""
    return nn.Sequential(
        nn.Linear(LATENTS, WIDTH),
        nn.ReLU(),
        nn.Linear(WIDTH, WIDTH),
        nn.ReLU(),
        nn.Linear(WIDTH, PIXELS),
        nn.Sigmoid(),
    )


def discriminator() -> nn.Sequential:
    """A logit (N, 1), high for real pictures (N, 64)."""
    return nn.Sequential(
        nn.Linear(PIXELS, WIDTH),
        nn.LeakyReLU(0.2),
        nn.Dropout(0.3),
        nn.Linear(WIDTH, WIDTH),
        nn.LeakyReLU(0.2),
        nn.Dropout(0.3),
        nn.Linear(WIDTH, 1),
    )


@dataclass(frozen=True)
class Game:
    """How a game went.

    Attributes:
        rules: It was played by.
        epochs: After which a generator was kept (kept,).
        generators: Those, the first before any step.
        costs: Mean costs of generator and discriminator of each epoch (epochs, 2).
    """

    rules: Rules
    epochs: tuple[int, ...]
    generators: tuple[nn.Sequential, ...]
    costs: np.ndarray

    @torch.no_grad()
    def drawn(self, number: int, count: int, seed: int = 0) -> torch.Tensor:
        """Pictures (count, 64) of a generator on the way; the same latents for all."""
        draw = torch.Generator().manual_seed(seed)
        latents = torch.randn(count, LATENTS, generator=draw)
        return self.generators[number](latents)


@cache
def play(rules: Rules = FAIR, epochs: int = EPOCHS, seed: int = 0) -> Game:
    """Let both learn, with a bar; the same again costs nothing.

    Each goes by the other's answer: the discriminator raises the likelihood of telling
    real from generated, the generator the chance that its own are taken for real (the
    non-saturating cost).

    Args:
        rules: Of the game.
        epochs: Passes over 1,200 digits.
        seed: Of weights, order and latents.
    """
    real, kept = (
        pixels()[0],
        sorted({round(epochs * k / KEPT) for k in range(KEPT + 1)}),
    )
    generators: list[nn.Sequential] = []
    costs = np.zeros((epochs, 2))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        table = _Table(generator(), discriminator(), rules)
        generators.append(table.kept())
        shown = with_progress(
            range(epochs), lambda _: 1, epochs, "epochs", what=f"GAN, {rules.name}"
        )
        for epoch in shown:
            rounds = [
                table.round(real[rows]) for rows in torch.randperm(TRAIN).split(BATCH)
            ]
            costs[epoch] = np.mean(rounds, 0)
            if epoch + 1 in kept:
                generators.append(table.kept())
    return Game(rules, tuple(kept), tuple(generators), costs)


class _Table:
    """The two players and their optimisers."""

    def __init__(self, g: nn.Sequential, d: nn.Sequential, rules: Rules) -> None:
        self.g, self.d, self.rules = g, d, rules
        betas = 0.5, 0.999  # Radford et al. (2016), arXiv:1511.06434
        self.moves = torch.optim.Adam(g.parameters(), rules.rate, betas)
        self.watches = torch.optim.Adam(d.parameters(), rules.watch, betas)

    def kept(self) -> nn.Sequential:
        """The generator as it is now."""
        copy = generator()
        copy.load_state_dict(self.g.state_dict())
        return copy.eval()

    def round(self, real: torch.Tensor) -> tuple[float, float]:
        """One step of the discriminator, then those of the generator; their costs."""
        made = self.g(torch.randn(len(real), LATENTS)).detach()
        self.watches.zero_grad()
        told = torch.full((len(real), 1), self.rules.smooth)
        seen = F.binary_cross_entropy_with_logits(self.d(real), told)
        seen = seen + F.softplus(self.d(made)).mean()
        seen.backward()
        self.watches.step()
        cost = seen
        for _ in range(self.rules.turns):
            self.moves.zero_grad()
            cost = F.softplus(-self.d(self.g(torch.randn(len(real), LATENTS)))).mean()
            cost.backward()
            self.moves.step()
        return float(cost.detach()), float(seen.detach())


def histogram(images: torch.Tensor) -> np.ndarray:
    """The share of pixels of each brightness (17,), rounded to the digits' steps."""
    steps = (images * (BINS - 1)).round().long().flatten()
    return (torch.bincount(steps, minlength=BINS) / len(steps)).double().numpy()


def scatter(images: torch.Tensor, draws: int = 200, seed: int = 0) -> np.ndarray:
    """Where 95 % of such histograms lie had other pictures come (2, 17).

    Pictures, not pixels, are resampled: pixels of a picture belong together.
    """
    each = np.stack([histogram(image[None]) for image in images])
    draw = np.random.default_rng(seed)
    rows = draw.integers(len(each), size=(draws, len(each)))
    return np.quantile(each[rows].mean(1), (0.025, 0.975), axis=0)


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """Wasserstein's distance of two histograms of brightness between 0 and 1."""
    return float(np.abs(np.cumsum(one - other))[:-1].sum() / (BINS - 1))


def counts(images: torch.Tensor, epochs: int = 8) -> np.ndarray:
    """How many pictures (N, 64) a small trained network takes for each digit (10,)."""
    network = digits(epochs=epochs).network
    with torch.no_grad():
        said = network(images.view(-1, 1, 8, 8)).argmax(1)
    return np.bincount(said.numpy(), minlength=10)


def modes(images: torch.Tensor) -> float:
    """How many digits are made, as it were: e to the entropy of their shares, 1 to 10.

    Hill (1973), Ecology 54, 427.
    """
    shares = counts(images) / len(images)
    known = shares[shares > 0]
    return float(np.exp(-(known * np.log(known)).sum()))


def variety(images: torch.Tensor) -> float:
    """Mean distance a pixel between two pictures of a set (N, 64)."""
    return float(torch.pdist(images).mean()) / PIXELS**0.5


@dataclass(frozen=True)
class Looks:
    """What is measured of some pictures.

    Attributes:
        histogram: Of the pixels.
        shares: Of the digits that they are taken for (10,).
        modes: How many digits, as it were.
        variety: Mean distance a pixel between two.
    """

    histogram: np.ndarray
    shares: np.ndarray
    modes: float
    variety: float

    @classmethod
    def of(cls, images: torch.Tensor) -> "Looks":
        """Measure pictures (N, 64)."""
        shares = counts(images) / len(images)
        return cls(histogram(images), shares, modes(images), variety(images))
