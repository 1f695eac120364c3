"""Lessons in a notebook: something to move, to foretell, and to see on one's own."""

from workbench.panels.lessons.activations import Activations
from workbench.panels.lessons.convolution import Convolution
from workbench.panels.lessons.landscape import Landscape
from workbench.panels.lessons.optimisers import Optimisers
from workbench.panels.lessons.sight import Sight

__all__ = ["Activations", "Convolution", "Landscape", "Optimisers", "Sight"]
