"""Lessons in a notebook: something to move, to foretell, and to see on one's own."""

from workbench.panels.lessons.activations import Activations
from workbench.panels.lessons.autoencoders import Autoencoders
from workbench.panels.lessons.composition import Composition
from workbench.panels.lessons.convolution import Convolution
from workbench.panels.lessons.gan import Gan
from workbench.panels.lessons.landscape import Landscape
from workbench.panels.lessons.optimisers import Optimisers
from workbench.panels.lessons.roofline import Roofline
from workbench.panels.lessons.sight import Sight

__all__ = [
    "Activations",
    "Autoencoders",
    "Composition",
    "Convolution",
    "Gan",
    "Landscape",
    "Optimisers",
    "Roofline",
    "Sight",
]
