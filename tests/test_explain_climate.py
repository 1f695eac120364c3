"""Why a segmenter outlines a thing: by a network whose reasons are known."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import workbench
from workbench.errors import BadInput
from workbench.explain.explanation import explain
from workbench.explain.scoring import Bench
from workbench.runs.trained import Trained
from workbench.tasks.climate.data import ClimateData
from workbench.tasks.climate.evidence import seen
from workbench.tasks.climate.model import Segmenter
from workbench.tasks.climate.variables import NAMES, RIVER

VAPOUR = NAMES.index("TMQ")


@pytest.fixture(scope="module")
def data() -> ClimateData:
    """Six simulated maps."""
    made = ClimateData(maps=4, val_maps=1, test_maps=1, steps=1, batch_size=2)
    made.prepare_data()
    made.setup("predict")
    return made


@pytest.fixture(scope="module")
def samples(data: ClimateData) -> list[dict[str, Any]]:
    """Two of them."""
    return [data.sample(row) for row in range(2)]


@pytest.fixture(scope="module")
def moist(data: ClimateData) -> Trained:
    """A network that calls a river what has much vapour, and looks at nothing else."""
    model = Segmenter().eval()
    rule = nn.Conv2d(len(NAMES), 3, 1)
    with torch.no_grad():
        rule.weight.zero_()
        rule.weight[RIVER, VAPOUR] = 4.0
        rule.bias.copy_(torch.tensor([0.0, -50.0, -6.0]))
    model.network = rule
    return Trained(workbench.load("climate"), model, data, {})


@pytest.mark.parametrize("method", ["integrated-gradients", "ablation", "deeplift"])
def test_shares_go_to_the_variable_that_is_looked_at(
    method: str, moist: Trained, samples: list[dict[str, Any]]
) -> None:
    parts = "variables" if method == "ablation" else None
    found = explain(moist, samples, method=method, parts=parts)
    shares = np.abs(found.attribution.maps["image"]).sum((2, 3))
    assert shares[:, VAPOUR].min() > 0
    assert np.delete(shares, VAPOUR, 1).max() < 1e-4 * shares[:, VAPOUR].min()
    total = found.attribution.maps["image"].sum((1, 2, 3))
    rise = found.attribution.value - found.attribution.nothing
    np.testing.assert_allclose(total, rise, rtol=0.02)


def test_things_are_outlined_the_largest_first(samples: list[dict[str, Any]]) -> None:
    codes = np.maximum(np.asarray(samples[0]["mask"]), 0)
    things = seen(samples[0], codes)
    sizes = [int(thing.mask.sum()) for thing in things]
    assert len(things) > 2 and sizes[0] > sizes[-1]
    for thing in things:
        assert thing.name.startswith(("cyclone at ", "river at ", "tropical", "atmos"))
        assert thing.truth is not None and thing.truth[thing.mask].all()
        assert thing.truth.sum() > thing.mask.sum()  # what is near belongs to it


def test_a_map_with_its_shares_is_drawn(
    moist: Trained, samples: list[dict[str, Any]]
) -> None:
    found = explain(moist, samples, method="input-gradient")
    assert found.question.about.count(" at ") == 2
    assert found.plot(1).axes[0].collections or found.plot(1).axes[0].images
    assert found.labelled["image"].dims == (
        "sample", "image_channel", "image_lat", "image_lon"
    )  # fmt: skip


def test_maps_are_judged_where_the_truth_is(
    moist: Trained, samples: list[dict[str, Any]]
) -> None:
    bench = Bench(moist, samples)
    found = bench.of_method("input-gradient")
    assert (found.deletion < found.insertion).all()
    assert 0 < found.mass.mean() <= 1


def test_a_thing_that_is_not_there(
    moist: Trained, samples: list[dict[str, Any]]
) -> None:
    with pytest.raises(BadInput, match="so there is no thing 900"):
        explain(moist, samples, thing=900)


def test_a_task_that_does_not_say_what_evidence_is(samples: list[Any]) -> None:
    task = workbench.load("cosmogan")
    with pytest.raises(BadInput, match="give its Task an `evidence`"):
        explain(Trained(task, nn.Identity(), None, {}), samples)
