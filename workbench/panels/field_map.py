"""A weather map, or any field on the globe, to pan, zoom and read."""

from typing import Any

import anywidget
import numpy as np
import traitlets

import workbench
from workbench.chart import Chart, Field
from workbench.errors import BadInput
from workbench.panels.modules import module, style
from workbench.task import Task

MISSING, LEVELS = 0, 65534  # the code of no value; steps of the other codes, from 1


def _now(_: Any, widget: "FieldMap") -> dict[str, Any]:
    return widget.about()


class FieldMap(anywidget.AnyWidget):
    """A map whose fields are chosen by list or key, with outlines to switch on and off.

    The browser gets names, colours and lines at once, and each field once: when it is
    first looked at, or before, while somebody's pointer or keyboard is at the map. It
    comes with 16 bits a point, which divide the field's own range (that of its
    logarithm where it is shown so) into 65,534 steps. What the pointer reads is
    therefore right to 1/130,000 of that range.

    Args:
        task: The task, its name, or a chart that is ready.
        sample: What the task's ``plot`` takes.
        prediction: The same.
        attribution: The same.

    Attributes:
        channel: Name of the field that is shown; set it to show another.
        outlines: Names of those whose outlines are shown; likewise.
        place: What is looked at: degrees east and north of the middle, and how many
            times it is larger; empty for the whole map.

    Raises:
        BadInput: the task has no maps, or the sample is none.
    """

    _esm = module("field_map.js")
    _css = style("train.css") + style("field_map.css")
    _about = traitlets.Dict().tag(sync=True, to_json=_now)
    channel = traitlets.Unicode().tag(sync=True)
    outlines = traitlets.List(traitlets.Unicode()).tag(sync=True)
    place = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(
        self,
        task: Task | str | Chart,
        sample: Any = None,
        prediction: Any = None,
        attribution: Any = None,
    ) -> None:
        self.chart = (
            task
            if isinstance(task, Chart)
            else _chart(task, sample, prediction, attribution)
        )
        super().__init__(
            channel=self.chart.fields[0].name,
            outlines=[areas.name for areas in self.chart.areas if areas.shown],
        )
        self.on_msg(self._on_message)

    @traitlets.validate("channel")
    def _known(self, proposal: Any) -> str:
        return self.chart.field(proposal["value"]).name

    def about(self) -> dict[str, Any]:
        """All but the values; lines are (points, 2) float32, NaN between two."""
        chart = self.chart
        return {
            "title": chart.title,
            "edges": chart.edges,
            "shape": [len(chart.lat), len(chart.lon)],
            "fields": [_described(field) for field in chart.fields],
            "lines": _joined(chart.lines),
            "areas": [
                {
                    "name": areas.name,
                    "dash": areas.dash,
                    "lines": [
                        _joined(chart.outlines(areas, kind)) for kind in chart.kinds
                    ],
                }
                for areas in chart.areas
            ],
            "kinds": [
                {"name": kind.name, "colour": kind.colour} for kind in chart.kinds
            ],
        }

    def _on_message(self, _: Any, content: Any, buffers: Any) -> None:
        name = content.get("wanted") if isinstance(content, dict) else None
        if isinstance(name, str):
            codes, low, high = quantised(self.chart.field(name))
            self.send({"field": name, "low": low, "high": high}, [codes])


def _chart(task: Task | str, sample: Any, prediction: Any, attribution: Any) -> Chart:
    """What a task makes of a sample."""
    task = workbench.load(task) if isinstance(task, str) else task
    if task.chart is None:
        raise BadInput(
            f"the task {task.name!r} has no maps: its samples are drawn by "
            f'workbench.load("{task.name}").plot(sample)'
        )
    return task.chart(sample, prediction, attribution)


def put(box: Any, shown: Any) -> None:
    """Show a widget in a box, and forget the map that was there before."""
    before, box.children = box.children, [shown]
    for old in before:
        if isinstance(old, FieldMap) and old is not shown:
            old.close()


def quantised(field: Field) -> tuple[bytes, float, float]:
    """A field in 16 bits a point, row after row from the south.

    Code 0 is a missing value; 1 to 65,535 go evenly from the first to the second
    number returned, the field's range, of its decadic logarithm where it is shown so.
    There, everything from a millionth of its first colour downward is alike.
    """
    values = np.asarray(field.values, np.float32)
    if field.log:
        values = np.log10(np.maximum(values, np.float32(field.low * 1e-6)))
    known = np.isfinite(values)
    low, high = 0.0, 0.0
    if known.any():
        low = float(values.min(where=known, initial=np.inf))
        high = float(values.max(where=known, initial=-np.inf))
    scale = LEVELS / (high - low) if high > low else 0.0
    codes = np.where(known, values - np.float32(low), 0) * np.float32(scale) + 1.5
    codes = np.where(known, codes.clip(1, LEVELS + 1), MISSING)
    return codes.astype("<u2").tobytes(), low, high


def _described(field: Field) -> dict[str, Any]:
    from matplotlib import colormaps

    table = colormaps[field.colours](np.arange(256), bytes=True)[:, :3]
    return {
        "name": field.name,
        "unit": field.unit,
        "meaning": field.meaning,
        "low": field.low,
        "high": field.high,
        "log": field.log,
        "colours": np.ascontiguousarray(table).tobytes(),
    }


def _joined(lines: Any) -> bytes:
    gap = np.full((1, 2), np.nan, "<f4")
    parts = [part for line in lines for part in (np.asarray(line, "<f4"), gap)]
    return np.concatenate(parts).tobytes() if parts else b""
