"""Cyclones and rivers as events: found in class codes, followed, counted, compared.

Codes may be a truth, a network's or a person's; what is negative in them (left out) is
background here. Tables are pandas', maps xarray's; units are in the columns' names.
"""

from workbench.tasks.climate.events.landfall import landfall
from workbench.tasks.climate.events.lives import genesis, lives, termination
from workbench.tasks.climate.events.match import match
from workbench.tasks.climate.events.objects import objects
from workbench.tasks.climate.events.occurrence import frequency, rain
from workbench.tasks.climate.events.tracks import track

__all__ = [
    "frequency",
    "genesis",
    "landfall",
    "lives",
    "match",
    "objects",
    "rain",
    "termination",
    "track",
]
