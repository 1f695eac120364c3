"""The lesson of autoencoders: a plane to walk in, noise, and new digits."""

from typing import Any

import ipywidgets as w
import torch

from workbench.lessons.autoencoder import (
    EPOCHS,
    KINDS,
    Trained,
    autoencoder,
    classes,
    nearest,
    pixels,
)
from workbench.lessons.questions.gan import ABOUT_AUTOENCODERS, autoencoder_code
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
    slider,
    tell,
    title,
    whole_slider,
)
from workbench.panels.lessons.plane import Kinds, Plane, Stage
from workbench.panels.lessons.question import Question
from workbench.panels.lessons.tiles import tiles
from workbench.panels.picture import Picture

SHOWN = 12  # digits in a row
NEW = 36  # that are made
GLYPHS = tuple("0123456789")


class Autoencoders(w.VBox):
    """Digits through a plane and back: where they lie, with noise, and new ones.

    Args:
        epochs: Of each of the three that are trained at opening.

    Attributes:
        kind: The list of the three.
        plane: Unseen digits in the latent plane; its ``at`` is decoded.
        there: What the decoder makes of that place.
        noise: The slider for the noise on what goes in.
        back: Unseen digits, with noise, and as they come back.
        draw: The slider that draws new places.
        new: What is made of them.
        code: The same in plain torch.
    """

    def __init__(self, epochs: int = EPOCHS) -> None:
        self._trained = {kind: autoencoder(kind, epochs) for kind in KINDS}
        self._unseen, self._truth = pixels()[1], classes()[1]
        self.kind: Any = w.Dropdown(
            options=list(KINDS), description="autoencoder", style=WIDE, layout=LAYOUT
        )
        self.noise: Any = slider("noise on each pixel", 0.0, 0.0, 1.0, 0.05)
        self.draw: Any = whole_slider("another draw", 1, 1, 20)
        self.plane = Plane(movable=True)
        self.there, self.back, self.new = Picture(), Picture(), Picture()
        self.code = Code()
        self._place, self._noisy, self._new = (paragraph() for _ in range(3))
        on_change(self.kind, lambda _: self._choose())
        on_change(self.noise, lambda _: self._return())
        on_change(self.draw, lambda _: self._make())
        self.plane.observe(self._walked, "at")
        self._choose()
        backs = w.VBox([self.back, self._noisy])
        made = w.VBox([self.draw, self.new, self._new])
        parts = [
            formula("z = encoder(x),  x̂ = decoder(z),  cost = ‖x̂ − x‖²"),
            controls(self.kind),
            beside(self.plane, w.VBox([self.there, self._place])),
            self.code,
            heading("Back again, with noise"),
            Question(ABOUT_AUTOENCODERS[0], self._reveal_noise, backs),
            self.noise,
            backs,
            heading("New digits"),
            Question(ABOUT_AUTOENCODERS[1], self._reveal_new, made),
            made,
        ]
        super().__init__([title("Digits through a plane"), *parts])
        self.add_class("wb-lesson")

    @property
    def _now(self) -> Trained:
        return self._trained[self.kind.value]

    def _reveal_noise(self) -> None:
        self.noise.value = 0.4

    def _reveal_new(self) -> None:
        self.kind.value = "variational"

    def _choose(self) -> None:
        places = self._now.places(self._unseen).numpy()
        kinds = Kinds(self._truth.numpy(), GLYPHS)
        name = f"The latent plane of the {self.kind.value} one: {len(places)} digits"
        self.plane.show(name, [Stage("z", places)], kinds)
        self.plane.at = places.mean(0).tolist()
        self.code.tell(autoencoder_code(self.kind.value))
        self._walk()
        self._return()
        self._make()

    def _walked(self, _: Any) -> None:
        self._walk()

    def _walk(self) -> None:
        place = torch.tensor([self.plane.at], dtype=torch.float32)
        made = self._now.made(place)
        x, y = self.plane.at
        told = f"z = ({x:.2f}, {y:.2f})"
        png = tiles(made.view(1, 8, 8).numpy(), 1, wide=210)
        self.there.show(png, f"What is made of {told}")
        tell(
            self._place,
            f"{told}: {float(nearest(made)):.3f} a pixel from the nearest digit that "
            "was learned from. Drag the square, or use the arrow keys.",
        )

    def _return(self) -> None:
        draw = torch.Generator().manual_seed(0)
        noise = torch.randn(self._unseen.shape, generator=draw)
        given = self._unseen + self.noise.value * noise
        now = self._now
        back = now.made(now.places(given[:SHOWN]))
        rows = torch.cat([self._unseen[:SHOWN], given[:SHOWN].clamp(0, 1), back])
        told = "unseen digits, the same with noise, and as they come back"
        self.back.show(tiles(rows.view(-1, 8, 8).numpy(), SHOWN), told)
        missed = [
            f"{kind} {one.missed(self._unseen, given):.3f}"
            for kind, one in self._trained.items()
        ]
        tell(
            self._noisy,
            f"Above {told}. Root mean square error a pixel, of all "
            f"{len(self._unseen)}: {', '.join(missed)}; a mean digit in place of each "
            f"would have {self._mean():.3f}.",
        )

    def _mean(self) -> float:
        mean = pixels()[0].mean(0)
        return float((self._unseen - mean).square().mean().sqrt())

    def _make(self) -> None:
        made = {
            kind: one.made(one.drawn(NEW, self.draw.value))
            for kind, one in self._trained.items()
        }
        shown = made[self.kind.value].view(-1, 8, 8).numpy()
        told = f"new digits of the {self.kind.value} autoencoder"
        self.new.show(tiles(shown, SHOWN), told)
        far = [f"{kind} {float(nearest(x).mean()):.3f}" for kind, x in made.items()]
        unseen = float(nearest(self._unseen).mean())
        tell(
            self._new,
            f"Above {told}. Mean distance a pixel to the nearest digit that was "
            f"learned from: {', '.join(far)}; of real unseen digits {unseen:.3f}.",
        )
