"""Particles and meshes: density from particles, displacements from density.

Positions are in cells of a periodic mesh, (particles, dimensions).
"""

from collections.abc import Callable, Iterator
from itertools import product

import torch


def _corners(
    x: torch.Tensor, cells: int
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """The cells around each particle and its share in them: the cloud in cell.

    Hockney & Eastwood 1988, Computer Simulation Using Particles, §5-2.
    """
    below = x.floor()
    share = x - below
    below = below.long()
    sides = [
        [
            (below[:, axis] % cells, 1 - share[:, axis]),
            ((below[:, axis] + 1) % cells, share[:, axis]),
        ]
        for axis in range(x.shape[1])
    ]
    for corner in product(*sides):
        (index, weight), *others = corner
        for place, part in others:
            index = index * cells + place
            weight = weight * part
        yield index, weight


def contrast(x: torch.Tensor, cells: int) -> torch.Tensor:
    """Density contrast δ of particles, one axis a dimension of theirs."""
    dimensions = x.shape[1]
    mass = x.new_zeros(cells**dimensions)
    for index, weight in _corners(x, cells):
        mass.index_add_(0, index, weight)
    return (mass * (len(mass) / len(x)) - 1).view((cells,) * dimensions)


def displacement(delta: torch.Tensor) -> torch.Tensor:
    """Displacement Ψ with ∇·Ψ = −δ, in cells, (cells, cells, cells, 3)."""
    return _gradient(delta, lambda k: k)


def pull(delta: torch.Tensor) -> torch.Tensor:
    """Pull of the matter δ, in units of 3/2 Ωm H0²/a, as ``displacement`` otherwise.

    Differences over four points, as FastPM takes them (Feng et al. 2016, MNRAS 463,
    2273): a lattice of particles would feel its own images in exact derivatives.
    """
    return _gradient(delta, lambda k: (8 * torch.sin(k) - torch.sin(2 * k)) / 6)


def _gradient(
    delta: torch.Tensor, slope: Callable[[torch.Tensor], torch.Tensor]
) -> torch.Tensor:
    """Minus the gradient of the potential whose Laplacian is δ."""
    cells = len(delta)
    waves = torch.fft.rfftn(delta)
    like = {"device": delta.device, "dtype": delta.dtype}
    full = 2 * torch.pi * torch.fft.fftfreq(cells, **like)
    half = 2 * torch.pi * torch.fft.rfftfreq(cells, **like)
    k = [full[:, None, None], full[:, None], half]
    squared = k[0] ** 2 + k[1] ** 2 + k[2] ** 2
    squared[0, 0, 0] = 1
    waves /= squared
    found = delta.new_empty((*delta.shape, 3))
    for axis, one in enumerate(k):
        along = slope(one) * (one.abs() < 0.999 * torch.pi)  # the shortest has no sign
        found[..., axis] = torch.fft.irfftn(1j * along * waves, s=delta.shape)
    return found


def at(x: torch.Tensor, mesh: torch.Tensor) -> torch.Tensor:
    """A vector of the mesh where the particles are, (particles, 3)."""
    flat = mesh.view(-1, mesh.shape[-1])
    found = torch.zeros_like(x)
    for index, weight in _corners(x, len(mesh)):
        found.addcmul_(flat[index], weight[:, None])
    return found
