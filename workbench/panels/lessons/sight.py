"""The lesson of what layers see."""

from typing import Any

import ipywidgets as w
import numpy as np

from workbench.lessons import sight as maths
from workbench.lessons.digits import digits
from workbench.lessons.questions.sight import PREDICTIONS, code
from workbench.panels.events import on_change
from workbench.panels.lessons.frame import (
    WIDE,
    Code,
    beside,
    captioned,
    controls,
    formula,
    paragraph,
    tell,
    title,
    whole_slider,
)
from workbench.panels.lessons.owned import Own, owned
from workbench.panels.lessons.question import Question
from workbench.panels.lessons.tiles import tiles
from workbench.panels.picture import Picture
from workbench.panels.tables import table_html
from workbench.task import Table

MOST, TOP = 400, 8  # events that are asked; of them shown
FEW = 12  # events of a class, below which a share of them says nothing


class Sight(w.VBox):
    """Filters, the events that move a unit most, and whether it tells a class.

    Args:
        own: A run, its name, or a network with its events; the small network if not
            given.

    Attributes:
        layer: The list of layers.
        class_: The list of classes.
        unit: The slider for the unit of the layer.
        filters: The first layer's weights.
        seen: The events to which the unit answers most.
        table: The best unit, pixel and random filter for the class.
        detectors: The same as numbers.
        code: The same in plain torch.

    Raises:
        BadInput: nothing is trained yet, or its answers are not classes.
    """

    detectors: list[maths.Detector]

    def __init__(self, own: Own = None) -> None:
        subject = owned(digits() if own is None else own, MOST)
        assert subject is not None
        self._subject, self._truth = subject, subject.truth.numpy()
        self._answers = maths.answers(subject)
        self._random = maths.answers(maths.shuffled(subject))
        self._pixels = maths.pixels(subject)
        counts = np.bincount(self._truth, minlength=len(subject.classes))
        met = np.flatnonzero(counts >= min(FEW, counts.max())).tolist()
        self.layer: Any = w.Dropdown(
            options=list(self._answers),
            value=list(self._answers)[-1],
            description="layer",
            style=WIDE,
        )
        self.class_: Any = w.Dropdown(
            options=[(subject.classes[k], k) for k in met],
            value=int(counts.argmax()),
            description="class",
            style=WIDE,
        )
        self.unit: Any = whole_slider("unit", 0, 0, 1)
        self.filters, self.seen = Picture(), Picture()
        self.table: Any = w.HTML()
        self.code, self._told = Code(), paragraph()
        self._show_filters()
        on_change(self.layer, lambda _: self._search())
        on_change(self.class_, lambda _: self._search())
        on_change(self.unit, lambda _: self._look())
        self._search()
        parts = [
            formula("AUROC = P(unit answers more to an event of the class)"),
            controls(self.layer, self.class_, self.unit),
            beside(
                captioned("the events that move it most", self.seen),
                captioned("filters of the first layer", self.filters),
            ),
            self._told,
            Question(PREDICTIONS[1], self._search),
            Question(PREDICTIONS[0], self._search, self.table),
            self.table,
            self.code,
        ]
        name = f"What layers see: {subject.name}"
        super().__init__([title(name), *parts])
        self.add_class("wb-lesson")

    def _show_filters(self) -> None:
        name, weights = maths.filters(self._subject)
        if len(weights):
            drawn = tiles(weights[:24], 8, signed=True)
            self.filters.show(drawn, f"Weights of the filters of {name}")

    def _search(self) -> None:
        positive = self._truth == self.class_.value
        values = self._answers[self.layer.value]
        kinds = zip(
            maths.KINDS,
            (values, self._pixels, self._random[self.layer.value]),
            strict=True,
        )
        self.detectors = [maths.detector(k, v, positive) for k, v in kinds]
        rows = tuple(
            (
                one.kind,
                f"{one.searched:,}",
                f"{one.unit}" if one.sign > 0 else f"{one.unit} (answers less)",
                f"{one.chosen:.3f}",
                f"{one.honest:.3f}",
            )
            for one in self.detectors
        )
        table = Table(
            f"The best of each for class {self.class_.label}",
            "The last column is what counts: events by which nothing was chosen. "
            f"{int(positive.sum())} of {len(positive)} events are of the class.",
            ("searched", "how many", "best", "AUROC where chosen", "on other events"),
            rows,
        )
        self.table.value = table_html(table)
        self.unit.max = values.shape[1] - 1
        if self.unit.value == self.detectors[0].unit:
            self._look()
        else:
            self.unit.value = self.detectors[0].unit

    def _look(self) -> None:
        layer, unit = self.layer.value, self.unit.value
        values = self._answers[layer]
        rows = maths.top(values, unit, TOP)
        names = [self._subject.classes[k] for k in self._truth[rows]]
        name, first = next(iter(self._subject.inputs.items()))
        told = f"unit {unit} of {layer} answers most to {', '.join(names)}"
        if first.ndim == 4:
            shown = first[rows][:, 0].numpy()
            self.seen.show(tiles(shown, 4), f"{name}: {told}")
        positive = self._truth == self.class_.value
        area = float(maths.auroc(values[:, [unit]], positive)[0])
        tell(
            self._told,
            f"{told[0].upper()}{told[1:]}. For class {self.class_.label} its AUROC is "
            f"{area:.3f} over all {len(positive)} events.",
        )
        self.code.tell(code(layer, unit, self.class_.value))
