"""NumPy's ``.npy`` files, memory-mapped, and the public one of the CosmoGAN paper.

The format has no place for words, so what is known of maps written here stands in a
``.json`` of the same name. Nothing that Python would have to run is ever read.
"""

import json
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from workbench.damage import whole
from workbench.errors import BadInput
from workbench.tasks.cosmogan.field import FIELDS, Field
from workbench.tasks.cosmogan.files.attributes import said, understood
from workbench.tasks.cosmogan.files.found import Found
from workbench.tasks.cosmogan.files.kinds import refuse_unlike
from workbench.tasks.cosmogan.files.stack import FileStack
from workbench.writing import written

MAGIC = b"\x93NUMPY"
PUBLIC = "cosmogan_maps_256_8k_1.npy"
MADE_BY_A_GAN = (
    "made by the GAN of the CosmoGAN paper (arXiv:1706.02390), as the README of "
    "MustafaMustafa/cosmoGAN says: no simulation, and no test of a generator"
)


def mapped(path: Path) -> Any:
    """The array of a file, memory-mapped.

    Raises:
        BadInput: it holds Python objects, which a reader would have to run.
    """
    layout = np.lib.format
    with path.open("rb") as file:
        first = layout.read_magic(file) == (1, 0)
        read = layout.read_array_header_1_0 if first else layout.read_array_header_2_0
        _, _, dtype = read(file)
    if dtype.hasobject:
        raise BadInput(
            f"{path}: holds Python objects, which are never read: save plain numbers, "
            "such as with numpy's .astype('float32')"
        )
    return layout.open_memmap(path, mode="r")


def find_npy(path: Path) -> Found:
    """The maps of a ``.npy`` file.

    Raises:
        BadInput: it is no such file, holds no maps, or is truncated.
    """
    refuse_unlike(path, MAGIC, ".npy")
    stack = FileStack(path, partial(mapped, path))
    beside = path.with_suffix(".json")
    if beside.is_file():
        with whole(beside):
            words = dict(json.loads(beside.read_text()))
            return Found(path, "npy", stack, **understood(words, min(stack.shape[1:])))
    if path.name == PUBLIC:
        degrees, source = FIELDS["cosmogan"]
        about = {"origin": MADE_BY_A_GAN}
        return Found(path, "npy", stack, degrees / stack.shape[1], source, about)
    return Found(path, "npy", stack)


def write_npy(
    path: Path,
    chunks: Iterable[np.ndarray],
    maps: int,
    field: Field,
    about: dict[str, Any],
) -> None:
    """Write maps as they come, and what is known of them beside.

    Raises:
        BadInput: there is a ``.json`` of that name.
    """
    beside = path.with_suffix(".json")
    if beside.exists():
        raise BadInput(f"{beside} exists: remove it or give another path")
    shape = (maps, field.pixels, field.pixels)
    header = {"descr": "<f4", "fortran_order": False, "shape": shape}
    with written(beside) as words, written(path) as file:
        words.write(json.dumps(said(field, about), indent=1).encode())
        np.lib.format.write_array_header_1_0(file, header)
        for chunk in chunks:
            file.write(chunk.astype("<f4", copy=False).tobytes())
            if file.error:
                break
