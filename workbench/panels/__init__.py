"""Panels: the Python half of every widget in a notebook."""

from workbench.panels.field_map import FieldMap
from workbench.panels.reloaded import heed_reloaded_pages
from workbench.panels.train import Train, attach
from workbench.panels.walk import Walk

__all__ = ["FieldMap", "Train", "Walk", "attach"]

heed_reloaded_pages()
