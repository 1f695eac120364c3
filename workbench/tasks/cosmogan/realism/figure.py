"""Simulated maps and full simulations on one scale, and their spectra and pixels."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from workbench.style import INK, OURS, PALE, PREVIOUS, TRUTH, new_figure, style
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.realism.observed import map_power, smoothed
from workbench.tasks.cosmogan.realism.rows import expected_rings
from workbench.tasks.cosmogan.simulation.patch import ring_power

COLOURS = (OURS, TRUTH, PREVIOUS, PALE)
TICKS = (0, 0.5, 1, 1.5)  # degrees
REACH = 4.0  # standard deviations to either end of the colour scale
Shown = Mapping[str, tuple[Field, np.ndarray]]


def draw(coarse: Shown, fine: Shown) -> Any:
    """Maps smoothed by 1′ above, spectra and histograms of pixels below.

    Args:
        coarse: Simulated maps whose spectra are compared with theory, by kind.
        fine: Simulated and full maps with small pixels, by name.
    """
    with style():
        figure = new_figure(3.1 * len(fine), 6.4)
        top, bottom = figure.subfigures(2, 1, height_ratios=(1, 0.95))
        _maps(top, fine)
        left, right = bottom.subplots(1, 2)
        _spectra(left, coarse)
        _pixels(right, fine)
    return figure


def _maps(figure: Any, fine: Shown) -> None:
    """One map of each on a signed scale in standard deviations of its kind."""
    axes = np.atleast_1d(figure.subplots(1, len(fine)))
    image = None
    for place, (name, (field, maps)) in zip(axes, fine.items(), strict=True):
        kind = smoothed(maps, field.arcmin)
        wide = kind.shape[-1] * field.arcmin / 60
        image = place.imshow(
            (kind[0] - kind.mean()) / kind.std(),
            cmap="RdBu_r",
            vmin=-REACH,
            vmax=REACH,
            origin="lower",
            extent=(0, wide, 0, wide),
        )
        place.set_title(f"{name}, σ = {kind.std():.4f}")
        place.set(xlabel="degrees", xticks=TICKS, yticks=TICKS)
        place.set(xlim=(0, wide), ylim=(0, wide))
    bar = figure.colorbar(image, ax=axes, extend="both", shrink=0.8)
    bar.set_label("κ/σ, smoothed by 1′")


def _spectra(axis: Any, coarse: Shown) -> None:
    axis.axhline(1, color=INK, lw=0.8)
    for colour, (name, (field, maps)) in zip(COLOURS, coarse.items(), strict=False):
        ratio = ring_power(map_power(maps, field), field) / expected_rings(field)
        ell = np.arange(len(ratio)) * field.fundamental
        shown = slice(1, field.pixels // 2)
        axis.plot(
            ell[shown], ratio[shown], color=colour, label=f"{name}, {len(maps):,}"
        )
        axis.axvline(0.7 * field.nyquist, color=PALE, lw=0.6, ls=":")
    axis.set(xlabel="multipole l", ylabel="power over theory", ylim=(0.6, 1.4))
    axis.legend(title="simulated maps of 64×64")


def _pixels(axis: Any, fine: Shown) -> None:
    edges = np.linspace(-3, 10, 66)
    middle = (edges[:-1] + edges[1:]) / 2
    for colour, (name, (field, maps)) in zip(COLOURS, fine.items(), strict=False):
        kind = smoothed(maps, field.arcmin)
        density, _ = np.histogram(
            (kind - kind.mean()) / kind.std(), edges, density=True
        )
        axis.plot(
            middle, np.where(density > 0, density, np.nan), color=colour, label=name
        )
    axis.plot(
        middle,
        np.exp(-(middle**2) / 2) / np.sqrt(2 * np.pi),
        color=INK,
        lw=0.8,
        ls=":",
        label="Gaussian",
    )
    axis.set(yscale="log", ylim=(1e-5, 1), xlabel="κ/σ, smoothed by 1′")
    axis.set_ylabel("share of pixels in one σ")
    axis.legend()
