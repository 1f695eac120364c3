"""A parameter that is moved, and with it the likelihood and the cost."""

from typing import Any

import ipywidgets as w
import numpy as np
import torch

from workbench.lessons.likelihood import OBSERVED, Answers, Observed
from workbench.panels.events import on_change
from workbench.panels.lessons.frame import (
    LAYOUT,
    WIDE,
    beside,
    controls,
    formula,
    paragraph,
    slider,
    tell,
)
from workbench.panels.lines import Axis, Line, Lines

GRID = 201
FACTORS = np.geomspace(0.1, 10, 101)  # on the logits of one's own network


class Likelihood(w.VBox):
    """Data, a model of one parameter, the likelihood and −log of it.

    Attributes:
        noise: The list of what scatters, and so of costs.
        parameter: The slider.
        fit: Data and model.
        chance: The likelihood over the parameter.
        cost: −log of it; its marker is the parameter.
        each: What each event adds.
    """

    def __init__(self) -> None:
        self.noise: Any = w.Dropdown(
            options=[(one.name, one) for one in OBSERVED],
            description="what scatters",
            style=WIDE,
            layout=LAYOUT,
        )
        self.parameter: Any = slider("parameter", 2.0, 0.0, 10.0, 0.05)
        self.fit = Lines("What was seen, and the model", Axis(""), Axis(""))
        self.chance = Lines(
            "Likelihood: the product of all chances",
            Axis("parameter"),
            Axis("of the largest", 0, 1),
        )
        self.cost = Lines(
            "Cost: −log of it, a sum",
            Axis("parameter"),
            Axis("cost [nats]", 0),
            movable=True,
        )
        self.each = Lines("What each event adds", Axis(""), Axis("−log p [nats]", 0))
        self._formula, self._told = formula(), paragraph()
        on_change(self.noise, lambda _: self._choose())
        on_change(self.parameter, lambda _: self._draw())
        self.cost.observe(self._moved, "marker")
        self._choose()
        parts = [
            controls(self.noise, self.parameter),
            self._formula,
            beside(self.fit, self.cost),
            self._told,
            beside(self.each, self.chance),
        ]
        super().__init__(parts)

    @property
    def _observed(self) -> Observed:
        return self.noise.value

    def _choose(self) -> None:
        known = self._observed
        low, high = known.ends
        self._grid = torch.linspace(low, high, GRID, dtype=torch.float64)
        self._costs = known.costs(self._grid).sum(-1)
        with self.parameter.hold_trait_notifications():
            self.parameter.min, self.parameter.max = low, high
            self.parameter.step = (high - low) / (GRID - 1)
            self.parameter.description = known.parameter
            self.parameter.value = low + 0.25 * (high - low)
        tell(self._formula, known.formula)
        self._draw()

    def _moved(self, change: Any) -> None:
        low, high = self._observed.ends
        self.parameter.value = min(high, max(low, float(change["new"])))

    def _draw(self) -> None:
        known, now = self._observed, torch.tensor(float(self.parameter.value))
        now = now.double()
        x, grid = known.x.numpy(), self._grid.numpy()
        fine = torch.linspace(0, 10, 101, dtype=torch.float64)
        expected = known.model(now, fine).mean
        self.fit.relabel(Axis(known.axes[0], 0, 10), Axis(known.axes[1]))
        self.fit.show(
            [
                Line("what was seen", x, known.y.numpy(), kind="points"),
                Line("what is expected", fine.numpy(), expected.numpy(), colour=1),
            ]
        )
        costs = known.costs(now)
        total, least = float(costs.sum()), float(self._costs.min())
        name = Axis(known.parameter)
        self.chance.relabel(name, Axis("of the largest", 0, 1))
        likely = torch.exp(least - self._costs).numpy()
        here = np.array([float(now)])
        self.chance.show(
            [
                Line("likelihood", grid, likely),
                Line("now", here, np.exp([least - total]), kind="points", colour=1),
            ]
        )
        self.cost.relabel(name, Axis("cost [nats]", 0))
        self.cost.show([Line(known.cost, grid, self._costs.numpy())])
        self.cost.marker = float(now)
        self.cost.said = f"{known.parameter} {float(now):.2f}: cost {total:.2f} nats"
        self.each.relabel(Axis(known.axes[0], 0, 10), Axis("−log p [nats]", 0))
        self.each.show([Line("−log p", x, costs.numpy(), kind="joined")])
        worst = int(costs.argmax())
        tell(
            self._told,
            f"Likelihood 10^{-total / np.log(10):.1f}, cost {total:.2f} nats; the best "
            f"is {least:.2f} at {known.best:.2f}. The event at {x[worst]:.1f} adds "
            f"most: {float(costs[worst]):.2f}.",
        )


class OwnCost(w.VBox):
    """The cost of one's own network, event by event, and what its logits' size does.

    Args:
        answers: What it says of events whose truth is known.

    Attributes:
        factor: The slider that multiplies all logits.
        cost: Mean cost over that factor; its marker is the factor.
        each: How often an event costs how much.
    """

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.factor: Any = slider(
            "logits ×", 1.0, -1, 1, 0.05, ".2f", kind=w.FloatLogSlider
        )
        self.cost = Lines(
            "Mean cost of your network",
            Axis("all logits ×", 0.1, 10, log=True),
            Axis("−log p of the truth [nats]", 0),
            movable=True,
        )
        self.each = Lines(
            "How much an event costs",
            Axis("−log p of the truth [nats]", 0),
            Axis("events", 0.5, log=True),
        )
        self._told = paragraph()
        means = [float(answers.costs(float(factor)).mean()) for factor in FACTORS]
        self.means = np.array(means)
        self.cost.show([Line("mean cost", FACTORS, self.means)])
        on_change(self.factor, lambda _: self._draw())
        self.cost.observe(self._moved, "marker")
        self._draw()
        super().__init__([self.factor, beside(self.cost, self.each), self._told])

    def _moved(self, change: Any) -> None:
        self.factor.value = min(10.0, max(0.1, float(change["new"])))

    def _draw(self) -> None:
        factor = float(self.factor.value)
        costs = self._answers.costs(factor).numpy()
        top = max(1.0, float(np.ceil(costs.max())))
        counts, edges = np.histogram(costs, 30, (0, top))
        self.each.show([Line("events", edges, counts.astype(float), kind="steps")])
        self.cost.marker = factor
        mean, plain = float(costs.mean()), float(self._answers.costs().mean())
        self.cost.said = f"logits × {factor:.2f}: {mean:.3f} nats"
        wrong = (self._answers.logits.argmax(1) != self._answers.truth).numpy()
        part = costs[wrong].sum() / max(float(costs.sum()), 1e-12)
        tell(
            self._told,
            f"With logits × {factor:.2f} the mean cost is {mean:.3f} nats (as trained: "
            f"{plain:.3f}, the loss of your run on these events). {wrong.sum()} of "
            f"{len(wrong)} events are answered wrongly, whatever the factor, and bring "
            f"{100 * part:.0f} % of it.",
        )
