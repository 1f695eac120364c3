"""A weather map as a chart: colours for each variable, coastlines, whose outlines."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from workbench.chart import Areas, Chart, Field, Kind
from workbench.errors import BadInput
from workbench.tasks.climate.generator.surface import coastlines
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import (
    CLASSES,
    CYCLONE,
    NAMES,
    RIVER,
    VARIABLES,
)

# colour map, least and largest value: the same on every map, so that maps compare; all
# are read alike by the colour-blind, and none has the magenta of cyclones
SCALES: dict[str, tuple[str, float, float]] = {
    "TMQ": ("viridis", 0, 65),
    "U850": ("RdBu_r", -30, 30),
    "V850": ("RdBu_r", -30, 30),
    "UBOT": ("RdBu_r", -25, 25),
    "VBOT": ("RdBu_r", -25, 25),
    "QREFHT": ("viridis", 0, 0.022),
    "PS": ("cividis", 55_000, 104_000),
    "PSL": ("RdBu_r", 97_300, 105_300),
    "T200": ("cividis", 190, 230),
    "T500": ("cividis", 225, 272),
    "PRECT": ("YlGnBu", 1e-9, 1e-6),
    "TS": ("cividis", 215, 310),
    "TREFHT": ("cividis", 215, 310),
    "Z1000": ("cividis", -200, 1_200),
    "Z200": ("cividis", 10_300, 12_600),
    "ZBOT": ("cividis", 45, 72),
}
RAIN = ("PRECT",)  # on a logarithmic scale
CYCLONE_COLOUR, RIVER_COLOUR = "#ff3ea5", "#ffffff"
KINDS = (
    Kind(RIVER, CLASSES[RIVER], RIVER_COLOUR),
    Kind(CYCLONE, CLASSES[CYCLONE], CYCLONE_COLOUR),
)
TRUTH, PREDICTION = "truth", "prediction"
PREDICTED = (4.0, 1.6)
PEOPLE = ((1.0, 1.4), (5.0, 1.4, 1.0, 1.4), (2.0, 1.0), (8.0, 1.4, 1.0, 1.4, 1.0, 1.4))


def chart(sample: Any, prediction: Any = None, attribution: Any = None) -> Chart:
    """One map's variables with coastlines and everybody's outlines.

    Args:
        sample: A data set with one time, as readers and the generator give it, or a
            sample of the data module: ``image`` (C, rows, columns) and, where known,
            ``names``, ``lat``, ``lon``, ``time``, ``mask`` and ``labels`` (A, rows,
            columns).
        prediction: Class codes (rows, columns), or logits or probabilities (3, rows,
            columns).
        attribution: Shares of the points (rows, columns), or of a sample's numbers by
            name, which are added up over variables; shown as a field before the others.

    Raises:
        BadInput: several times, no variable, or shapes that do not fit.
    """
    read = _of_data_set if hasattr(sample, "data_vars") else _of_sample
    parts = read(sample)
    truth, people = parts.pop("truth"), parts.pop("people")
    areas = [] if truth is None else [Areas(TRUTH, np.asarray(truth))]
    if prediction is not None:
        given = np.asarray(prediction)
        codes = given.argmax(0) if given.ndim == 3 else given
        areas.append(Areas(PREDICTION, codes, PREDICTED))
    seen = not areas  # people's outlines at once only where there are no others
    for number, codes in enumerate(() if people is None else np.asarray(people)):
        dash = PEOPLE[number % len(PEOPLE)]
        areas.append(Areas(f"annotator {number + 1}", codes, dash, seen))
    fields = [_field(name, values) for name, values in parts.pop("fields")]
    if attribution is not None:
        fields.insert(0, _attribution(attribution))
    return Chart(
        **parts,
        fields=tuple(fields),
        areas=tuple(areas),
        kinds=KINDS,
        lines=coastlines(),
    )


def _of_data_set(data: Any) -> dict[str, Any]:
    if data.sizes.get("time", 1) != 1:
        raise BadInput(
            f"{data.sizes['time']} maps: choose one, such as data.isel(time=[0])"
        )
    one = data.isel(time=0) if "time" in data.dims else data
    people = one["LABELS"] if "LABELS" in one else None
    if people is not None and "annotator" not in people.dims:
        people = people.expand_dims("annotator")
    place = ("lat", "lon")
    return {
        "title": _when(one["time"].to_numpy() if "time" in one.coords else None),
        "lat": one["lat"].to_numpy(),
        "lon": one["lon"].to_numpy(),
        "fields": [
            (name, one[name].transpose(*place).to_numpy())
            for name in NAMES
            if name in one
        ],
        "truth": one["TRUTH"].transpose(*place) if "TRUTH" in one else None,
        "people": None if people is None else people.transpose("annotator", *place),
    }


def _of_sample(sample: Any) -> dict[str, Any]:
    image = np.asarray(sample["image"])
    names = sample.get("names", NAMES[: len(image)])
    grid = Grid(*image.shape[1:])
    return {
        "title": _when(sample.get("time")),
        "lat": np.asarray(sample.get("lat", grid.lat)),
        "lon": np.asarray(sample.get("lon", grid.lon)),
        "fields": list(zip(names, image, strict=True)),
        "truth": sample.get("mask"),
        "people": sample.get("labels"),
    }


def _when(time: Any) -> str:
    if time is None or np.isnat(time):
        return ""
    day, hour = np.datetime_as_string(np.datetime64(time, "h")).split("T")
    return f"{day} {hour} UTC"


def _field(name: str, values: np.ndarray) -> Field:
    """A variable in its colours.

    Raises:
        BadInput: it is none of the sixteen.
    """
    if name not in NAMES:
        raise BadInput(f"unknown channel {name!r}: known are {', '.join(NAMES)}")
    about = VARIABLES[NAMES.index(name)]
    colours, low, high = SCALES[name]
    unit = about.unit.translate({ord("2"): "²"})
    return Field(
        name, values, unit, about.meaning, colours, low, high, log=name in RAIN
    )


def _attribution(given: Any) -> Field:
    """Colours even about zero."""
    values = np.asarray(given["image"] if isinstance(given, Mapping) else given)
    values = values.sum(0) if values.ndim == 3 else values
    most = float(np.nanmax(np.abs(values))) or 1.0
    return Field(
        "attribution",
        values,
        "",
        "how much each point counts for the answer",
        "PuOr_r",
        -most,
        most,
    )
