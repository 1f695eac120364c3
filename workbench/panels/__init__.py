"""Panels: the Python half of every widget in a notebook."""

from typing import TYPE_CHECKING, Any

from workbench.panels.field_map import FieldMap
from workbench.panels.reloaded import heed_reloaded_pages
from workbench.panels.train import Train, attach
from workbench.panels.walk import Walk

if TYPE_CHECKING:
    from workbench.panels.uncertainty import Uncertainty

__all__ = ["FieldMap", "Train", "Uncertainty", "Walk", "attach"]

heed_reloaded_pages()


def __getattr__(name: str) -> Any:
    """Panels of trained networks, which load torch, when they are asked for."""
    if name == "Uncertainty":
        from workbench.panels.uncertainty import Uncertainty

        return Uncertainty
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
