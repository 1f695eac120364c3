"""What the maps' statistics owe to the numbers that they are drawn from."""

import math
from collections.abc import Callable
from itertools import pairwise

import torch

from workbench.latent import Latent
from workbench.tasks.cosmogan.data import ConvergenceData
from workbench.tasks.cosmogan.evidence import Critic
from workbench.tasks.cosmogan.flow import Flow
from workbench.tasks.cosmogan.gan import Gan
from workbench.tasks.cosmogan.generator import CONDITIONS, Generator
from workbench.tasks.cosmogan.noise import rows_of_noise
from workbench.tasks.cosmogan.physics.moments import MOMENTS, moments
from workbench.tasks.cosmogan.physics.spectrum import Bands, power_spectrum

BANDS = 3  # of the power, from large scales to small
SEEN = 0.7  # of Nyquist, below which power is judged
SCORE = "discriminator's score"


def latent(model: Generator, data: ConvergenceData) -> Latent:
    """The noise of a flow by its waves, or the numbers of a game one by one."""
    field = data.field
    low, top = field.fundamental / 2, SEEN * field.nyquist
    edges = tuple(low * (top / low) ** (k / BANDS) for k in range(BANDS + 1))
    bands = Bands(field, edges)
    names = [f"power, l {a:,.0f}–{b:,.0f}" for a, b in pairwise(edges)]
    critic = Critic(model) if isinstance(model, Gan) else None

    def measure(latents: torch.Tensor) -> torch.Tensor:
        maps = model(latents, _middle(model, latents))
        kappa = maps[:, 0]
        power = power_spectrum(kappa, bands).clamp_min(1e-30).log10()
        found = [power, moments(kappa)]
        return torch.cat(found + ([critic(maps)] if critic else []), 1)

    squares, parts, of = _waves(model) if isinstance(model, Flow) else _numbers(model)
    return Latent(
        lambda number, seed: rows_of_noise(model.latent, seed, range(number)),
        measure,
        (*names, *MOMENTS, *([SCORE] if critic else [])),
        squares,
        parts,
        of,
    )


def _middle(model: Generator, latents: torch.Tensor) -> torch.Tensor | None:
    """Ω_m and σ8 in the middle of what is known, where maps depend on them."""
    if not model.conditional:
        return None
    middles = [middle for middle, _ in CONDITIONS.values()]
    return latents.new_tensor(middles).expand(len(latents), -1)


Cut = tuple[Callable[[torch.Tensor], torch.Tensor], tuple[str, ...], str]


def _waves(model: Flow) -> Cut:
    """Octaves of waves across a map; the noise lies on a torus twice as wide."""
    size = 2 * model.pixels
    along = torch.fft.fftfreq(size)
    waves = model.pixels * (along[:, None] ** 2 + along**2).sqrt()
    octave = (waves.clamp(min=0.5).log2() + 1).floor().long()
    count = int(octave.max()) + 1
    member = torch.nn.functional.one_hot(octave.flatten(), count).float()

    def squares(slopes: torch.Tensor) -> torch.Tensor:
        power = torch.fft.fft2(slopes[:, 0], norm="ortho").abs().square()
        return power.flatten(1) @ member.to(power)

    ends = [2.0 ** (k - 1) for k in range(1, count)]
    most = model.pixels / math.sqrt(2)
    names = ["below 1"] + [f"{a:g}–{min(2 * a, most):.3g}" for a in ends]
    return squares, tuple(names), "waves of the noise across a map"


def _numbers(model: Generator) -> Cut:
    (count,) = model.latent
    names = tuple(f"number {k}" for k in range(count))
    return torch.Tensor.square, names, "numbers of the latent"
