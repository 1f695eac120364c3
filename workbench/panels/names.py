"""Names for the controls of a panel that have none."""

import anywidget

from workbench.panels.modules import module


class Names(anywidget.AnyWidget):
    """Shows nothing; what stands in its panel is named for those who do not see it.

    The handles of Jupyter's sliders have no name of their own, and a box with but a
    tooltip has none that a screen reader may count on.
    """

    _esm = module("names.js")
