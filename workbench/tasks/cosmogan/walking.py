"""A walk from map to map through what a generator draws them from."""

import math
from typing import Any

import numpy as np
import torch

from workbench.style import OURS, PALE, TRUTH, new_figure, style
from workbench.task import Walk
from workbench.tasks.cosmogan.data import ConvergenceData
from workbench.tasks.cosmogan.generator import CONDITIONS, Generator
from workbench.tasks.cosmogan.noise import rows_of_noise
from workbench.tasks.cosmogan.physics.summary import POWER, Summary
from workbench.tasks.cosmogan.pictures import colour_bar, draw_map, scale

STATIONS = 4  # maps that the way leads through, and back to the first
REAL = 256  # simulated maps that show what is usual
SEED = 5


def walk(model: Generator, data: ConvergenceData) -> Walk:
    """A way through latents, and sliders of Ω_m and σ8 where maps depend on them.

    Between two stations latents lie on a great circle, so that on the way, too, they
    are as likely as any: on a straight line they would shrink.
    """
    first, last = data.bounds("val")
    real = data.source.read(slice(first, min(last, first + REAL)))
    summary = Summary.of(real, data.field)
    usual = summary.vectors(real)
    stations = rows_of_noise(model.latent, SEED, range(STATIONS))
    sliders = {"along": (0.0, float(STATIONS), 0.0)}
    if model.conditional:
        sliders |= {
            name: (middle - width, middle + width, middle)
            for name, (middle, width) in CONDITIONS.items()
        }
    norm = scale(real)

    def draw(along: float, **told: float) -> Any:
        given = torch.tensor([[*told.values()]]) if told else None
        with torch.no_grad():
            image = model.eval()(between(stations, along)[None], given)[0, 0].numpy()
        return _drawn(image, norm, summary, usual)

    return Walk(sliders, draw)


def between(stations: torch.Tensor, along: float) -> torch.Tensor:
    """The latent at a place of the way round through stations (N, …)."""
    start = math.floor(along)
    share = (along - start) * math.pi / 2
    one, other = (stations[(start + k) % len(stations)] for k in (0, 1))
    return math.cos(share) * one + math.sin(share) * other


def _drawn(image: np.ndarray, norm: Any, summary: Summary, usual: np.ndarray) -> Any:
    """The map, its power and its histogram, each before what is usual."""
    here = summary.vectors(image[None])[0]
    with style():
        figure = new_figure(11, 3.6)
        seen, power, histogram = figure.subplots(1, 3)
        colour_bar([seen], draw_map(seen, image, summary.field, norm))
        where, ell = summary.columns_of(POWER), summary.bands.ell
        unit = ell * (ell + 1) / (2 * math.pi)
        _band(power, ell, unit * 10 ** usual[:, where], unit * 10 ** here[where])
        power.set(xlabel="multipole l", ylabel="l(l+1) C_l / 2π", yscale="log")
        edges = np.array(summary.pixels)
        where = summary.columns_of("histogram")[1:-1]
        middle, width = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
        _band(histogram, middle, usual[:, where] / width, here[where] / width)
        histogram.set(xlabel="convergence κ", ylabel="probability density")
        power.legend()
    return figure


def _band(axes: Any, x: np.ndarray, usual: np.ndarray, here: np.ndarray) -> None:
    low, middle, high = np.quantile(usual, (0.16, 0.5, 0.84), axis=0)
    label = "simulated: median, 16–84 %"
    axes.fill_between(x, low, high, color=TRUTH, alpha=0.15, linewidth=0)
    axes.plot(x, middle, color=TRUTH, label=label)
    axes.plot(x, here, color=OURS, label="this map")
    axes.tick_params(colors=PALE)
