"""Maps that were made before."""

from typing import Any

import numpy as np

from workbench.arrays import keep, recall
from workbench.digest import digest_of
from workbench.explain.attribution import Attribution
from workbench.explain.methods import attribute
from workbench.explain.question import Question
from workbench.paths import cache


def remembered(
    question: Question, method: str, parts: str | None = None
) -> Attribution:
    """As :func:`attribute`, once for each network, sample, question and method."""
    path = cache("explain") / f"{_key(question, method, parts)}.npz"
    known = recall(path)
    if known is not None:
        return Attribution(
            method,
            question.about,
            {name: known[f"map {name}"] for name in question.names},
            known["value"],
            known["nothing"],
            {name: known[f"note {name}"].tolist() for name in known["notes"]},
        )
    found = attribute(question, method, parts)
    arrays: dict[str, Any] = {"value": found.value, "nothing": found.nothing}
    arrays["notes"] = np.array(sorted(found.notes), dtype=str)
    arrays |= {f"note {name}": np.array(note) for name, note in found.notes.items()}
    arrays |= {f"map {name}": values for name, values in found.maps.items()}
    keep(path, arrays)
    return found


def _key(question: Question, method: str, parts: str | None) -> str:
    """Digest of all that a map depends on."""
    asked = *question.inputs, *question.nothing, question.weights
    about = f"{method} {parts} {question.about}"
    return digest_of(question.model, *asked, about=about)
