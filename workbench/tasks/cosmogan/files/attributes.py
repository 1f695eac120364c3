"""What a file of maps says of them beside the numbers, in words all layouts share."""

import json
from collections.abc import Mapping
from typing import Any

from workbench.tasks.cosmogan.field import Field

# width in degrees, redshift of the sources, and the rest as JSON
DEGREES, SOURCE, ABOUT = "field_degrees", "source_redshift", "workbench_about"
NAME, UNIT = "kappa", "1"


def said(field: Field, about: Mapping[str, Any]) -> dict[str, Any]:
    """What is written of maps, numbers and texts only."""
    known = {DEGREES: field.degrees, ABOUT: json.dumps(dict(about))}
    return known if field.source is None else known | {SOURCE: field.source}


def understood(attributes: Mapping[str, Any], pixels: int) -> dict[str, Any]:
    """Of what a file says: ``scale``, ``source`` and ``about``, where they are there.

    Args:
        attributes: As :func:`said` has them, among others.
        pixels: Along the side whose width is said.

    Raises:
        ValueError: one of them is no number or no text.
    """
    found: dict[str, Any] = {"about": json.loads(attributes.get(ABOUT, "{}"))}
    if DEGREES in attributes:
        found["scale"] = float(attributes[DEGREES]) / pixels
    if SOURCE in attributes:
        found["source"] = float(attributes[SOURCE])
    return found
