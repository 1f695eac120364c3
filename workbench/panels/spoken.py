"""Words of a panel that a screen reader speaks when they change."""

from html import escape

from workbench.refusals import told


def status(words: str) -> str:
    """HTML of what is going on."""
    return f'<span role="status">{escape(words)}</span>'


def alert(error: Exception) -> str:
    """HTML of what went wrong."""
    return f'<span role="alert">{escape(told(error))}</span>'


COMPUTING = status("computing …")
