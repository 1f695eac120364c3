"""Whether an HDF5 file has the data sets of its layout, in the right shapes."""

from typing import Any

from workbench.tasks.neutrino.dense_labels import label_name
from workbench.tasks.neutrino.geometry import STRIPS, columns
from workbench.tasks.neutrino.layouts import LABELS, WIDTHS

_TRUTH = ("segments", "planecodes", "zs")


def shape_of(item: Any) -> tuple[int, ...]:
    """Shape of a data set; ``()`` of a scalar, of one without data and of a group."""
    return tuple(getattr(item, "shape", None) or ())


def _said(item: Any) -> str:
    if not hasattr(item, "shape"):
        return "is a group"
    return f"has shape {shape_of(item)}"


def wrong_images(file: Any, names: list[str], deep: int) -> list[str]:
    """What is wrong with the images, a line each; ``names[0]`` counts the events."""
    problems = [f"data set {name} is missing" for name in names if name not in file]
    if names[0] not in file:
        return problems
    shape = shape_of(file[names[0]])
    if len(shape) != 4 or shape[3] not in WIDTHS:
        wanted = f"(N, {deep}, {STRIPS}, {' or '.join(map(str, WIDTHS))})"
        return [*problems, f"{names[0]} {_said(file[names[0]])}, not {wanted}"]
    for name in names:
        if name not in file:
            continue
        width = columns("xuv".index(name[-1]), shape[3])
        wanted = (shape[0], deep, STRIPS, width)
        if shape_of(file[name]) != wanted:
            problems.append(f"{name} {_said(file[name])}, not {wanted}")
        elif file[name].dtype.kind != "f":
            problems.append(f"{name} holds {file[name].dtype}, not float32")
    return problems if shape[0] else [*problems, "there are no events"]


def wrong_labels(file: Any, layout: str, events: int) -> list[str]:
    """What is wrong with the labels, a line each."""
    there = {name: file.get(label_name(layout, name)) for name in LABELS}
    lengths = {
        name: (shape_of(data) or (1,))[0]  # a scalar or a group is there, and wrong
        for name, data in there.items()
        if data is not None
    }
    segments = label_name(layout, "segments")
    if "segments" not in lengths:
        if any(lengths.get(name, 0) for name in _TRUTH):
            return [f"data set {segments} is missing"]
        there = {"eventids": there["eventids"]}
    elif events and not any(lengths.get(name, 0) for name in _TRUTH):
        there = {"eventids": there["eventids"]}  # detector data: empty columns
    problems: list[str] = []
    for name, data in there.items():
        wanted = (events,) if layout == "2016" else (events, 1)
        if data is None:
            continue
        if shape_of(data) not in ((events,), (events, 1)):
            problems.append(f"{data.name[1:]} {_said(data)}, not {wanted}")
        elif data.dtype.kind not in ("f" if name == "zs" else "iu"):
            problems.append(f"{data.name[1:]} holds {data.dtype}")
    return problems
