"""What a person does to a control."""

from collections.abc import Callable
from typing import Any


def on_click(button: Any, call: Callable[[], Any]) -> None:
    """Call when a button is pressed."""

    def clicked(_: Any) -> None:
        call()

    button.on_click(clicked)


def on_change(control: Any, call: Callable[[Any], Any]) -> None:
    """Call with the new value of a control when it changes."""

    def changed(change: Any) -> None:
        call(change["new"])

    control.observe(changed, "value")
