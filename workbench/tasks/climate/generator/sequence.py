"""A sequence of maps as one data set with the attributes of the CF conventions."""

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from workbench.tasks.climate.conventions import (
    CODES,
    LATITUDE,
    LONGITUDE,
    MAP,
    PEOPLE,
)
from workbench.tasks.climate.generator import recipe
from workbench.tasks.climate.generator.annotators import annotate
from workbench.tasks.climate.generator.filaments import filaments
from workbench.tasks.climate.generator.scene import Scene
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import VARIABLES


def sequence(
    seed: int, number: int, grid: Grid, steps: int, hours: float, annotators: int
) -> xr.Dataset:
    """Maps of one sequence: variables, truth, what to leave out, what people drew."""
    scene = Scene(seed, number, (steps - 1) * hours / 24, grid)
    shape = (steps, *grid.shape)
    values = {v.name: np.empty(shape, np.float32) for v in VARIABLES}
    truth, ignore = np.empty(shape, np.uint8), np.empty(shape, np.uint8)
    drawn = np.empty((annotators, *shape), np.uint8)
    for step in range(steps):
        day = step * hours / 24
        moment = scene.at(day)
        for name, field in moment.fields.items():
            values[name][step] = field
        outline = np.minimum(moment.cyclone, moment.river)
        natural = filaments(moment.fields, outline, grid)
        truth[step], ignore[step] = moment.truth, natural
        for person in range(annotators):
            who = (seed, number, person)
            drawn[person, step] = annotate(
                who, moment.cyclone, moment.river, natural, grid, day
            )
    start = pd.Timestamp(scene.year, scene.month, scene.day, scene.hour)
    made: dict[str, Any] = {
        v.name: (MAP, values[v.name], v.attributes) for v in VARIABLES
    }
    made["TRUTH"] = (MAP, truth, {"long_name": "class by construction"} | CODES)
    made["IGNORE"] = (MAP, ignore, {"long_name": "1: a filament nobody placed"})
    made["LABELS"] = (PEOPLE, drawn, {"long_name": "class as people draw it"} | CODES)
    return xr.Dataset(
        made,
        coords={
            "time": start + pd.to_timedelta(np.arange(steps) * hours, "h"),
            "lat": ("lat", grid.lat, LATITUDE),
            "lon": ("lon", grid.lon, LONGITUDE),
            "sequence": ("time", np.full(steps, number), {"long_name": "sequence"}),
        },
        attrs={
            "Conventions": "CF-1.11",
            "title": "simulated weather maps with cyclones and rivers",
            "source": f"science-workbench, recipe {recipe()}",
            "simulated": "yes",
            "seed": seed,
        },
    )
