"""The lesson of loss landscapes."""

from functools import partial
from typing import Any

import ipywidgets as w
import numpy as np
import torch

from workbench.lessons import landscape as maths
from workbench.lessons.digits import digits
from workbench.lessons.questions.landscape import PREDICTIONS, code
from workbench.lessons.subject import Subject
from workbench.panels.events import on_change
from workbench.panels.lessons.frame import (
    Code,
    beside,
    controls,
    formula,
    heading,
    paragraph,
    slider,
    tell,
    title,
)
from workbench.panels.lessons.owned import Own, owned
from workbench.panels.lessons.question import Question
from workbench.panels.lessons.surface import Surface, even_levels
from workbench.panels.lines import Axis, Line, Lines

MOST, SOME = 128, 64  # events of one's own; of the small network that is rescaled
STEPS = torch.linspace(-1, 1, 101, dtype=torch.float64)


class Landscape(w.VBox):
    """The loss around one's own network, or around two of them.

    Opening it takes the loss at every point of a grid, which needs seconds; then every
    slider answers at once.

    Args:
        own: A run, its name, or a network with its events; the small network if not
            given.
        other: To compare with, likewise.
        points: Along a side of the grid.
        reach: Of the grid, in sizes of the network's filters.
        seed: Of the directions.

    Attributes:
        grids: Mean losses (points, points) of each network.
        surfaces: Their pictures.
        zoom: The slider for the part of the reach that is shown.
        angle: The slider that turns the cut.
        cut: Loss along it.
        factor: The slider that rescales two layers of the small network.
        scaled: Its loss along a direction of either kind.
        code: The same in plain torch.

    Raises:
        BadInput: nothing is trained yet, or its answers are not classes.
    """

    def __init__(
        self,
        own: Own = None,
        other: Own = None,
        points: int = 17,
        reach: float = 1.0,
        seed: int = 0,
    ) -> None:
        own = digits() if own is None else own
        found = [owned(one, MOST, "val") for one in (own, other)]
        self.subjects = [one for one in found if one is not None]
        self.reach = reach
        self.grids = [self._grid(one, points, seed) for one in self.subjects]
        self.surfaces = [Surface(("along d₁", "along d₂")) for _ in self.subjects]
        self.zoom: Any = slider("shown part", 1.0, 0.2, 1.0, 0.05, ".0%")
        self.angle: Any = slider("angle of the cut [°]", 0.0, 0.0, 180.0, 5.0, ".0f")
        self.cut = Lines(
            "Loss along the cut",
            Axis("distance, in sizes of the filters"),
            Axis("loss [nats]", log=True),
        )
        self.code = Code()
        self.code.tell(code(seed))
        self._told = paragraph()
        for control in (self.zoom, self.angle):
            on_change(control, lambda _: self._draw())
        self._draw()
        seen = w.VBox([beside(*self.surfaces), self._told, self.cut])
        parts = [
            formula("L(θ + a d₁ + b d₂),  each filter of d as long as that of θ"),
            *([Question(PREDICTIONS[1], _nothing, seen)] if other is not None else []),
            controls(self.zoom, self.angle),
            seen,
            self.code,
            *self._same_function(),
        ]
        super().__init__([title("The loss around a network"), *parts])
        self.add_class("wb-lesson")

    def _grid(self, subject: Subject, points: int, seed: int) -> torch.Tensor:
        ways = maths.direction(subject, seed), maths.direction(subject, seed + 1)
        return maths.around(subject, ways, self.reach, points).mean(0)

    def _draw(self) -> None:
        far = self.zoom.value * self.reach
        places = torch.linspace(-far, far, 61, dtype=torch.float64)
        square = torch.stack(torch.meshgrid(places, places, indexing="xy"), -1)
        maps = [
            maths.sampled(grid, self.reach, square.reshape(-1, 2)).reshape(61, 61)
            for grid in self.grids
        ]
        levels = even_levels(np.stack([shown.numpy() for shown in maps]))
        pairs = zip(self.surfaces, self.subjects, maps, strict=True)
        for surface, subject, shown in pairs:
            name = f"{subject.name}: loss [nats], mean of {len(subject)} events"
            ends = (-far, far)
            middle = [((0.0, 0.0), "the network")]
            surface.show(name, shown.numpy(), ends, ends, levels, middle)
        at = STEPS * far
        lines = [
            Line(
                subject.name,
                at.numpy(),
                maths.cut(grid, self.reach, self.angle.value, at).numpy(),
                colour=number,
            )
            for number, (subject, grid) in enumerate(
                zip(self.subjects, self.grids, strict=True)
            )
        ]
        self.cut.show(lines)
        told = [
            f"{subject.name}: {float(grid[len(grid) // 2, len(grid) // 2]):.3g} nats "
            f"in the middle, one more after {maths.basin(grid, self.reach):.2f} filter "
            f"sizes, {maths.turns(grid):.1f} turns along a row or column of the grid"
            for subject, grid in zip(self.subjects, self.grids, strict=True)
        ]
        tell(self._told, "; ".join(told) + ".")

    def _same_function(self) -> list[Any]:
        """The part in which two layers are rescaled."""
        self._small = digits()[:SOME]
        self.factor: Any = slider(
            "first ×, second ÷",
            1.0,
            -3,
            3,
            0.25,
            kind=partial(w.FloatLogSlider, base=2),
        )
        self.scaled = Lines(
            "Loss along one random direction",
            Axis("distance, in sizes of the weights", -1, 1),
            Axis("loss [nats]", 0),
        )
        self._kept = [self._along(1.0, normalised) for normalised in (True, False)]
        on_change(self.factor, lambda _: self._scale())
        self._scale()
        words = paragraph(
            "Of the small network on digits: its first layer is multiplied, its second "
            "divided by the same number. With ReLU between them it answers as before."
        )
        parts = w.VBox([self.factor, self.scaled])
        asked = Question(PREDICTIONS[0], self._reveal, parts)
        return [heading("The same function, other weights"), words, asked, parts]

    def _reveal(self) -> None:
        self.factor.value = 4.0

    def _along(self, factor: float, normalised: bool) -> np.ndarray:
        subject = maths.rescaled(self._small, "look.0", "look.1", factor)
        way = maths.direction(subject, 0, normalised)
        return maths.along(subject, way, STEPS[::10].tolist()).double().numpy()

    def _scale(self) -> None:
        at = STEPS[::10].numpy()
        self.scaled.show(
            [
                Line("filters as long as its own", at, self._along(self._now, True)),
                Line("as a whole", at, self._along(self._now, False), colour=1),
                Line("as a whole, before", at, self._kept[1], faint=True),
            ]
        )

    @property
    def _now(self) -> float:
        return float(self.factor.value)


def _nothing() -> None:
    """The pictures say it all."""
