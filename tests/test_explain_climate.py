"""Why a segmenter outlines a thing: by a network whose reasons are known."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import workbench
from workbench.errors import BadInput
from workbench.explain.explanation import explain, untrained_like
from workbench.explain.methods import attribute
from workbench.explain.scoring import Bench
from workbench.runs.trained import Trained
from workbench.tasks.climate.data import ClimateData
from workbench.tasks.climate.evidence import CARRIERS, CARRIES, _away, seen
from workbench.tasks.climate.generator.channels import channels
from workbench.tasks.climate.generator.cyclones import vortices
from workbench.tasks.climate.generator.noise import fields
from workbench.tasks.climate.generator.rivers import ribbons, rivers_at
from workbench.tasks.climate.generator.scene import Scene
from workbench.tasks.climate.model import Segmenter
from workbench.tasks.climate.realism.published import CHANNELS
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import CYCLONE, NAMES, RIVER

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


def test_a_network_that_looks_at_vapour_alone_recalls_its_variable(
    moist: Trained, samples: list[dict[str, Any]]
) -> None:
    bench = Bench(moist, samples)
    found = bench.of_method("input-gradient")
    np.testing.assert_allclose(found.recall, 1, atol=1e-4)
    blank = bench.of_method("input-gradient", untrained_like(moist.model))
    assert blank.recall.max() < 0.9
    for row, km in enumerate(found.leakage):  # shares lie where the thing is outlined
        shares = attribute(bench.question[row : row + 1], "input-gradient")
        weight = np.maximum(shares.cells(bench.question.evidence.axes)[0], 0)
        far = bench.away[row]
        outside = weight[far > 0].sum()
        assert outside == 0 or km == pytest.approx((weight * far).sum() / outside)
    chance = bench.judged(bench.plain["random"])
    assert np.nanmean(chance.leakage) > np.nanmean(found.leakage)
    assert found.mass.mean() > chance.mass.mean()
    assert np.isnan(chance.recall).all()


def test_kilometres_go_round_the_globe() -> None:
    grid = Grid(91, 180)  # two degrees
    thing = np.zeros(grid.shape, bool)
    thing[45, 0] = True
    away = _away(thing, grid)
    assert away[45, 0] == 0
    two = 2 * 111.19
    np.testing.assert_allclose(away[45, [1, -1, 90]], [two, two, 90 * two], rtol=1e-3)
    np.testing.assert_allclose(away[[0, 90], 17], 45 * two, rtol=1e-3)


def written(code: int) -> dict[str, float]:
    """Mean change of each variable where a thing of the generator is, in its spread.

    The same weather is made with the things of a class and without them.
    """
    totals = dict.fromkeys(NAMES, 0.0)
    points = 0
    for number in range(4):
        scene = Scene(3, number, 0.0, Grid(96, 144))
        grid, flow = scene.grid, scene._flow
        noises = fields(scene._noises, grid, [0.0])[:, 0]
        rivers = rivers_at(flow.storms, scene._shapes, 0.0)
        plain = [river for river in rivers if not river.seen]
        lows = [one for one in scene._cyclones if not one.counted]
        fewer = (
            plain if code == RIVER else rivers,
            (lows if code == CYCLONE else scene._cyclones),
        )
        maps = [
            channels(grid, flow, noises, ribbons(r, grid), vortices(c, grid, 0.0), 0.0)
            for r, c in ((rivers, scene._cyclones), fewer)
        ]
        inside = scene.at(0.0).truth == code
        points += int(inside.sum())
        for name in NAMES:
            change = np.abs(maps[0][name] - maps[1][name])[inside].sum()
            totals[name] += float(change) / CHANNELS[name][1]
    return {name: total / points for name, total in totals.items()}


@pytest.mark.parametrize("code", [CYCLONE, RIVER])
def test_what_carries_a_thing_is_what_the_generator_writes_it_into(code: int) -> None:
    found = written(code)
    least = CARRIES * max(found.values())
    carried = {name for name, change in found.items() if change > least}
    assert carried == set(CARRIERS[code])
    others = max(change for name, change in found.items() if name not in carried)
    assert others < 0.9 * least  # none is on the edge


def test_a_thing_that_is_not_there(
    moist: Trained, samples: list[dict[str, Any]]
) -> None:
    with pytest.raises(BadInput, match="so there is no thing 900"):
        explain(moist, samples, thing=900)


def test_a_task_that_does_not_say_what_evidence_is(samples: list[Any]) -> None:
    task = replace(workbench.load("cosmogan"), evidence=None)
    with pytest.raises(BadInput, match="give its Task an `evidence`"):
        explain(Trained(task, nn.Identity(), None, {}), samples)
