"""Which part of what a generator draws from moves which statistic of its maps."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from workbench.errors import BadInput
from workbench.latent import Latent
from workbench.runs.trained import Trained
from workbench.style import new_figure, style
from workbench.task import Evaluation, Table

DRAWS, AT_ONCE = 24, 8  # maps whose slopes are taken
SPREAD = 128  # maps that say how much a statistic varies
STRONGEST = 3  # parts that the table names


@dataclass(frozen=True)
class Moves:
    """How strongly each part of a latent moves each statistic.

    Attributes:
        latent: What was asked of.
        strength: Mean squared slope by a part, over the statistic's variance (K, P).
        spread: Standard deviation of each statistic from map to map (K,).
    """

    latent: Latent
    strength: np.ndarray
    spread: np.ndarray

    @property
    def share(self) -> np.ndarray:
        """Part of each statistic's strength that a part of the latent has (K, P)."""
        return self.strength / np.maximum(self.strength.sum(1, keepdims=True), 1e-30)

    @property
    def bend(self) -> np.ndarray:
        """Squared slopes over the variance (K,): 1 for a linear statistic, else more.

        Chernoff (1981), Annals of Probability 9, 533: no function of normal numbers
        varies by more than its mean squared slope.
        """
        return self.strength.sum(1)


def latent_of(trained: Trained) -> Latent:
    """What a task says of the latent of its generator.

    Raises:
        BadInput: it says nothing.
    """
    task = trained.task
    if task.latent is None:
        raise BadInput(
            f"the task {task.name} draws from no latent: ask about a sample, as with "
            "--event 0"
        )
    return task.latent(trained.model, trained.data)


def moves(latent: Latent, seed: int = 0) -> Moves:
    """Take the slopes of every statistic by every part of the latent.

    Mean squared slopes bound what a part contributes to a statistic's variance: Sobol
    and Kucherenko (2009), Mathematics and Computers in Simulation 79, 3009.

    Args:
        latent: A generator's.
        seed: Of the maps.
    """
    with torch.no_grad():
        many = latent.drawn(SPREAD, seed + 1).split(AT_ONCE)
        spread = torch.cat([latent.measure(part) for part in many]).std(0)
    squares: list[torch.Tensor] = []
    for part in latent.drawn(DRAWS, seed).split(AT_ONCE):
        slopes = slopes_of(latent, part)
        squares.append(torch.stack([latent.squares(one) for one in slopes], 1))
    strength = torch.cat(squares).mean(0) / spread.square()[:, None]
    return Moves(latent, strength.double().numpy(), spread.double().numpy())


def slopes_of(latent: Latent, latents: Any) -> list[torch.Tensor]:
    """Slopes (N, …) of each statistic by latents (N, …)."""
    given = latents.detach().requires_grad_()
    values = latent.measure(given)
    return [
        torch.autograd.grad(column.sum(), given, retain_graph=True)[0]
        for column in values.unbind(1)
    ]


def moved_by(found: Moves) -> Evaluation:
    """The table and the figure of a report."""
    latent, share = found.latent, found.share
    rows: list[tuple[str, ...]] = []
    for k, name in enumerate(latent.statistics):
        first = np.argsort(-share[k])[:STRONGEST]
        told = ", ".join(f"{latent.parts[p]}: {100 * share[k, p]:.0f} %" for p in first)
        rows.append((name, f"{found.spread[k]:.3g}", told, f"{found.bend[k]:.2f}"))
    table = Table(
        "Which part of the latent moves which statistic",
        f"Parts are {latent.of}; {len(latent.parts)} in all. Mean squared slopes of "
        f"{DRAWS} maps, as shares: by an even spread each part of "
        f"{100 / len(latent.parts):.1f} %. The last column sets their sum against the "
        "statistic's variance: 1 where it is a linear function of the latent, more the "
        "more it bends.",
        ("", "spread from map to map", "moved most by", "slopes² / variance"),
        tuple(rows),
    )
    figures = {f"Share of each statistic's slopes in {latent.of}": _drawn(found)}
    return Evaluation({}, (table,), figures)


def _drawn(found: Moves) -> Any:
    """Shares as shades, statistics below one another."""
    latent = found.latent
    named = len(latent.parts) <= 16
    with style():
        figure = new_figure(9, 1.2 + 0.32 * len(latent.statistics))
        axes = figure.subplots()
        shades = axes.imshow(100 * found.share, "Blues", aspect="auto", vmin=0)
        axes.set_yticks(range(len(latent.statistics)), labels=latent.statistics)
        if named:
            axes.set_xticks(range(len(latent.parts)), labels=latent.parts)
        axes.set_xlabel(latent.of)
        figure.colorbar(shades, ax=axes, aspect=12).set_label("share, %")
    return figure
