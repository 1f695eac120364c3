"""Autoencoders of scikit-learn's digits: plain, denoising, variational."""

from dataclasses import dataclass
from functools import cache

import torch
from torch import nn

from workbench.lessons.digits import TRAIN, samples
from workbench.progress import with_progress

PIXELS, WIDTH = 64, 128
KINDS = ("plain", "denoising", "variational")
BATCH, RATE, EPOCHS = 100, 4e-3, 60
SPREAD = 0.25  # of a pixel around what the variational one makes
NOISE = 0.4  # standard deviation added to each pixel, of a brightness from 0 to 1


def pixels() -> tuple[torch.Tensor, torch.Tensor]:
    """Digits to learn from (1200, 64) and unseen ones (597, 64), between 0 and 1."""
    images = samples()[0].flatten(1)
    return images[:TRAIN], images[TRAIN:]


def classes() -> tuple[torch.Tensor, torch.Tensor]:
    """What they show (1200,) and (597,)."""
    truth = samples()[1]
    return truth[:TRAIN], truth[TRAIN:]


class Autoencoder(nn.Module):
    """Pictures through a plane and back.

    Args:
        kind: One of ``KINDS``.
    """

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        out = 4 if kind == "variational" else 2  # its mean, and log of its variance
        self.encoder = nn.Sequential(
            nn.Linear(PIXELS, WIDTH), nn.ReLU(), nn.Linear(WIDTH, out)
        )
        self.decoder = nn.Sequential(
            nn.Linear(2, WIDTH), nn.ReLU(), nn.Linear(WIDTH, PIXELS), nn.Sigmoid()
        )

    def encode(self, images: torch.Tensor) -> torch.Tensor:
        """Places in the latent plane (N, 2) of pictures (N, 64)."""
        return self.encoder(images)[:, :2]

    def decode(self, places: torch.Tensor) -> torch.Tensor:
        """Pictures (N, 64) of places (N, 2)."""
        return self.decoder(places)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Pictures (N, 64) as they come back."""
        return self.decode(self.encode(images))

    def cost(self, images: torch.Tensor) -> torch.Tensor:
        """What is learned by: the sum over pixels, the mean over pictures (N, 64).

        Squared error, by the clean picture also where a noisy one went in (Vincent et
        al. 2008). Of the variational one −log p(x | z) + KL(q(z | x) ‖ N(0, 1)) with
        Gaussian pixels of standard deviation ``SPREAD`` (Kingma and Welling 2014,
        arXiv:1312.6114).
        """
        if self.kind == "variational":
            mean, log_variance = self.encoder(images).chunk(2, 1)
            noise = torch.randn_like(mean)
            made = self.decode(reparametrised(mean, log_variance, noise))
            missed = (made - images).square().sum(1) / (2 * SPREAD**2)
            return (missed + divergence(mean, log_variance)).mean()
        given = images
        if self.kind == "denoising":
            given = images + NOISE * torch.randn_like(images)
        return (self(given) - images).square().sum(1).mean()


def reparametrised(
    mean: torch.Tensor, log_variance: torch.Tensor, noise: torch.Tensor
) -> torch.Tensor:
    """Draws from N(mean, variance) through which slopes pass."""
    return mean + torch.exp(log_variance / 2) * noise


def divergence(mean: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """KL of N(mean, variance) to N(0, 1), summed over the last axis, in nats."""
    each = log_variance.exp() + mean.square() - 1 - log_variance
    return each.sum(-1) / 2


@dataclass(frozen=True)
class Trained:
    """An autoencoder that has learned.

    Attributes:
        kind: One of ``KINDS``.
        network: As it judges.
        costs: Mean cost of each epoch (epochs,).
    """

    kind: str
    network: Autoencoder
    costs: tuple[float, ...]

    @torch.no_grad()
    def places(self, images: torch.Tensor) -> torch.Tensor:
        """Where pictures (N, 64) lie in the latent plane (N, 2)."""
        return self.network.encode(images)

    @torch.no_grad()
    def made(self, places: torch.Tensor) -> torch.Tensor:
        """Pictures (N, 64) of places (N, 2)."""
        return self.network.decode(places)

    def missed(self, images: torch.Tensor, given: torch.Tensor) -> float:
        """Root mean square error a pixel of what comes back of ``given``."""
        back = self.made(self.places(given))
        return float((back - images).square().mean().sqrt())

    def drawn(self, number: int, seed: int) -> torch.Tensor:
        """Places to make new pictures of (N, 2).

        Of the variational one from N(0, 1), which it was taught to fill; of the others,
        who were taught no such thing, from the Gaussian with the mean and covariance
        of the digits it learned from.
        """
        draw = torch.Generator().manual_seed(seed)
        normal = torch.randn(number, 2, generator=draw)
        if self.kind == "variational":
            return normal
        seen = self.places(pixels()[0])
        return seen.mean(0) + normal @ torch.linalg.cholesky(seen.T.cov()).T


@cache
def autoencoder(kind: str, epochs: int = EPOCHS, seed: int = 0) -> Trained:
    """Train one in seconds, with a bar; the same again costs nothing.

    Args:
        kind: One of ``KINDS``.
        epochs: Passes over 1,200 digits.
        seed: Of weights, order and noise.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = Autoencoder(kind)
        images, costs = pixels()[0], list[float]()
        optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
        bar = f"{kind} autoencoder"
        for _ in with_progress(range(epochs), lambda _: 1, epochs, "epochs", what=bar):
            total = 0.0
            for rows in torch.randperm(TRAIN).split(BATCH):
                optimizer.zero_grad()
                cost = network.cost(images[rows])
                cost.backward()
                optimizer.step()
                total += float(cost.detach()) * len(rows)
            costs.append(total / TRAIN)
    return Trained(kind, network.eval(), tuple(costs))


def nearest(images: torch.Tensor) -> torch.Tensor:
    """Root mean square distance a pixel to the nearest digit of the training (N,)."""
    return torch.cdist(images, pixels()[0]).amin(1) / PIXELS**0.5
