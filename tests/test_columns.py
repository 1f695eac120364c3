"""Logged lines read many at once give what they give one by one."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.runs import history
from workbench.runs.columns import columns
from workbench.runs.history import History

number = st.none() | st.floats(-1e30, 1e30)
names = st.sampled_from(["train_loss", "val_loss", "val_accuracy", "learning_rate"])
values = st.dictionaries(names, number, max_size=3)
lines = st.lists(st.tuples(st.integers(0, 2), values, st.integers(0, 30)), max_size=30)


def written(parts: list[tuple[int, dict[str, Any], int]]) -> bytes:
    step, attempt, text = 0, 1, ""
    for forward, logged, chance in parts:
        step += forward
        if chance == 0:
            attempt, step = attempt + 1, step // 2
        line = {"attempt": attempt, "step": step, "time": 0.5 * step, **logged}
        text += json.dumps(line) + "\n"
        text += '{"step": to' + "\n" if chance == 1 else ""
    return text.encode()


def read(folder: Path, text: bytes, many: int, block: int) -> History:
    (folder / "metrics.jsonl").write_bytes(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "MANY", many)
        patch.setattr(history, "BLOCK", block)
        found = History(folder)
        found.read()
    return found


@settings(deadline=None)
@given(lines, st.integers(1, 2000))
def test_many_lines_read_as_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, parts: Any, block: int
) -> None:
    folder, text = tmp_path_factory.mktemp("run"), written(parts)
    fast, slow = read(folder, text, 0, block), read(folder, text, 10**9, block)
    assert repr(fast.curves) == repr(slow.curves)
    assert (fast.seconds, fast.resets, fast.torn) == (
        slow.seconds,
        slow.resets,
        slow.torn,
    )


@pytest.mark.parametrize(
    "text",
    [
        b'{"step": 1}\n{"step": [1]}\n',
        b'{"a": 1, "b": 2}\n{"b": 1, "a": 2}\n{"a": 1, "b": 2}\n',
        b'{"step": "1"}\n',
        b'{"step": true}\n',
        b"[1]\n",
    ],
)
def test_other_lines_are_left_to_the_parser(text: bytes) -> None:
    found = columns(text)
    assert found is None or len(found) == 2  # the last name tells two orders apart
