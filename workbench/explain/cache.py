"""Maps that were made before."""

import os
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import torch

from workbench.damage import DAMAGE
from workbench.explain.attribution import Attribution
from workbench.explain.methods import attribute
from workbench.explain.question import Question
from workbench.paths import cache
from workbench.refusals import not_kept


def remembered(
    question: Question, method: str, parts: str | None = None
) -> Attribution:
    """As :func:`attribute`, once for each network, sample, question and method."""
    path = cache("explain") / f"{_key(question, method, parts)}.npz"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            notes = {name: kept[f"note {name}"].tolist() for name in kept["notes"]}
            maps = {name: kept[f"map {name}"] for name in question.names}
            said = kept["value"], kept["nothing"]
            return Attribution(method, question.about, maps, *said, notes)
    except (*DAMAGE, BadZipFile):  # not there, or damaged: made again
        found = attribute(question, method, parts)
    try:
        _keep(path, found)
    except OSError as error:  # it is only made again next time
        print(f"workbench: {not_kept(path, error)}", file=sys.stderr)
    return found


def _keep(path: Path, found: Attribution) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.partial")
    try:
        _write(unfinished, found)
        unfinished.replace(path)
    finally:
        with suppress(OSError):
            unfinished.unlink()


def _write(path: Path, found: Attribution) -> None:
    kept: dict[str, Any] = {"value": found.value, "nothing": found.nothing}
    kept["notes"] = np.array(sorted(found.notes), dtype=str)
    kept |= {f"note {name}": np.array(note) for name, note in found.notes.items()}
    kept |= {f"map {name}": values for name, values in found.maps.items()}
    with path.open("wb") as file:
        np.savez(file, **kept)


def _key(question: Question, method: str, parts: str | None) -> str:
    """Digest of all that a map depends on."""
    digest = sha256(f"{method} {parts} {question.about}".encode())
    state = question.model.state_dict()
    for name in sorted(state):
        digest.update(name.encode())
        digest.update(_bytes(state[name]))
    for value in (*question.inputs, *question.nothing, question.weights):
        digest.update(_bytes(value))
    return digest.hexdigest()[:32]


def _bytes(value: torch.Tensor) -> bytes:
    whole = value.detach().cpu().contiguous()
    return str(whole.shape).encode() + whole.numpy().tobytes()
