"""The code that a lesson shows, run as a learner would."""

from typing import Any


def ran(code: str, **known: Any) -> dict[str, Any]:
    """What a shown code leaves behind."""
    exec(code, known)
    return known
