"""Each cell's share in an answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from workbench.evidence import CHANNEL, Axes
from workbench.explain.completeness import completeness_error

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Attribution:
    """A map of shares, as long as there are inputs.

    Attributes:
        method: That made it.
        about: What was asked.
        maps: Input → shares, shaped as the input (B, …).
        value: What the network said of the samples (B,).
        nothing: What it says without evidence (B,).
        notes: What is to be known of this map, as from how many steps it comes.
    """

    method: str
    about: str
    maps: Mapping[str, np.ndarray]
    value: np.ndarray
    nothing: np.ndarray
    notes: Mapping[str, Any] = field(default_factory=dict)

    def labelled(self, axes: Mapping[str, Axes]) -> "xr.Dataset":
        """The maps with names for their axes; what is of a method is an attribute."""
        import xarray as xr

        maps = {
            name: (("sample", *(f"{name}_{axis}" for axis in axes[name])), values)
            for name, values in self.maps.items()
        }
        said = {"value": ("sample", self.value), "nothing": ("sample", self.nothing)}
        about = {"method": self.method, "about": self.about} | dict(self.notes)
        return xr.Dataset({**maps, **said}, attrs=about)

    @property
    def completeness(self) -> np.ndarray:
        """How far shares are from adding up, of each sample (B,)."""
        maps = [torch.from_numpy(values) for values in self.maps.values()]
        rise = torch.from_numpy(self.value - self.nothing)
        return completeness_error(maps, rise).numpy()

    def cells(self, axes: Mapping[str, Axes]) -> np.ndarray:
        """Shares of all cells of all inputs, channels added up (B, M)."""
        return in_a_row(
            {
                name: values.sum(1 + axes[name].index(CHANNEL))
                if CHANNEL in axes[name]
                else values
                for name, values in self.maps.items()
            }
        )


def in_a_row(maps: Mapping[str, np.ndarray]) -> np.ndarray:
    """Values of all cells of all inputs (B, M), of maps that have no channels."""
    flat = [values.reshape(len(values), -1) for values in maps.values()]
    return np.concatenate(flat, 1)
