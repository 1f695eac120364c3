"""The lesson of a generator against a discriminator."""

from typing import Any

import ipywidgets as w
import numpy as np

from workbench.lessons import gan as maths
from workbench.lessons.autoencoder import pixels
from workbench.lessons.questions.gan import PREDICTIONS, gan_code
from workbench.panels.events import on_change
from workbench.panels.lessons.frame import (
    LAYOUT,
    WIDE,
    Code,
    beside,
    captioned,
    controls,
    formula,
    heading,
    paragraph,
    tell,
    title,
)
from workbench.panels.lessons.question import Question
from workbench.panels.lessons.tiles import tiles
from workbench.panels.lines import Axis, Line, Lines
from workbench.panels.picture import Picture
from workbench.panels.walk import Walk
from workbench.runs.run import Run, open_run
from workbench.runs.trained import opened_with_data

SHOWN, ACROSS = 36, 9
EDGES = (np.arange(maths.BINS + 1) - 0.5) / (maths.BINS - 1)
DIGITS = tuple("0123456789")


class Gan(w.VBox):
    """Samples beside real digits while two networks learn, and checks of them.

    Args:
        own: The run of a generator, or its name: its maps are walked through.
        epochs: Of each of the two games that are played at opening.

    Attributes:
        rules: The list of games.
        epoch: The slider over the training.
        made: Samples.
        real: As many real digits.
        brightness: Histogram of pixels, real against generated.
        counts: How many of each digit are made.
        course: Distance of the histograms, and how many digits are made, by epoch.
        costs: What both go by.
        code: The same in plain torch.
        walk: Through what one's own generator makes; ``None`` without one.

    Raises:
        BadInput: nothing is trained yet, or the run's task draws no samples.
    """

    walk: Walk | None = None

    def __init__(
        self, own: Run | str | None = None, epochs: int = maths.EPOCHS
    ) -> None:
        learned, self._unseen = pixels()
        self._games = [maths.play(one, epochs) for one in (maths.FAIR, maths.HASTY)]
        self._real = maths.Looks.of(self._unseen)
        self._looks = [
            [
                maths.Looks.of(game.drawn(number, len(self._unseen)))
                for number in range(len(game.generators))
            ]
            for game in self._games
        ]
        self._band = maths.scatter(self._unseen)
        self._floor = maths.apart(maths.histogram(learned), self._real.histogram)
        self.rules: Any = w.Dropdown(
            options=[(game.rules.name, i) for i, game in enumerate(self._games)],
            description="rules of the game",
            style=WIDE,
            layout=LAYOUT,
        )
        kept = self._games[0].epochs
        self.epoch: Any = w.SelectionSlider(
            options=[(str(epoch), i) for i, epoch in enumerate(kept)],
            value=len(kept) - 1,
            description="epochs of training",
            style=WIDE,
            layout=LAYOUT,
        )
        self.made, self.real = Picture(), Picture()
        self.brightness = Lines(
            "Pixels", Axis("brightness", 0, 1), Axis("share of pixels", log=True)
        )
        self.counts = Lines(
            "What a small trained classifier takes them for",
            Axis("digit", names=DIGITS),
            Axis("share of samples", 0, percent=True),
        )
        self.course = Lines(
            "How many digits are made, as it were",
            Axis("epoch"),
            Axis("e to the entropy of the shares", 0, 10.5),
        )
        self.costs = Lines("What each goes by", Axis("epoch"), Axis("cost [nats]", 0))
        self.code, self._told = Code(), paragraph()
        on_change(self.rules, lambda _: self._choose())
        on_change(self.epoch, lambda _: self._draw())
        some = self._unseen[:SHOWN].view(-1, 8, 8).numpy()
        self.real.show(tiles(some, ACROSS), f"{SHOWN} real digits")
        self._choose()
        checks = w.VBox([beside(self.counts, self.course), self._told])
        parts = [
            formula(
                "D: −log D(x) − log(1 − D(G(z))) falls,  G: −log D(G(z)) falls,  "
                "z ~ N(0, 1)"
            ),
            controls(self.rules, self.epoch),
            beside(
                captioned("generated", self.made),
                captioned("real, unseen", self.real),
            ),
            beside(self.brightness, self.costs),
            Question(PREDICTIONS[0], self._reveal, checks),
            checks,
            Question(PREDICTIONS[1], self._draw),
            self.code,
            *self._own(own),
        ]
        super().__init__([title("A generator against a discriminator"), *parts])
        self.add_class("wb-lesson")

    def _own(self, own: Run | str | None) -> list[Any]:
        if own is None:
            words = (
                'Give it a run of a generator, Gan("RUN"), such as workbench demo '
                "cosmogan leaves behind: you walk through what it makes."
            )
            return [heading("On your generator"), paragraph(words)]
        run = own if isinstance(own, Run) else open_run(own)
        found = opened_with_data(run)
        self.walk = Walk(found.task, found.model, found.data)
        return [heading(f"On your generator: {run.name}"), self.walk]

    def _reveal(self) -> None:
        self.rules.value = 1
        self.epoch.value = self.epoch.options[-1][1]

    @property
    def _game(self) -> maths.Game:
        return self._games[self.rules.value]

    def _choose(self) -> None:
        game = self._game
        steps = np.arange(1.0, len(game.costs) + 1)
        self.costs.show(
            [
                Line("generator", steps, game.costs[:, 0]),
                Line("discriminator", steps, game.costs[:, 1], colour=1),
            ]
        )
        epochs = np.array(game.epochs, dtype=float)
        real = np.full(len(epochs), self._real.modes)
        courses = [np.array([one.modes for one in looks]) for looks in self._looks]
        self.course.show(
            [
                Line(one.rules.name, epochs, modes, kind="joined", colour=number)
                for number, (one, modes) in enumerate(
                    zip(self._games, courses, strict=True)
                )
            ]
            + [Line("real digits", epochs, real, faint=True)]
        )
        self.code.tell(gan_code(game.rules.turns, game.rules.smooth))
        self._draw()

    def _draw(self) -> None:
        game, number = self._game, self.epoch.value
        found, real = self._looks[self.rules.value][number], self._real
        shown = game.drawn(number, SHOWN).view(-1, 8, 8).numpy()
        self.made.show(
            tiles(shown, ACROSS),
            f"{SHOWN} generated digits after {game.epochs[number]} epochs, "
            f"{game.rules.name}",
        )
        middle = (EDGES[:-1] + EDGES[1:]) / 2
        self.brightness.show(
            [
                Line("real", middle, real.histogram, "points", self._band),
                Line("generated", EDGES, found.histogram, kind="steps", colour=1),
            ]
        )
        places = np.arange(10.0)
        self.counts.show(
            [
                Line("real", places, real.shares, kind="joined"),
                Line("generated", places, found.shares, kind="joined", colour=1),
            ]
        )
        off = maths.apart(found.histogram, real.histogram)
        tell(
            self._told,
            f"{len(self._unseen)} samples after {game.epochs[number]} epochs: "
            f"histograms {off:.4f} apart (two sets of real digits: {self._floor:.4f}), "
            f"{found.modes:.1f} digits made, as it were (real: {real.modes:.1f}), two "
            f"samples {found.variety:.3f} a pixel apart (real: {real.variety:.3f}).",
        )
