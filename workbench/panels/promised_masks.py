"""Whether chances of points and things, and masks, keep what they say on test maps."""

from html import escape
from typing import Any

import ipywidgets as w
import numpy as np

from workbench.errors import BadInput
from workbench.panels.events import on_change
from workbench.panels.lines import Axis, Line, Lines
from workbench.panels.selection import Selection
from workbench.panels.spoken import alert
from workbench.uncertainty.calibration import Reliability
from workbench.uncertainty.maps.asking import ALONE, warm
from workbench.uncertainty.maps.calibrated import Calibrated
from workbench.uncertainty.maps.masks import Masks
from workbench.uncertainty.maps.seen import Gathered
from workbench.uncertainty.maps.tally import Tally, mean

ABOUT = (
    "Points are as often of a class as the network says where a line keeps to the "
    "diagonal; each counts by its area. Masks of a thing are promised to miss no more "
    "than α of it on average over maps that have such a thing: not of each map."
)
EDGES = np.linspace(0, 1, 21)
PROMISED = np.linspace(0.02, 0.5, 25)
LABEL = {"description_width": "8em"}


class PromisedMasks:
    """Reliability of points, and what masks miss on the maps of the slice.

    Args:
        selection: The slice.
        known: Networks, calibrated.
        test: What they say of the maps that are left to try on.

    Attributes:
        box: The widget to show.
        kind: The list of classes.
        alpha: The slider.
    """

    def __init__(self, selection: Selection, known: Calibrated, test: Gathered) -> None:
        self._selection, self._known, self._test = selection, known, test
        first, past = known.data.bounds(known.split)
        own, _ = known.data.bounds("test")
        self._numbers = np.arange(first - own, past - own)  # of the maps, among test
        self._classes = known.asking.members[0].task.classes
        kinds: list[Any] = [(name, k) for k, name in enumerate(self._classes) if k]
        self.kind: Any = w.Dropdown(options=kinds, description="class", style=LABEL)
        self.kind.add_class("wb-kind")
        self.alpha: Any = w.FloatSlider(
            0.1,
            min=0.02,
            max=0.5,
            step=0.01,
            description="α, may miss",
            style=LABEL,
            layout={"width": "32em"},
        ).add_class("wb-mask-alpha")
        self._words = w.HTML().add_class("wb-mask-words")
        share = Axis("share that is of the class", 0, 1, percent=True)
        self.diagram = Lines(
            "Right as often as it says?",
            Axis("probability of the class", 0, 1, percent=True),
            share,
        )
        self.missing = Lines(
            "What the outer mask misses",
            Axis("share that may be missed, α", 0, 0.5, percent=True),
            Axis("share missed, mean over maps", 0, percent=True),
        )
        self.maps = Lines(
            "Map by map",
            Axis("share missed at this α", 0, 1, percent=True),
            Axis("maps", 0),
        ).add_class("wb-missed")
        self.box: Any = w.VBox(
            [
                w.HTML(f"<p>{escape(ABOUT)}</p>"),
                w.HBox([self.kind, self.alpha]),
                self._words,
                w.HBox([self.diagram, self.missing, self.maps]).add_class("wb-beside"),
            ]
        ).add_class("wb-promised-masks")
        on_change(self.kind, self._draw)
        on_change(self.alpha, self._draw)
        selection.observe(self._draw, "where")
        self._draw()

    def close(self) -> None:
        """Follow the selection no more."""
        self._selection.unobserve(self._draw, "where")

    def _draw(self, _: Any = None) -> None:
        kind, asking = self.kind.value, self._known.asking
        chosen = np.isin(self._numbers, self._selection.rows)
        rows = np.flatnonzero(chosen)
        if not len(rows):
            self._words.value = "No maps that masks can be tried on are in this slice."
            for lines in (self.diagram, self.missing, self.maps):
                lines.show([])
            return
        names = dict.fromkeys((ALONE, warm(asking.best)))
        ends = np.array([0.0, 1.0])
        found = [
            _bins(name, Tally.joined(self._test.tallies[name]), kind, rows, i)
            for i, name in enumerate(names)
        ]
        right = Line("as it should be", ends, ends, faint=True)
        self.diagram.show([*found, right])
        self._draw_masks(kind, chosen)

    def _draw_masks(self, kind: int, chosen: np.ndarray) -> None:
        known = self._known.known.of(kind)
        test = self._test.of(kind)[chosen[self._test.having[kind]]]
        name: str = self._classes[kind]
        try:
            masks = Masks.fit(known, self.alpha.value, name)
        except BadInput as error:
            self._words.value = alert(error)
            self.missing.show([])
            self.maps.show([])
            return
        if not len(test):
            self._words.value = f"No map of this slice has a {escape(name)}."
            self.missing.show([])
            self.maps.show([])
            return
        lost = masks.missed(test)
        one = mean(lost)
        self._words.value = (
            f'<p role="status">Of {escape(name)}s at most <b>{100 * masks.alpha:.3g} '
            f'%</b> may be missed; <b class="wb-achieved">{100 * one.value:.1f} %</b> '
            f"is missed on {len(test)} test maps (95 %: {100 * one.low:.1f}–"
            f"{100 * one.high:.1f} %). Calibrated on {masks.maps} maps.</p>"
        )
        at, middle = _curve(known, test)
        level = np.array([0.0, 0.5])
        self.missing.show(
            [
                Line(f"{len(test)} test maps", at, middle),
                Line("promised", level, level, faint=True),
            ]
        )
        self.missing.marker = masks.alpha
        counts = np.histogram(lost, EDGES)[0].astype(float)
        self.maps.show([Line(name, EDGES, counts, "steps")])


def _curve(known: Any, test: Any) -> tuple[np.ndarray, np.ndarray]:
    """Where α can be promised, and the share that is missed there."""
    found: list[tuple[float, float]] = []
    for alpha in PROMISED:
        try:
            lost = Masks.fit(known, float(alpha)).missed(test)
        except BadInput:
            continue
        found.append((float(alpha), float(lost.mean())))
    return np.array([a for a, _ in found]), np.array([lost for _, lost in found])


def _bins(name: str, one: Tally, kind: int, rows: np.ndarray, colour: int) -> Line:
    bins: Reliability = one.reliability(1 + kind, rows)
    there = np.isfinite(bins.confidence)
    line = bins.confidence[there], bins.accuracy[there]
    return Line(name, *line, "joined", colour=colour)
