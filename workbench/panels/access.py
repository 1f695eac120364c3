"""What the controls of a panel lack for those who work by key or do not see them."""

import anywidget

from workbench.panels.modules import module


class Access(anywidget.AnyWidget):
    """Shows nothing; names what stands in its panel, and keeps keys from the notebook.

    The handles of Jupyter's sliders have no name of their own, and a box with but a
    tooltip has none that a screen reader may count on. Arrow keys in a list would move
    JupyterLab's cursor from cell to cell.
    """

    _esm = module("access.js")
