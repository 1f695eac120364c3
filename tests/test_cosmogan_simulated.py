"""Simulated maps in the data module: made once, conditional, by box."""

from typing import Any

import numpy as np
import pytest
import torch

from workbench.tasks.cosmogan.data import ConvergenceData
from workbench.tasks.cosmogan.field import Field


def made(**options: Any) -> ConvergenceData:
    sizes = {"maps": 12, "val_maps": 4, "test_maps": 8, "pixels": 16, "batch_size": 4}
    data = ConvergenceData(**(sizes | options))
    data.prepare_data()
    data.setup("fit")
    return data


def test_simulated_maps_are_made_once(capsys: pytest.CaptureFixture[str]) -> None:
    first = made()
    assert "simulate" in capsys.readouterr().err
    splits = ("train", "val", "test")
    assert [first.bounds(s) for s in splits] == [(0, 12), (12, 16), (16, 24)]
    assert first.field == Field.named("wide", 16)
    assert 0.005 < first.std < 0.03 and abs(first.mean) < 0.003
    assert made().fingerprint == first.fingerprint
    assert "simulate" not in capsys.readouterr().err
    assert made(seed=1).fingerprint != first.fingerprint
    assert not np.array_equal(
        made(galaxies=30.0).training_maps(), first.training_maps()
    )


def test_simulated_maps_of_several_cosmologies_say_which() -> None:
    data = made(cosmologies=[[0.2, 0.7], [0.35, 0.9]])
    batch = next(iter(data.test_dataloader()))
    pairs = torch.tensor([[0.2, 0.7], [0.35, 0.9]]).repeat(2, 1)
    torch.testing.assert_close(batch["parameters"], pairs)


def test_no_box_is_in_two_samples() -> None:
    data = made(kind="particles", boxes=3, particles=16, degrees=1.0)
    group = data.source.group
    assert group is not None
    splits = ("train", "val", "test")
    parts = [set(group[slice(*data.bounds(s))].tolist()) for s in splits]
    assert parts == [{0}, {1}, {2}]
