"""Whether generated maps lie among the real ones, and everywhere among them."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

NEAREST = 5


@dataclass(frozen=True)
class Neighbours:
    """Four shares that tell quality from variety.

    Attributes:
        precision: Generated maps that some real one has nearer than its k-th neighbour.
        recall: Real maps that some generated one has so near.
        density: In how many of k such neighbourhoods a generated map lies; 1 expected.
        coverage: Real maps with a generated one in their neighbourhood.
    """

    precision: float
    recall: float
    density: float
    coverage: float


def neighbours(reference: np.ndarray, other: np.ndarray) -> Neighbours:
    """Precision, recall, density and coverage of vectors (M, D) against (N, D).

    Naeem et al. (2020), arXiv:2002.09797, with k = 5. Equal sets of one size reach a
    coverage of 1 − 2⁻⁵ = 0.97.
    """
    real, made = (torch.as_tensor(rows) for rows in (reference, other))
    across = torch.cdist(real, made)  # (N, M)
    reach, reach_made = _reach(real), _reach(made)
    inside = across < reach[:, None]
    return Neighbours(
        precision=_share(inside.any(0)),
        recall=_share((across < reach_made).any(1)),
        density=float(inside.sum(0).double().mean() / NEAREST),
        coverage=_share(inside.any(1)),
    )


def _reach(rows: Tensor) -> Tensor:
    """Distance to the k-th nearest other row (N,)."""
    return torch.cdist(rows, rows).kthvalue(NEAREST + 1, dim=1).values


def _share(found: Tensor) -> float:
    return float(found.double().mean())
