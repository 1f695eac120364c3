"""Panels: the Python half of every widget in a notebook."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from workbench.panels.reloaded import heed_reloaded_pages

if TYPE_CHECKING:
    from workbench.panels.explain import Explain
    from workbench.panels.field_map import FieldMap
    from workbench.panels.selection import Selection
    from workbench.panels.train import Train, attach
    from workbench.panels.uncertainty import Uncertainty
    from workbench.panels.walk import Walk

__all__ = [
    "Explain",
    "FieldMap",
    "Selection",
    "Train",
    "Uncertainty",
    "Walk",
    "attach",
]
WHERE = {"FieldMap": "field_map", "attach": "train"}

heed_reloaded_pages()


def __getattr__(name: str) -> Any:
    """Each when it is asked for: some load torch, which the training panel need not."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{WHERE.get(name, name.lower())}")
    return getattr(module, name)
