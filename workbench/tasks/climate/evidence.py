"""What evidence for a cyclone or a river is, and where it lies."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from scipy import ndimage
from scipy.spatial import KDTree
from torch import nn

from workbench.evidence import Evidence, Seen
from workbench.tasks.climate.areas import EARTH, directions, label
from workbench.tasks.climate.events.objects import number_objects
from workbench.tasks.climate.networks.globe import Globe
from workbench.tasks.climate.realism.published import CHANNELS
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import CLASSES, CYCLONE, RIVER

NEAR = 2.5  # degrees around a thing that still belong to it: people disagree by more
# Variables that the generator changes by at least this part of what it changes the
# strongest by, in their spreads: tests/test_explain_climate.py takes things out of its
# weather, and compares
CARRIES = 0.25
WINDS = ("U850", "V850", "UBOT", "VBOT")
CARRIERS = {
    CYCLONE: ("TMQ", *WINDS, "PSL", "PRECT"),
    RIVER: ("TMQ", *WINDS, "PRECT"),
}


def _towers(reading: Any) -> dict[str, nn.Module]:
    """The last picture that neighbours have been heard for."""
    network = reading.model.network
    if isinstance(network, Globe):
        return {"image": network.answer[4]}
    names = ("join3", "decode", "up")  # of CGNet, DeepLab and U-Net
    last = next(getattr(network, name) for name in names if hasattr(network, name))
    return {"image": last[-1] if isinstance(last, nn.ModuleList) else last}


def _last(model: Any) -> nn.Module:
    network = model.network
    if hasattr(network, "classify"):
        return network.classify
    return network.answer[-1] if isinstance(network, Globe) else network.last[-1]


def _nothing(model: Any, inputs: Sequence[torch.Tensor]) -> tuple[torch.Tensor, ...]:
    """The mean of each variable over ClimateNet's maps, everywhere."""
    (image,) = inputs
    means = [CHANNELS[name][0] for name in model.channels]
    return (image.new_tensor(means)[:, None, None].expand_as(image),)


def _spread(model: Any, inputs: Sequence[torch.Tensor]) -> tuple[torch.Tensor, ...]:
    """The spread of each variable over ClimateNet's maps."""
    spreads = [CHANNELS[name][1] for name in model.channels]
    return (inputs[0].new_tensor(spreads)[:, None, None],)


def seen(sample: Mapping[str, Any], codes: np.ndarray) -> list[Seen]:
    """Cyclones and rivers that a network has outlined, the largest first.

    Args:
        sample: A map; its ``mask`` is the truth where it is known, ``names`` are those
            of its variables where that is.
        codes: What the network has named each point (H, W).
    """
    grid = Grid(*codes.shape)
    truth = sample.get("mask")
    names = sample.get("names", ())
    found: list[tuple[float, Seen]] = []
    for code in (CYCLONE, RIVER):
        numbers, table = number_objects(codes, grid, code, least=0)
        for number, row in table.iterrows():
            mask = numbers == number
            name = f"{CLASSES[code]} at {_place(row.lat, row.lon)}"
            thing = None if truth is None else _true(np.asarray(truth), code, mask)
            if thing is None:
                found.append((row.area_km2, Seen(name, code, 0, mask)))
                continue
            carried = tuple(k for k, one in enumerate(names) if one in CARRIERS[code])
            far = partial(_away, thing, grid)
            there = _near(thing, grid)
            found.append((row.area_km2, Seen(name, code, 0, mask, there, carried, far)))
    return [thing for _, thing in sorted(found, key=lambda pair: -pair[0])]


def _place(lat: float, lon: float) -> str:
    """Degrees as people say them: ``34° S 136° W``."""
    east = (lon + 180) % 360 - 180
    return f"{abs(lat):.0f}° {'NS'[lat < 0]} {abs(east):.0f}° {'EW'[east < 0]}"


def _true(truth: np.ndarray, code: int, mask: np.ndarray) -> np.ndarray | None:
    """The true things of a class that a mask touches."""
    numbers, _ = label(truth == code)
    met = np.unique(numbers[mask])
    thing = np.isin(numbers, met[met > 0])
    return thing if thing.any() else None


def _near(thing: np.ndarray, grid: Grid) -> np.ndarray:
    """A thing and what is near it."""
    steps = max(1, round(NEAR * grid.rows / 180))
    wide = np.concatenate([thing[:, -steps:], thing, thing[:, :steps]], 1)
    near = ndimage.binary_dilation(wide, np.ones((3, 3), bool), steps)
    return near[:, steps:-steps]


def _away(thing: np.ndarray, grid: Grid) -> np.ndarray:
    """Kilometres from the nearest point of a thing (H, W), by the great circle."""
    everywhere = directions(grid)
    chord, _ = KDTree(everywhere[thing]).query(everywhere)
    return 2 * EARTH * np.arcsin(np.minimum(chord / 2, 1))


evidence = Evidence(
    axes={"image": ("channel", "lat", "lon")},
    parts={
        "variables": {"channel": 1},
        "patches": {"lat": 8, "lon": 8},
        "patches of variables": {"channel": 1, "lat": 16, "lon": 16},
    },
    towers=_towers,
    last=_last,
    nothing=_nothing,
    spread=_spread,
    seen=seen,
)
