"""``--set key=value``: words of the command line as a person shortens them."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import yaml

from workbench.errors import BadInput

SHORT = {
    "seed": "seed_everything",
    "epochs": "trainer.max_epochs",
    "steps": "trainer.max_steps",
    "precision": "trainer.precision",
    "strategy": "trainer.strategy",
}


def full_name(name: str) -> str:
    """A setting's place in the configuration: ``seed`` and other short names, too."""
    return SHORT.get(name, name)


def parsed(words: Sequence[str]) -> dict[str, list[Any]]:
    """Each setting with its values, of which ``a=1,2,3`` has three.

    Raises:
        BadInput: a word without ``=``.
    """
    settings: dict[str, list[Any]] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or not name:
            raise BadInput(f"--set {word}: write it as NAME=VALUE")
        parts = [text] if text.startswith(("[", "{")) else text.split(",")
        settings[name] = [yaml.safe_load(part) for part in parts]
    return settings


def combinations(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every combination of settings of which some have a list of values.

    Raises:
        BadInput: an empty list.
    """
    for name, value in settings.items():
        if value == []:
            raise BadInput(f"{name} has no value: give one, or a list of some")
    lists = [
        value if isinstance(value, list) else [value] for value in settings.values()
    ]
    return [dict(zip(settings, values, strict=True)) for values in product(*lists)]


def as_words(settings: Mapping[str, Any]) -> list[str]:
    """Settings as Lightning's command line reads them: a class before its arguments."""
    named = {full_name(name): _text(value) for name, value in settings.items()}
    return [f"--{name}={named[name]}" for name in sorted(named, key=lambda n: "." in n)]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return yaml.safe_dump(value, default_flow_style=True, width=10**9).split("\n")[0]
