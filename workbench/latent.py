"""What a generator draws its maps from, and what is measured of what it draws."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Latent:
    """The normal numbers behind a generator's maps, and statistics of the maps.

    Attributes:
        drawn: ``drawn(number, seed)`` gives latents (N, …).
        measure: ``measure(latents)`` gives statistics (N, K) of the maps drawn from
            them, smooth enough to take slopes by.
        statistics: Names of the K statistics.
        squares: ``squares(slopes)`` gives of slopes (N, …) by latents the sum of
            squares in each part of the latent (N, P): together that of all.
        parts: Names of the P parts.
        of: What the parts are, in words.
    """

    drawn: Callable[[int, int], Any]
    measure: Callable[[Any], Any]
    statistics: tuple[str, ...]
    squares: Callable[[Any], Any]
    parts: tuple[str, ...]
    of: str
