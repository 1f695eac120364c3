"""Panels: the Python half of every widget in a notebook."""

from workbench.panels.field_map import FieldMap
from workbench.panels.reloaded import heed_reloaded_pages
from workbench.panels.train import Train, attach

__all__ = ["FieldMap", "Train", "attach"]

heed_reloaded_pages()
