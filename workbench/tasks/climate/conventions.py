"""How maps are described by the CF conventions: axes, and codes of classes."""

from typing import Any

import numpy as np

from workbench.tasks.climate.variables import CLASSES

MAP = ("time", "lat", "lon")
PEOPLE = ("annotator", *MAP)
LATITUDE = {"units": "degrees_north", "standard_name": "latitude", "axis": "Y"}
LONGITUDE = {"units": "degrees_east", "standard_name": "longitude", "axis": "X"}
CODES: dict[str, Any] = {
    "units": "1",
    "flag_values": np.arange(len(CLASSES), dtype=np.uint8),
    "flag_meanings": " ".join(name.replace(" ", "_") for name in CLASSES),
}
