"""How a network sees energies and times."""

import torch
from torch import nn

from workbench.tasks.neutrino.geometry import STRIPS, columns

CHANNELS = (("energy", "MeV"), ("time", "ns"))  # name and unit, in order


class Normalisation(nn.Module):
    """log(1 + E / MeV), so that a crossing and a shower are both of order one.

    A second channel, the time after the muon, becomes asinh(t / ``time_ns``): linear
    for what comes with the muon, logarithmic for what does not. Empty cells stay 0.

    Args:
        energy_mev: Energy at which the logarithm bends.
        time_ns: Time at which the inverse hyperbolic sine bends.
    """

    def __init__(self, energy_mev: float = 1.0, time_ns: float = 10.0) -> None:
        super().__init__()
        self.energy_mev, self.time_ns = energy_mev, time_ns

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Normalised image, shape as ``image`` (B, C, 127, columns)."""
        energy = torch.log1p(image[:, :1] / self.energy_mev)
        if image.shape[1] == 1:
            return energy
        return torch.cat([energy, torch.asinh(image[:, 1:] / self.time_ns)], 1)

    def about(self) -> dict[str, float]:
        """The constants as plain types, for the checkpoint."""
        return {"energy_mev": self.energy_mev, "time_ns": self.time_ns}


def example(
    x_columns: int, channels: int, batch: int = 2
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Empty events of the right shapes, to size layers or to trace a network."""
    x, u, v = (
        torch.zeros(batch, channels, STRIPS, columns(view, x_columns))
        for view in range(3)
    )
    return x, u, v
