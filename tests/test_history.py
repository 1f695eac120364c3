"""Logged lines read many at once give what they give one by one."""

import json
import math
from array import array
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.runs import history
from workbench.runs.history import Curve, History

number = st.none() | st.floats(-1e30, 1e30)
names = st.sampled_from(["train_loss", "val_loss", "val_accuracy", "learning_rate"])
values = st.dictionaries(names, number, max_size=3)
lines = st.lists(st.tuples(st.integers(0, 2), values, st.integers(0, 30)), max_size=30)
TORN = '{"step": to\n'


def written(parts: list[tuple[int, dict[str, Any], int]]) -> list[str]:
    step, attempt, texts = 0, 1, []
    for forward, logged, chance in parts:
        step += forward
        if chance == 0:
            attempt, step = attempt + 1, step // 2
        line = {"attempt": attempt, "step": step, "time": 0.5 * step, **logged}
        texts.append(json.dumps(line) + "\n")
        if chance == 1:
            texts.append(TORN)
    return texts


def one_by_one(texts: list[str]) -> tuple[dict[str, Curve], float, int, int]:
    """The same in the plainest way: curves, seconds, attempts, torn lines."""
    curves: dict[str, dict[int, tuple[float, float]]] = {}
    attempt, earlier, seconds, resets = 0, 0.0, 0.0, 0
    for line in (json.loads(text) for text in texts if text != TORN):
        number, step = line.pop("attempt"), line.pop("step")
        if number != attempt:
            attempt, earlier, resets = number, seconds, resets + 1
            for name, curve in curves.items():
                curves[name] = {s: point for s, point in curve.items() if s < step}
        seconds = earlier + line.pop("time")
        for name, value in line.items():
            value = math.nan if value is None else value
            curves.setdefault(name, {})[step] = seconds, value
    plain = {
        name: Curve(
            array("q", curve),
            array("d", [time for time, _ in curve.values()]),
            array("d", [value for _, value in curve.values()]),
        )
        for name, curve in curves.items()
    }
    return plain, seconds, resets, texts.count(TORN)


def known(found: History) -> tuple[dict[str, str], float, int, int]:
    return _texts(found.curves), found.seconds, found.resets, found.torn


def _texts(curves: dict[str, Curve]) -> dict[str, str]:
    return {name: repr(curve) for name, curve in curves.items()}


@settings(deadline=None)
@given(lines, st.integers(1, 2000), st.integers(1, 9))
def test_many_lines_read_as_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, parts: Any, block: int, looks: int
) -> None:
    file = tmp_path_factory.mktemp("run") / "metrics.jsonl"
    texts = written(parts)
    curves, *rest = one_by_one(texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "BLOCK", block)
        growing = History(file.parent)
        for look in range(looks):  # each finds more of the file, its end half a line
            text = "".join(texts).encode()
            file.write_bytes(text[: len(text) * (look + 1) // looks])
            growing.read()
    whole = History(file.parent)
    whole.read()
    assert known(whole) == known(growing) == (_texts(curves), *rest)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[1]",
        b"[",
        b"1",
        b'{"step": 2}',  # of no attempt
        b'{"attempt": 1, "loss": 1.0}',  # at no step
        b'{"attempt": 1, "step": null, "loss": 1.0}',
        b'{"attempt": 1, "step": 2, "time": null, "loss": 1.0}',
        b'{"attempt": 1, "step": 2, "loss": "low"}',
        b'{"attempt": 1, "step": 2, "loss": [1.0]}',
        b'{"attempt": 1, "step": 2},{"attempt": 1, "step": 3}',
        b'{"attempt": 1, "step": 2, "loss": 1.0}{"attempt": 1, "st',
        b'\xff{"attempt": 1, "step": 2}',
    ],
)
def test_a_line_that_is_none_is_left_out_and_counted(
    tmp_path: Path, text: bytes
) -> None:
    first = b'{"attempt": 1, "step": 1, "time": 0.5, "loss": 2.0}\n'
    last = b'{"attempt": 1, "step": 3, "time": 1.5, "loss": null}\n'
    (tmp_path / "metrics.jsonl").write_bytes(first + text + b"\n" + last)
    found = History(tmp_path)
    found.read()
    curve = found.curves["loss"]
    assert list(curve.steps) == [1, 3] and list(curve.times) == [0.5, 1.5]
    np.testing.assert_array_equal(curve.values, [2.0, math.nan])
    assert found.torn == 1
