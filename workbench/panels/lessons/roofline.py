"""The lesson of the roofline: what a machine can do, and a network's layers on it."""

from typing import Any

import ipywidgets as w
import numpy as np

from workbench.lessons import roofline as maths
from workbench.lessons.digits import digits
from workbench.lessons.questions.roofline import PREDICTIONS, code
from workbench.panels.events import on_change
from workbench.panels.lessons.frame import (
    LAYOUT,
    WIDE,
    Code,
    beside,
    controls,
    formula,
    paragraph,
    tell,
    title,
)
from workbench.panels.lessons.owned import Own, owned
from workbench.panels.lessons.question import Question
from workbench.panels.lines import Axis, Line, Lines
from workbench.panels.tables import table_html
from workbench.task import Table

MOST = 64  # events of one's own; larger batches repeat them
NAMED = 5  # layers that are drawn with a name
FACTORS = np.geomspace(1, 4096, 61)  # events in a batch


class Roofline(w.VBox):
    """The roof of this machine, measured at opening, and one's layers under it.

    Args:
        own: A run, its name, or a network with its events; the small network if not
            given.
        seconds: Of each measurement of the machine.

    Attributes:
        device: The list of what is in this machine.
        other: The list of machines to compare with.
        batch: The slider for the events in a batch.
        roofs: What each device does at most.
        passes: What the layers do on each.
        roof: The roofline, and the layers.
        intensity: FLOP a byte of the layers over the batch.
        speed: Events a second over the batch.
        table: Every layer in numbers.
        code: The same in plain torch.

    Raises:
        BadInput: nothing is trained yet, or its answers are not classes.
    """

    def __init__(self, own: Own = None, seconds: float = maths.SECONDS) -> None:
        subject = owned(digits() if own is None else own, MOST)
        assert subject is not None
        known = maths.devices()
        self.roofs = {device: maths.measured(device, seconds) for device in known}
        self.passes = {device: maths.passes(subject, device) for device in known}
        self.device: Any = w.Dropdown(
            options=[(self.roofs[device].name, device) for device in known],
            description="this machine",
            style=WIDE,
            layout=LAYOUT,
        )
        self.other: Any = w.Dropdown(
            options=[("no other", None), *((o.name, o) for o in maths.LECTURED)],
            description="beside",
            style=WIDE,
            layout=LAYOUT,
        )
        self.batch: Any = w.SelectionSlider(
            options=[1],
            description="events in a batch",
            style=WIDE,
            layout=LAYOUT,
        )
        self.roof = Lines(
            "The roof of this machine, and your layers under it",
            Axis("intensity [FLOP/byte]", log=True),
            Axis("GFLOP/s", log=True),
        )
        self.intensity = Lines(
            "Intensity of your layers",
            Axis("events in a batch", 1, FACTORS[-1], log=True),
            Axis("FLOP/byte", log=True),
        )
        self.speed = Lines(
            "Events a second through your network",
            Axis("events in a batch", log=True),
            Axis("events/s", log=True),
        )
        self.table: Any = w.HTML()
        self.code, self._told, self._timed = Code(), paragraph(), paragraph()
        on_change(self.device, lambda _: self._choose())
        for control in (self.other, self.batch):
            on_change(control, lambda _: self._draw())
        self._choose()
        numbers = w.VBox([self.table, self._timed])
        parts = [
            formula(
                "FLOP/s ≤ min(peak,  intensity · bandwidth),  ridge = peak / bandwidth"
            ),
            controls(self.device, self.other),
            self._told,
            Question(PREDICTIONS[0], self._reveal),
            self.batch,
            beside(self.roof, self.intensity),
            Question(PREDICTIONS[1], self._draw, numbers),
            numbers,
            self.speed,
            self.code,
        ]
        super().__init__([title(f"The roofline: {subject.name}"), *parts])
        self.add_class("wb-lesson")

    def _reveal(self) -> None:
        self.batch.value = 1

    @property
    def _roof(self) -> maths.Roof:
        return self.roofs[self.device.value]

    @property
    def _pass(self) -> maths.Pass:
        known = self.passes[self.device.value]
        return next(one for one in known if one.batch == self.batch.value)

    def _choose(self) -> None:
        device, roof = self.device.value, self._roof
        known = self.passes[device]
        self.batch.options = [one.batch for one in known]
        self.batch.value = known[-1].batch
        tell(
            self._told,
            f"Measured now, single precision: {_giga(roof.peak)} GFLOP/s (product of "
            f"{maths.SIDE[device]} × {maths.SIDE[device]}), {_giga(roof.bandwidth)} "
            f"GB/s from memory and {_giga(roof.cache or 0)} from the cache "
            f"(a = b + s c). The ridge is at {roof.ridge:.1f} FLOP/byte, and calling "
            f"torch takes {1e6 * (roof.call or 0):.1f} µs. What else this machine does "
            "meanwhile lowers all of it.",
        )
        self.code.tell(code(maths.SIDE[device], maths.MOST // maths.BYTES))
        batches = np.array([float(one.batch) for one in known])
        rates = np.array([one.batch / one.seconds for one in known])
        self.speed.show([Line("measured", batches, rates, kind="joined")])
        self._draw()

    def _draw(self) -> None:
        roof, now = self._roof, self._pass
        weighted = [layer for layer in now.layers if not layer.active]
        active = [layer for layer in now.layers if layer.active]
        named = sorted(weighted, key=lambda layer: -layer.seconds)[:NAMED]
        rest = [layer for layer in weighted if layer not in named]
        groups = [(layer.name, [layer]) for layer in named]
        groups += [(n, g) for n, g in (("other layers", rest),) if g]
        low = min(0.05, *(layer.intensity / 2 for layer in now.layers))
        high = max(4 * roof.ridge, *(2 * layer.intensity for layer in now.layers))
        at = np.geomspace(low, high, 101)
        lines = [_line(roof, "roof", at)]
        if roof.cache is not None:
            held = maths.Roof("from the cache", roof.peak, roof.cache)
            lines.append(_line(held, held.name, at, faint=True))
        if self.other.value is not None:
            lines.append(_line(self.other.value, self.other.value.name, at, faint=True))
        lines += [
            _points(name, layers, 1 + number)
            for number, (name, layers) in enumerate(groups)
        ]
        if active:
            lines.append(_points("activations", active, 6))
        self.roof.show(lines)
        over = FACTORS / now.batch
        ridge = np.full(len(FACTORS), roof.ridge)
        self.intensity.show(
            [
                *(
                    Line(
                        layer.name,
                        FACTORS,
                        np.array([layer.intensity_at(float(f)) for f in over]),
                        colour=1 + number,
                    )
                    for number, layer in enumerate(named)
                ),
                Line("ridge: above, arithmetic limits", FACTORS, ridge, faint=True),
                _now(now.batch, named),
            ]
        )
        self.table.value = table_html(_table(now, roof))
        inside = sum(layer.seconds for layer in now.layers)
        tell(
            self._timed,
            f"A batch of {now.batch} takes {_time(now.seconds)}: "
            f"{now.batch / now.seconds:,.0f} events/s. The layers measured one by one "
            f"add up to {_time(inside)}; between them lie pooling, reshaping and "
            "Python.",
        )


def _line(roof: maths.Roof, name: str, at: np.ndarray, faint: bool = False) -> Line:
    rates = np.array([roof.at(float(intensity)) for intensity in at])
    return Line(name, at, rates / 1e9, faint=faint)


def _points(name: str, layers: list[maths.Layer], colour: int) -> Line:
    places = np.array([layer.intensity for layer in layers])
    rates = np.array([layer.rate for layer in layers])
    return Line(name, places, rates / 1e9, kind="points", colour=colour)


def _now(batch: int, layers: list[maths.Layer]) -> Line:
    places = np.full(len(layers), float(batch))
    here = np.array([layer.intensity for layer in layers])
    return Line("this batch", places, here, kind="points")


def _table(now: maths.Pass, roof: maths.Roof) -> Table:
    rows = tuple(
        (
            layer.name if not layer.active else "",
            layer.kind,
            f"{layer.flops / 1e6:,.3g}",
            f"{layer.bytes / 1e6:,.3g}",
            f"{layer.intensity:.2f}",
            "memory" if layer.intensity < roof.ridge else "arithmetic",
            _time(layer.seconds),
            f"{layer.rate / 1e9:.2f}",
            f"{100 * layer.rate / roof.at(layer.intensity):.0f} %",
        )
        for layer in now.layers
    )
    columns = ("layer", "step", "MFLOP", "MB moved", "FLOP/byte", "limit")
    return Table(
        f"A batch of {now.batch}",
        "FLOPs of convolutions and products are torch's count (FlopCounterMode), of "
        "activations one a number. MB: each number given, made or learned is moved "
        "once, the least that is possible. Over 100 % of the roof means that the "
        "numbers never left the cache; far below it, that the call or a poor fit of "
        "the sizes costs more than the work.",
        (*columns, "time", "GFLOP/s", "of the roof"),
        rows,
    )


def _giga(rate: float) -> str:
    return f"{rate / 1e9:,.3g}"


def _time(seconds: float) -> str:
    return f"{1e6 * seconds:,.0f} µs" if seconds < 0.01 else f"{1e3 * seconds:,.0f} ms"
