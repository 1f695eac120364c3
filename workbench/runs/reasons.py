"""Why the parser refused a configuration, in words for a person."""

import re
from collections.abc import Sequence
from pathlib import Path

STOP = r"(?= - | Given value|$)"  # where jsonargparse goes on to the next alternative


def reason(error: str, config: Path, words: Sequence[str]) -> str:
    """One line: the option or the place in the file, and what is wrong with it."""
    text = " ".join(error.split())
    unknown = re.search(r"unrecognized arguments: (.*)", text)
    if unknown:
        return f"{unknown[1]}: no such option"
    missing = re.search(r"arguments are required: \w+\.(\w+)", text)
    if missing:
        return f"{config}: no {missing[1]}: name its class in {missing[1]}.class_path"
    place, complaint = _place(text), _complaint(text)
    extra = re.search(r"does not accept option '([^']+)'", text)
    if extra:
        place, complaint = extra[1], "no such option"
    lost = re.search(r"Option '([^']+)' is not accepted", text)
    if lost and "Got value" not in text:
        place, complaint = f"{place}.{lost[1]}", "no such option"
    if not place:
        return text
    where = f"--{place}" if _typed(place, words) else f"{config}: {place}"
    return f"{where}: {complaint}"


def _place(text: str) -> str:
    """The keys that lead to the fault; alternatives name the last one again."""
    keys = re.findall(r'Parser key "([^"]+)"', text)
    return ".".join(
        k for k, before in zip(keys, ["", *keys], strict=False) if k != before
    )


def _complaint(text: str) -> str:
    wrong = re.search(rf"Expected an? ((?:(?! - ).)+?)\. Got value: (.*?){STOP}", text)
    if wrong:
        return f"{wrong[2]!r} is not {_kinds(wrong[1])}"
    broken = re.search(rf"Problem with given class_path '[^']+': (.*?){STOP}", text)
    if broken and "Parser key" not in broken[1]:
        return broken[1]
    kinds = re.findall(r"Subtypes: \[(.*?)\] Errors:", text)
    given = re.search(rf"Given value: (.*?){STOP}", text)
    if kinds and given:
        return f"{given[1]!r} is not {_kinds(kinds[-1])}"
    return re.sub(r'^Parser key "[^"]+": ', "", text)


def _kinds(text: str) -> str:
    """Types as they are written in Python, without modules."""
    names = re.sub(r"<class '([^']+)'>", r"\1", text).replace("NoneType", "null")
    names = re.sub(r"typing\.Literal\[(.*?)\]", r"one of \1", names)
    return re.sub(r"\b\w+\.(?=\w)", "", names)


def _typed(place: str, words: Sequence[str]) -> bool:
    """Whether the command line says something about a place."""
    for word in words:
        name = word.lstrip("-").partition("=")[0].replace(".init_args", "")
        name = name.removesuffix(".class_path").rstrip("+")
        if word.startswith("--") and f"{place}.".startswith(f"{name}."):
            return True
    return False
