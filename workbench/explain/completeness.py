"""Whether shares add up to what is shared."""

from collections.abc import Sequence

import torch

COMPLETE = 0.01  # an error that is less is none
LEAST = 1e-3  # a rise of the answer that is less is none, and has no shares


def completeness_error(
    maps: Sequence[torch.Tensor], rise: torch.Tensor
) -> torch.Tensor:
    """|Σ shares − rise| / |rise| of each sample (B,); not a number where none rises.

    Args:
        maps: Shares of each input (B, …).
        rise: The answer less that without evidence (B,).
    """
    total = torch.stack([values.flatten(1).sum(1) for values in maps]).sum(0)
    error = (total - rise).abs() / rise.abs()
    return torch.where(rise.abs() < LEAST, torch.nan, error)
