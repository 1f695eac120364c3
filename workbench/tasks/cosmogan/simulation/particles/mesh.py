"""Particles and meshes: density from particles, displacements from density.

Positions are in cells of a periodic mesh, (particles, dimensions).
"""

from collections.abc import Iterator
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
    """Displacement Ψ with ∇·Ψ = −δ, in cells, (cells, cells, cells, 3).

    It is the pull of the matter δ as well, in units of 3/2 Ωm H0² / a.
    """
    cells = len(delta)
    waves = torch.fft.rfftn(delta)
    turn = 2 * torch.pi
    full = turn * torch.fft.fftfreq(cells, device=delta.device, dtype=delta.dtype)
    half = turn * torch.fft.rfftfreq(cells, device=delta.device, dtype=delta.dtype)
    k = [full[:, None, None], full[:, None], half]
    squared = sum(one**2 for one in k)
    squared[0, 0, 0] = 1
    waves /= squared
    found = delta.new_empty((*delta.shape, 3))
    for axis, one in enumerate(k):
        along = one.clone()  # the shortest wave has no direction
        along[(along.abs() > turn / 2 * (1 - 1e-6))] = 0
        found[..., axis] = torch.fft.irfftn(1j * along * waves, s=delta.shape)
    return found


def at(x: torch.Tensor, mesh: torch.Tensor) -> torch.Tensor:
    """A vector of the mesh where the particles are, (particles, 3)."""
    flat = mesh.view(-1, mesh.shape[-1])
    found = torch.zeros_like(x)
    for index, weight in _corners(x, len(mesh)):
        found.addcmul_(flat[index], weight[:, None])
    return found
