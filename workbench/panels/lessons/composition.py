"""The lesson of functions in a row, and of what their cost is."""

from typing import Any

import contourpy
import ipywidgets as w
import numpy as np
import torch

from workbench.lessons import composition as maths
from workbench.lessons.likelihood import Answers
from workbench.lessons.questions.composition import PREDICTIONS, code
from workbench.panels.events import on_change
from workbench.panels.lessons.frame import (
    LAYOUT,
    WIDE,
    Code,
    beside,
    controls,
    formula,
    heading,
    paragraph,
    tell,
    title,
)
from workbench.panels.lessons.likelihood import Likelihood, OwnCost
from workbench.panels.lessons.owned import Own, none_yet, owned
from workbench.panels.lessons.plane import Kinds, Plane, Stage
from workbench.panels.lessons.question import Question
from workbench.panels.lessons.through import Through
from workbench.panels.tables import table_html
from workbench.task import Table

MOST = 400  # events of one's own
REACH, GRID, FINE = 1.9, 13, 61  # of the net of lines; lines a side; places on a line
HALF = len(maths.PARTS) - 2  # the plane that a straight line divides
FUNCTIONS = "f₁", "f₂", "f₃"


class Composition(w.VBox):
    """Points pass through functions in a row; the chain rule; the cost as −log p.

    Args:
        own: A run, its name, or a network with its events.

    Attributes:
        points: The list of kinds of points.
        step: The slider over the training.
        plane: Points and a net of lines, before and after each function; its ``at``
            is the point of the chain rule.
        chain: The chain rule at that point, in numbers.
        likelihood: A parameter that moves likelihood and cost.
        code: The same in plain torch.
        own: The part about one's own network.
        through: One's own network, layer by layer; ``None`` without one, or if it
            answers a class a place.
        cost: What its events cost; ``None`` without one.

    Raises:
        BadInput: nothing is trained yet, or its answers are not classes.
    """

    through: Through | None = None
    cost: OwnCost | None = None

    def __init__(self, own: Own = None) -> None:
        self.points: Any = w.Dropdown(
            options=list(maths.SETS), description="points", style=WIDE, layout=LAYOUT
        )
        self.step: Any = w.SelectionSlider(
            options=[(str(step), i) for i, step in enumerate(maths.STEPS)],
            value=len(maths.STEPS) - 1,
            description="steps of training",
            style=WIDE,
            layout=LAYOUT,
        )
        self.plane = Plane(movable=True)
        self.plane.at = [0.0, 0.75]
        self.chain: Any = w.HTML()
        self.code, self._told, self._checked = Code(), paragraph(), paragraph()
        for control in (self.points, self.step):
            on_change(control, lambda _: self._draw())
        self.plane.observe(self._followed, "at")
        self._draw()
        self.likelihood = Likelihood()
        self.own = w.VBox(self._own(own)).add_class("wb-own")
        parts = [
            formula(
                "y = f₃(f₂(f₁(x))),  f₁(x) = tanh(W₁x + b₁),  f₂(h) = tanh(W₂h + b₂),  "
                "f₃(h) = w₃·h + b₃"
            ),
            Question(PREDICTIONS[0], self._reveal),
            controls(self.points, self.step),
            self._told,
            beside(self.plane, w.VBox([self.chain, self._checked])),
            self.code,
            heading("The cost is a negative log-likelihood"),
            self.likelihood,
            self.own,
        ]
        super().__init__([title("A network as functions in a row"), *parts])
        self.add_class("wb-lesson")

    def _own(self, own: Own) -> list[Any]:
        subject = owned(own, MOST)
        if subject is None:
            return [heading("On your network"), paragraph(none_yet("Composition"))]
        self.cost = OwnCost(Answers.of(subject))
        parts = [
            heading(f"On your network: {subject.name}"),
            Question(PREDICTIONS[1], self._reveal_factor, self.cost),
            self.cost,
        ]
        if subject.truth.ndim == 1:
            self.through = Through(subject)
            parts += [heading("Its layers, one after another"), self.through]
        return parts

    def _reveal(self) -> None:
        self.step.value = len(maths.STEPS) - 1
        self.points.value = maths.SETS[1]
        self.plane.stage = float(HALF)

    def _reveal_factor(self) -> None:
        assert self.cost is not None
        self.cost.factor.value = 10.0

    @property
    def _network(self) -> torch.nn.Sequential:
        return self._learned.networks[self.step.value]

    def _draw(self) -> None:
        self._learned = maths.learned(self.points.value)
        x, truth = self._learned.points, self._learned.truth
        lines = _net() + _border(self._network)
        ends = np.cumsum([len(x), *(len(line) for line, _ in lines)])[:-1]
        every = np.concatenate([x.numpy(), *(line for line, _ in lines)])
        stages: list[Stage] = []
        for name, place in zip(
            maths.PARTS, maths.through(self._network, torch.tensor(every)), strict=True
        ):
            points, *ways = np.split(place.numpy(), ends)
            curves = zip(ways, (bold for _, bold in lines), strict=True)
            stages.append(Stage(name, points, tuple(curves)))
        kinds = Kinds(truth.numpy(), ("●", "×"), ("0", "1"))
        self.plane.show("Where each function takes the points", stages, kinds)
        cost, right = (
            measured(self.step.value)
            for measured in (self._learned.cost, self._learned.right)
        )
        tell(
            self._told,
            f"After {maths.STEPS[self.step.value]} steps the cost is {cost:.3f} nats a "
            f"point, and {100 * right:.0f} % lie on their side of the border (the bold "
            "line, at which y is nought). In the plane of h₂ the border is straight.",
        )
        self._follow()

    def _followed(self, _: Any) -> None:
        self._follow()

    def _follow(self) -> None:
        """Tell the chain rule at the place that was chosen."""
        x = torch.tensor(self.plane.at, dtype=torch.float64)
        near = (self._learned.points - x).norm(dim=1).argmin()
        truth = int(self._learned.truth[near])
        places = torch.cat(maths.through(self._network, x[None])).numpy()
        slopes = maths.slopes(self._network, x, truth)
        ways = torch.stack(
            [-torch.nn.functional.pad(s, (0, 2 - len(s))) for s in slopes]
        )
        ways = ways / ways.norm(dim=1).max().clamp(min=1e-12)
        sizes = ", ".join(f"{float(slope.norm()):.3g}" for slope in slopes[::2])
        said = f"size of the slope of the cost at x, h₁, h₂: {sizes}"
        self.plane.mark(places, ways.numpy(), said)
        by = maths.jacobians(self._network, x)
        self.chain.value = table_html(_chain(x, places, slopes, by))
        last = slopes[-1]
        product = last @ by[2] @ by[1] @ by[0]
        tell(
            self._checked,
            f"Truth {truth}, as the nearest point. ∂L/∂x = ∂L/∂y · ∂y/∂h₂ · ∂h₂/∂h₁ · "
            f"∂h₁/∂x = {_row(product)}; by autograd {_row(slopes[0])}. The arrow leads "
            "downhill; where it grows short the slope vanishes.",
        )
        self.code.tell(code(self._network, list(self.plane.at), truth))


def _net() -> list[tuple[np.ndarray, bool]]:
    """Lines across and up."""
    fine, places = np.linspace(-REACH, REACH, FINE), np.linspace(-REACH, REACH, GRID)
    across = [np.stack([fine, np.full(FINE, place)], 1) for place in places]
    return [(way, False) for one in across for way in (one, one[:, ::-1].copy())]


def _border(network: torch.nn.Sequential) -> list[tuple[np.ndarray, bool]]:
    """Where the answer is nought."""
    fine = torch.linspace(-REACH, REACH, FINE, dtype=torch.float64)
    grid = torch.stack(torch.meshgrid(fine, fine, indexing="xy"), -1)
    with torch.no_grad():
        heights = network(grid)[..., 0]
    found = contourpy.contour_generator(fine.numpy(), fine.numpy(), heights.numpy())
    return [(np.asarray(line), True) for line in found.lines(0.0)]


def _chain(
    x: torch.Tensor,
    places: np.ndarray,
    slopes: list[torch.Tensor],
    by: list[torch.Tensor],
) -> Table:
    given = [x, *(torch.from_numpy(place) for place in places[2::2])]
    made = [_row(places[2]), _row(places[4]), f"{places[5, 0]:.2f}"]
    rows = tuple(
        (name, _row(given[i]), made[i], _matrix(by[i]), _row(slopes[2 * i]))
        for i, name in enumerate(FUNCTIONS)
    )
    last = float(slopes[-1])
    return Table(
        "The chain rule at the marked place",
        "The last column is the slope of the cost by what a function takes. Read it "
        f"from below: by y it is {last:.3g}, and each function multiplies it with its "
        "matrix. Drag the square, or use the arrow keys.",
        ("", "takes", "makes", "its matrix", "∂L by it"),
        rows,
    )


def _row(values: Any) -> str:
    return f"({', '.join(f'{float(value):.2g}' for value in values)})"


def _matrix(values: torch.Tensor) -> str:
    return "; ".join(" ".join(f"{v:.2f}" for v in row) for row in values.tolist())
