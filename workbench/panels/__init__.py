"""Panels: the Python half of every widget in a notebook."""

from workbench.panels.train import Train, attach

__all__ = ["Train", "attach"]
