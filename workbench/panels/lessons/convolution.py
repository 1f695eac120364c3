"""The lesson of convolutions."""

from typing import Any

import ipywidgets as w
import numpy as np
import torch

from workbench.lessons import convolution as maths
from workbench.lessons.questions.convolution import PREDICTIONS, code
from workbench.panels.events import on_change
from workbench.panels.lessons.frame import (
    WIDE,
    Code,
    controls,
    formula,
    heading,
    paragraph,
    tell,
    title,
    whole_slider,
)
from workbench.panels.lessons.owned import Own, none_yet, owned
from workbench.panels.lessons.question import Question
from workbench.panels.lessons.stepper import Stepper
from workbench.panels.lines import Axis, Line, Lines
from workbench.panels.tables import table_html
from workbench.task import Table


class Convolution(w.VBox):
    """A kernel steps over a picture; what moves with it; how far units see; a network.

    Args:
        own: A run, its name, or a network with its events.

    Attributes:
        kernel: The list of kernels.
        stride: The slider for the step of the kernel.
        padding: The slider for the noughts around the picture.
        dilation: The slider for the distance of its cells.
        stepper: Picture, kernel and what comes out.
        shifts: By how much moving first differs from moving afterwards.
        layers: The slider for how many layers a unit sees through.
        field: How much each pixel counts for it.
        code: The same in plain torch.
        stages: Of one's own network; empty without one.

    Raises:
        BadInput: nothing is trained yet, or its answers are not classes.
    """

    def __init__(self, own: Own = None) -> None:
        self.kernel: Any = w.Dropdown(
            options=list(maths.KERNELS), description="kernel", style=WIDE
        )
        self.stride = whole_slider("stride", 1, 1, 3)
        self.padding = whole_slider("padding", 0, 0, 2)
        self.dilation = whole_slider("dilation", 1, 1, 3)
        self.layers = whole_slider("layers in a row", 3, 1, 10)
        self.stepper = Stepper()
        self.shifts = Lines(
            "Moved, then convolved, against convolved, then moved",
            Axis("picture moved by [pixels]"),
            Axis("difference, of the answer's size", 0, 2),
        )
        self.field = Lines(
            "What a unit in the middle sees",
            Axis("pixel, from the middle"),
            Axis("weight of the pixel", 0),
        )
        self.code = Code()
        self._size, self._moved, self._seen = formula(), paragraph(), paragraph()
        for control in (self.kernel, self.stride, self.padding, self.dilation):
            on_change(control, lambda _: self._draw())
        on_change(self.layers, lambda _: self._see())
        self._draw()
        moves = w.VBox([self.shifts, self._moved])
        parts = [
            Question(PREDICTIONS[0], self._reveal_size),
            controls(self.kernel, self.stride, self.padding, self.dilation),
            self._size,
            self.stepper,
            self.code,
            heading("What moves, moves along"),
            Question(PREDICTIONS[1], self._reveal_shift, moves),
            moves,
            heading("How far a unit sees"),
            self.layers,
            self._seen,
            self.field,
            *self._own(own),
        ]
        super().__init__([title("Convolution, step by step"), *parts])
        self.add_class("wb-lesson")

    def _own(self, own: Own) -> list[Any]:
        subject = owned(own, 1)
        self.stages = maths.walk(subject) if subject else []
        if subject is None:
            return [heading("Through your network"), paragraph(none_yet("Convolution"))]
        whole = maths.total_flops(subject)
        table: Any = w.HTML(table_html(_walk(self.stages, whole)))
        return [heading(f"Through your network: {subject.name}"), table]

    @property
    def _window(self) -> maths.Window:
        return maths.Window(self.stride.value, self.padding.value, self.dilation.value)

    def _reveal_size(self) -> None:
        self.stride.value, self.padding.value, self.dilation.value = 2, 0, 1

    def _reveal_shift(self) -> None:
        self.stride.value = 2

    def _draw(self) -> None:
        window, kernel = self._window, maths.KERNELS[self.kernel.value]
        answer = window.over(maths.IMAGE, kernel)
        around = torch.nn.functional.pad(maths.IMAGE, [window.padding] * 4)
        parts = around, kernel, answer
        self.stepper.show(*parts, window.stride, window.padding, window.dilation)
        s, p, d = window.stride, window.padding, window.dilation
        tell(
            self._size,
            f"⌊(7 + 2·{p} − {d}·(3 − 1) − 1) / {s}⌋ + 1 = "
            f"{maths.out_size(7, 3, s, p, d)} places along each side",
        )
        self.code.tell(code(self.kernel.value, window))
        self._shift()
        self._see()

    def _shift(self) -> None:
        window, steps = self._window, np.arange(0, 7)
        layer = maths.circular(maths.KERNELS["left edges"], window)
        wide = torch.nn.functional.pad(maths.IMAGE, (2, 3, 2, 3))  # 12 × 12
        found = [
            maths.shift_error(layer, wide[None, None], int(step), window.stride)
            for step in steps
        ]
        self.shifts.show([Line("difference", steps, np.array(found), kind="joined")])
        exact = [
            str(step) for step, error in zip(steps, found, strict=True) if error < 1e-6
        ]
        tell(
            self._moved,
            f"With stride {window.stride}, on a picture of 12 × 12 that closes round "
            f"its edges, the answer moves along exactly for moves by "
            f"{', '.join(exact)} pixels.",
        )

    def _see(self) -> None:
        window, layers = self._window, self.layers.value
        row = [(3, window.stride, window.dilation)] * layers
        told = maths.field_by_formula(row)
        if told > WIDEST:
            self.field.show([])
            tell(
                self._seen, f"By the formula one unit sees {told} pixels along a side."
            )
            return
        slope = maths.field_by_gradient(row).numpy()
        seen = np.flatnonzero(slope)
        places = np.arange(len(slope)) - (seen[0] + seen[-1]) / 2
        self.field.show([Line("weight", places, slope, kind="joined")])
        tell(
            self._seen,
            f"{layers} layers of kernel 3, stride {window.stride}, dilation "
            f"{window.dilation}: r = 1 + Σ dilation · (3 − 1) · Π strides before = "
            f"{told} pixels; by autograd {len(seen)} have a slope, and the middle ones "
            "count most.",
        )


WIDEST = 2000  # pixels in a row that are drawn


def _walk(stages: list[maths.Stage], whole: int) -> Table:
    counted = sum(stage.flops for stage in stages)
    rows = tuple(
        (
            stage.layer if stage.window or stage.parameters else "",
            stage.kind,
            _shape(stage.given),
            _shape(stage.made),
            _told(stage.window),
            f"{stage.parameters:,}",
            f"{stage.flops:,}",
        )
        for stage in stages
    )
    return Table(
        "One event on its way",
        f"{counted:,} FLOPs of convolutions and linear layers (a multiplication and an "
        f"addition are two) of {whole:,} that torch counts in all, and "
        f"{sum(stage.parameters for stage in stages):,} parameters in these layers.",
        ("layer", "step", "reads", "makes", "window", "parameters", "FLOPs"),
        rows,
    )


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))


def _told(window: dict[str, tuple[int, ...]]) -> str:
    """What differs from a plain window."""
    if not window:
        return ""
    usual = {"stride": 1, "padding": 0, "dilation": 1}
    told = [_shape(window["kernel"])]
    for name, plain in usual.items():
        if any(value != plain for value in window[name]):
            told.append(f"{name} {'/'.join(map(str, dict.fromkeys(window[name])))}")
    return ", ".join(told)
