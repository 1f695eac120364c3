"""Widgets without a browser."""

from typing import Any


def find(widget: Any, name: str) -> Any:
    """The widget in a panel that has a CSS class."""
    if name in getattr(widget, "_dom_classes", ()):
        return widget
    found = (find(child, name) for child in getattr(widget, "children", ()))
    return next(filter(None, found), None)


def shown(panel: Any) -> list[str]:
    """State, last words and learning rate that a panel shows."""
    parts = [find(panel, name) for name in ("wb-state", "wb-said", "wb-now")]
    return [part.value if part else "" for part in parts]
