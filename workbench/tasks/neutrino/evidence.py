"""What evidence for a vertex is, and where it lies."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from workbench.evidence import Evidence, Line
from workbench.tasks.neutrino.evaluation.residual import planes_before
from workbench.tasks.neutrino.geometry import PLANE_OF_COLUMN
from workbench.tasks.neutrino.networks.reading import PlaneReading, TowerReading
from workbench.tasks.neutrino.networks.towers import TowerNetwork
from workbench.tasks.neutrino.strips import cell_of

VIEWS = ("x", "u", "v")
IN_MODULE = (2, 1, 1)  # planes of X, U and V in two modules
NEAR = 4  # strips and planes of a view around the vertex that count as its place


def _network(model: Any, dense: bool) -> nn.Module:
    network = model.network
    if isinstance(network, TowerNetwork):
        return TowerReading(network)
    return PlaneReading(network, dense)


def _towers(reading: Any) -> dict[str, nn.Module]:
    """What the first layers make of each view, or the towers' last convolutions."""
    if isinstance(reading, PlaneReading):
        stems: Any = reading.stems
        return {view: stem.thought for view, stem in zip(VIEWS, stems, strict=True)}
    return {
        view: tower.look[-1] for view, tower in zip(VIEWS, reading.towers, strict=False)
    }


def _last(model: Any) -> nn.Module:
    network = model.network
    return network.head[-1] if isinstance(network, TowerNetwork) else network.judge


def _nothing(model: Any, views: Sequence[torch.Tensor]) -> tuple[torch.Tensor, ...]:
    """An empty detector."""
    return tuple(torch.zeros_like(view) for view in views)


def _spread(model: Any, views: Sequence[torch.Tensor]) -> tuple[torch.Tensor, ...]:
    """One MeV, and the time at which the network's scale of times bends."""
    steps = [1.0, model.network.normalise.time_ns][: views[0].shape[1]]
    return tuple(view.new_tensor(steps)[:, None, None] for view in views)


def near_vertex(sample: Mapping[str, Any]) -> dict[str, np.ndarray] | None:
    """Cells of each view (127, columns) within four strips and planes of the vertex."""
    truth = sample.get("truth")
    if truth is None:
        return None
    masks: dict[str, np.ndarray] = {}
    for view, name in enumerate(VIEWS):
        mask = np.zeros(np.shape(sample[name])[-2:], bool)
        middle = cell_of(view, *(float(truth[axis]) for axis in "xyz"))
        mask[tuple(slice(max(0, at - NEAR), at + NEAR + 1) for at in middle)] = True
        masks[name] = mask
    return masks


def _planes(sample: Mapping[str, Any]) -> dict[str, np.ndarray]:
    return {
        name: PLANE_OF_COLUMN[view][: np.shape(sample[name])[-1]]
        for view, name in enumerate(VIEWS)
    }


def _vertex_plane(sample: Mapping[str, Any]) -> float:
    return float(planes_before(np.asarray(sample["truth"]["z"])))


def _moved(views: Sequence[torch.Tensor], steps: int) -> tuple[torch.Tensor, ...]:
    """Hits moved by pairs of modules: planes come in the order X U X V."""
    return tuple(
        _rolled(view, steps * columns)
        for view, columns in zip(views, IN_MODULE, strict=True)
    )


def _rolled(view: torch.Tensor, columns: int) -> torch.Tensor:
    """Planes (…, columns) moved downstream, empty ones upstream; or the other way."""
    rolled, width = view.roll(columns, -1), view.shape[-1]
    first, last = max(0, columns), width + min(0, columns)
    rolled[..., :first] = rolled[..., last:] = 0
    return rolled


evidence = Evidence(
    axes=dict.fromkeys(VIEWS, ("channel", "strip", "plane")),
    parts={
        "views": {},
        "planes": {"plane": 1},
        "patches": {"strip": 7, "plane": 4},
        "channels": {"channel": 1},
    },
    network=_network,
    towers=_towers,
    last=_last,
    nothing=_nothing,
    spread=_spread,
    truth=near_vertex,
    line=Line("plane", "planes", _planes, _vertex_plane, 4, _moved),
)
