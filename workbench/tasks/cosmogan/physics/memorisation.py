"""Whether generated maps are copies of those that were learnt from."""

from dataclasses import dataclass

import numpy as np
import torch
from scipy import stats
from torch import Tensor

from workbench.errors import BadInput

COARSE = 16  # pixels a side in which maps are compared
SHIFT = 2  # of these, in every direction
RARE = 0.01  # of generated maps: copies as rare as this are looked for
ALARM = 0.0027  # chance of three standard deviations
CHUNK = 64  # maps compared at once


@dataclass(frozen=True)
class Memorisation:
    """Distances to the nearest training and the nearest held-out map, compared.

    Attributes:
        maps: Generated.
        share: Of them that are nearer to a training map; a half if nothing is copied.
        ratio: Distance to training over that to held-out maps, its 1 % quantile.
        floor: The same of the inverse ratio, to which it is equal if nothing is copied.
        p: Chance that so many of the 2 % most unequal distances favour training maps.
    """

    maps: int
    share: float
    ratio: float
    floor: float
    p: float

    @property
    def bar(self) -> float:
        """How far the share may be from a half: three standard deviations."""
        return 3 * 0.5 / self.maps**0.5

    @property
    def copies(self) -> bool:
        """Whether the share or the extremes say that training maps are copied."""
        return abs(self.share - 0.5) > self.bar or self.p < ALARM


def memorisation(
    generated: np.ndarray, training: np.ndarray, held_out: np.ndarray
) -> Memorisation:
    """Hold generated maps against maps that were learnt from and others that were not.

    Maps are averaged to 16 × 16 pixels; the middle 12 × 12 of a generated one are laid
    on every 12 × 12 of a real one, up to two coarse pixels off in each direction, in
    all eight orientations, so that nothing is taken to be periodic. With r the largest
    correlation at these 200 places, √(2 − 2 r) is the distance. (Plain differences
    would make quiet maps everybody's neighbours: whichever set holds the quietest would
    win.) Where nothing is copied training and held-out maps could change places, so
    that each of the most unequal pairs of distances favours either side like a coin.

    Args:
        generated: (N, S, S).
        training: (M, S, S), or some of it.
        held_out: (M, S, S); what is more in the larger set is left out.

    Raises:
        BadInput: maps that cannot be averaged to 16 × 16 pixels.
    """
    count = min(len(training), len(held_out))
    made = _middles(generated)
    near = [_nearest(made, _places(maps[:count])) for maps in (training, held_out)]
    tiny = np.finfo(np.float32).tiny
    ratio = np.log(near[0] + tiny) - np.log(near[1] + tiny)
    most = np.argsort(-np.abs(ratio))[: max(1, round(2 * RARE * len(ratio)))]
    nearer = int((ratio[most] < 0).sum())
    return Memorisation(
        maps=len(ratio),
        share=float(np.mean((ratio < 0) + 0.5 * (ratio == 0))),
        ratio=float(np.exp(np.quantile(ratio, RARE))),
        floor=float(np.exp(np.quantile(-ratio, RARE))),
        p=float(stats.binomtest(nearer, len(most), alternative="greater").pvalue),
    )


def _coarse(maps: np.ndarray) -> Tensor:
    values = torch.as_tensor(maps, dtype=torch.float32)
    block, rest = divmod(values.shape[-1], COARSE)
    if rest or not block:
        raise BadInput(
            f"maps of {values.shape[-1]} pixels cannot be averaged to {COARSE} a side "
            f"to look for copies: give maps of a multiple of {COARSE} pixels"
        )
    return torch.nn.functional.avg_pool2d(values[:, None], block)[:, 0]


def _middles(maps: np.ndarray) -> Tensor:
    return _unit(_coarse(maps)[:, SHIFT:-SHIFT, SHIFT:-SHIFT].flatten(1))


def _places(maps: np.ndarray) -> Tensor:
    """Every window of every orientation of each map: (M, 200, 144)."""
    coarse = _coarse(maps)
    side = COARSE - 2 * SHIFT
    mirrored = (coarse, coarse.transpose(1, 2))
    turned = [torch.rot90(one, k, (1, 2)) for one in mirrored for k in range(4)]
    windows = torch.stack(turned, 1).unfold(2, side, 1).unfold(3, side, 1)
    return _unit(windows.flatten(4).flatten(1, 3))


def _unit(windows: Tensor) -> Tensor:
    """Windows less their mean, of length one, for products to be correlations."""
    return torch.nn.functional.normalize(
        windows - windows.mean(-1, keepdim=True), dim=-1
    )


def _nearest(made: Tensor, places: Tensor) -> np.ndarray:
    """Distance of each generated map (N, 144) to the nearest place (N,)."""
    parts = (some.flatten(0, 1) for some in places.split(CHUNK))
    highest = torch.stack([(made @ part.T).amax(1) for part in parts]).amax(0)
    return (2 - 2 * highest).clamp_min(0).sqrt().numpy()
