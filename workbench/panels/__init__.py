"""Panels: the Python half of every widget in a notebook."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from workbench.panels.field_map import FieldMap
from workbench.panels.reloaded import heed_reloaded_pages
from workbench.panels.train import Train, attach
from workbench.panels.walk import Walk

if TYPE_CHECKING:
    from workbench.panels.explain import Explain
    from workbench.panels.selection import Selection

__all__ = ["Explain", "FieldMap", "Selection", "Train", "Walk", "attach"]

LATER = {  # what loads torch, which whoever opens the training panel need not wait for
    "Explain": "workbench.panels.explain",
    "Selection": "workbench.panels.selection",
}

heed_reloaded_pages()


def __getattr__(name: str) -> Any:
    if name in LATER:
        return getattr(import_module(LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
