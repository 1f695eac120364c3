"""How sure segmenters and generators are: counted by hand, promised, and refused."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import workbench
from workbench.errors import BadInput
from workbench.main import main
from workbench.runs.lightning import lightning
from workbench.runs.trained import Trained
from workbench.task import Statistic
from workbench.tasks.climate.data import ClimateData
from workbench.tasks.climate.model import Segmenter
from workbench.tasks.climate.symmetries import SYMMETRIES
from workbench.tasks.climate.variables import CYCLONE, NAMES, RIVER
from workbench.tasks.cosmogan.data import ConvergenceData
from workbench.tasks.cosmogan.flow import Flow
from workbench.uncertainty.calibration import brier, ece, nll
from workbench.uncertainty.draws import Spread, judge_draws
from workbench.uncertainty.maps.asking import Asking, points
from workbench.uncertainty.maps.judge import judge_maps
from workbench.uncertainty.maps.masks import Lost, Masks, lost
from workbench.uncertainty.maps.people import Beside, shares
from workbench.uncertainty.maps.tally import Tally, mean
from workbench.uncertainty.maps.things import Scored, Thing
from workbench.uncertainty.risk_control import STEPS, thresholds


def said(count: int, rows: int = 6, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities (N, 3, H, W) and codes (N, H, W) that are drawn by them."""
    draw = np.random.default_rng(seed)
    chances = draw.dirichlet([2, 0.4, 0.4], (count, rows, 2 * rows))
    edge = draw.random((count, rows, 2 * rows, 1))
    codes = (edge > chances.cumsum(-1)).sum(-1).clip(max=2)
    return chances.transpose(0, 3, 1, 2), codes


def test_points_of_equal_area_count_as_events_do() -> None:
    chances, codes = said(5)
    area = np.ones(6)
    parts = []
    for p, mask in zip(chances, codes, strict=True):
        there = points(mask, area)
        flat = p.reshape(3, -1)[:, there.rows].T
        parts.append(Tally.of(flat, mask.ravel()[there.rows], there))
    found = Tally.joined(parts)
    events, labels = chances.transpose(0, 2, 3, 1).reshape(-1, 3), codes.ravel()
    assert found.ece().value == pytest.approx(ece(events, labels))
    assert mean(found.nll).value == pytest.approx(nll(events, labels).mean())
    assert mean(found.brier).value == pytest.approx(brier(events, labels).mean())
    assert found.reliability(2).counts.sum() == pytest.approx(5)


def test_area_and_what_is_left_out_are_heard() -> None:
    mask = np.array([[0, 1], [-100, 0]])
    there = points(mask, np.array([3.0, 1.0]))
    np.testing.assert_allclose(there.shares, [3 / 7, 3 / 7, 1 / 7])
    flat = np.array([[0.8, 0.2], [0.6, 0.4], [1.0, 0.0]])
    found = Tally.of(flat, mask.ravel()[there.rows], there)
    assert found.brier[0] == pytest.approx(3 / 7 * 0.08 + 3 / 7 * 0.72)
    with pytest.raises(BadInput, match="without any point whose class is known"):
        points(np.full((2, 2), -100), np.ones(2))


def test_what_a_mask_loses_by_hand() -> None:
    probability = np.array([0.9, 0.6, 0.2, 0.7, 0.1])
    thing = np.array([True, True, True, False, False])
    found = Lost.of(probability, thing)
    at = int(np.searchsorted(thresholds(), 0.5))
    assert found.missed[0, at] == pytest.approx(1 / 3)
    assert found.strayed[0, at] == pytest.approx(1 / 3)
    assert found.size[0, at] == pytest.approx(1)
    assert found.missed[0, 0] == 0 and found.strayed[0, 0] == pytest.approx(2 / 3)
    assert set(lost(np.array([[0.5, 0.5, 0.0]]), np.array([0]))) == set()


def test_masks_keep_their_promise_on_average() -> None:
    draw = np.random.default_rng(1)
    chances, codes = said(400, 8)
    blur = draw.normal(0, 1.0, (400, 1, 1))  # some maps are much worse than others
    odds = np.log(chances[:, 1] / (1 - chances[:, 1])) + blur
    each = [
        Lost.of(1 / (1 + np.exp(-o)).ravel(), c.ravel() == 1)
        for o, c in zip(odds, codes, strict=True)
        if (c == 1).any()
    ]
    whole = Lost.joined(each)
    alpha, maps = 0.2, 30
    found = []
    for _ in range(150):
        rows = draw.permutation(len(each))
        first, rest = (
            Lost(whole.missed[part], whole.strayed[part], whole.size[part])
            for part in (rows[:maps], rows[maps:])
        )
        masks = Masks.fit(first, alpha)
        assert masks.inner >= masks.outer and masks.maps == maps
        found.append((masks.missed(rest).mean(), masks.strayed(rest).mean()))
    means, spread = np.mean(found, 0), 3 * np.std(found, 0) / np.sqrt(150)
    assert (means <= alpha + spread).all()
    assert means[0] > alpha - 2 / (maps + 1) - spread[0]  # and not much less


def test_masks_that_cannot_be_promised() -> None:
    none = Lost.joined([])
    with pytest.raises(BadInput, match="no calibration map has a tropical cyclone"):
        Masks.fit(none, 0.1, "tropical cyclone")
    few = Lost.joined([Lost.of(np.array([0.9, 0.1]), np.array([True, False]))] * 8)
    with pytest.raises(BadInput, match="river: 8 maps with the object: 9 are the lea"):
        Masks.fit(few, 0.1, "river")
    with pytest.raises(BadInput, match="alpha 3: give a number between 0 and 1"):
        Masks.fit(few, 3)
    assert Masks.fit(few, 0.12).outer < STEPS


def test_people_are_counted_and_compared_by_hand() -> None:
    codes = np.array([[[0, 1], [2, -100]], [[0, 2], [2, -100]]])  # two of a map
    found = shares(codes, 3)
    np.testing.assert_allclose(found[:, 0, 1], [0, 0.5, 0.5])
    assert np.isnan(found[:, 1, 1]).all()
    p = np.full((3, 2, 2), 1 / 3)
    beside = Beside.of(p, found, np.ones(2))
    assert beside.nll == pytest.approx(np.log(3))
    assert beside.least == pytest.approx(np.log(2) / 3)
    assert beside.brier == pytest.approx((2 * 2 / 3 + 1 / 6) / 3)
    assert np.isnan(beside.correlation)  # a network that is equally unsure everywhere
    torn = p.copy()
    torn[:, 0, 0] = torn[:, 1, 0] = [0.9, 0.05, 0.05]
    assert Beside.of(torn, found, np.ones(2)).correlation == pytest.approx(1)


def test_scores_of_things_are_mended() -> None:
    draw = np.random.default_rng(0)
    score = draw.uniform(0.5, 1, 2000)
    real = draw.random(2000) < (score - 0.5) * 2
    found = [Thing(1, float(s), bool(r)) for s, r in zip(score, real, strict=True)]
    known, new = Scored.of(found[:1000], 1), Scored.of(found[1000:], 1)
    assert len(Scored.of(found, 2).score) == 0
    mended = new.mended(known)
    before, after = (abs(s.score.mean() - s.real.mean()) for s in (new, mended))
    assert after < 0.05 < before
    assert (np.argsort(mended.score) == np.argsort(new.score)).all()


@pytest.fixture(scope="module")
def data() -> ClimateData:
    """Fourteen simulated maps, on which two people drew."""
    made = ClimateData(maps=2, val_maps=4, test_maps=8, batch_size=2)
    made.prepare_data()
    made.setup("test")
    return made


def moist(data: ClimateData, slope: float = 1.0) -> Trained:
    """A network that calls a river what is moist, a cyclone where pressure is low."""
    model = Segmenter().eval()
    rule = nn.Conv2d(len(NAMES), 3, 1)
    with torch.no_grad():
        rule.weight.zero_()
        rule.weight[RIVER, NAMES.index("TMQ")] = 4 * slope
        rule.weight[CYCLONE, NAMES.index("PSL")] = -3 * slope
        rule.bias.copy_(slope * torch.tensor([0.0, -8.0, -6.0]))
    model.network = rule
    return Trained(workbench.load("climate"), model, data, {})


def test_mirrored_maps_are_brought_back(data: ClimateData) -> None:
    """A network that looks at points one by one answers all mirror images alike."""
    ready = moist(data)
    batch = data.batches[np.arange(2)]
    found = Asking([ready]).said(batch)
    alone, (first, *others) = found["as it is"][0], found["symmetries averaged"]
    assert len(others) == len(SYMMETRIES) == 3
    np.testing.assert_array_equal(alone, first)
    for other in others:
        np.testing.assert_allclose(other, alone, atol=1e-5)


def test_fresh_maps_are_like_the_others_and_none_of_them(data: ClimateData) -> None:
    task = workbench.load("climate")
    assert task.fresh is not None
    made = task.fresh(data, 2, 77)
    made.prepare_data()
    made.setup("test")
    assert made.bounds("test") == (0, 2) and made.grid == data.grid
    assert made.fingerprint != data.fingerprint
    assert task.fresh(ClimateData(path="some.nc"), 2, 77) is None


def test_a_rule_is_judged_map_by_map(data: ClimateData) -> None:
    members = [moist(data), moist(data, 0.6)]
    found = judge_maps(members, maps=24, alpha=0.25)
    numbers = {key.split("/")[1]: value for key, value in found.numbers.items()}
    assert numbers["members"] == 2 and numbers["alpha"] == 0.25
    fnr = [numbers[f"fnr_{word}"] for word in ("cyclone", "river")]
    assert numbers["coverage"] == pytest.approx(1 - np.mean(fnr))
    for word in ("cyclone", "river"):
        low, high = (numbers[f"fnr_{word}_{end}"] for end in ("low", "high"))
        assert low <= numbers[f"fnr_{word}"] <= high <= 1
    titles = " ".join(table.title for table in found.tables)
    for title in ("probabilities of points", "gains", "Masks", "outlined", "people"):
        assert title in titles
    doubt = next(table for table in found.tables if "doubt is of" in table.title)
    total, aleatoric, epistemic = (float(c.split(" (")[0]) for c in doubt.rows[0])
    assert total == pytest.approx(aleatoric + epistemic, abs=2e-4) and epistemic > 0
    scores = found.tables[0]
    names = [row[0] for row in scores.rows]
    assert names[0] == "as it is" and names[-1] == "2 members, temperature"
    assert [row[1] for row in scores.rows][-2:] == ["2", "2"]
    assert len(found.figures) == 3
    assert all(figure.axes for figure in found.figures.values())


def test_maps_without_truth_are_refused(data: ClimateData) -> None:
    ready = moist(data)
    blind = replace(ready, task=replace(ready.task, target="nothing"))
    with pytest.raises(BadInput, match="the maps to validate say no class"):
        judge_maps([blind], maps=12)


def test_a_climate_run_is_judged_by_the_verb(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    task = workbench.load("climate")
    words = ["--data.maps=2", "--data.val_maps=2", "--data.test_maps=4"]
    words += ["--data.batch_size=2", "--trainer.max_epochs=1"]
    words += ["--trainer.enable_progress_bar=false"]
    run = lightning("fit", task.fit, words, runs=tmp_path)
    asked = ["uncertainty", str(run), "--events=8", "--alpha=0.4", "--methods"]
    assert main(asked) == 0
    kept = json.loads((run / "results.json").read_text())
    assert 0 <= kept["uncertainty/fnr_river"] <= 1 and "uncertainty/ece" in kept
    report = (run / "report.html").read_text()
    assert "Masks that miss no more" in report and report.count("image/png") >= 3
    assert "symmetries averaged" not in report
    capsys.readouterr()
    assert main([*asked, "laplace"]) == 2
    assert "of points of maps symmetry alone is offered" in capsys.readouterr().err


def test_the_spread_of_a_statistic_by_hand() -> None:
    about = Statistic("width", "beam", np.arange(2), np.array([[1.0, 0.0], [3.0, 0.0]]))
    draws = np.array([[4.0, 0.0], [6.0, 0.0]])
    found = Spread(about, draws, draws[:1])
    assert found.real.tolist() == [2, 0] and found.middle.tolist() == [5, 0]
    assert found.chance[0] == pytest.approx(1)
    assert found.between[0] == pytest.approx(np.sqrt(2))
    assert found.pull[0] == pytest.approx(3 / np.sqrt(3)) and found.pull[1] == 0
    assert found.apart.tolist() == [0, 0]
    apart = Spread(about, draws, np.array([[4.0, 0.0], [14.0, 0.0]]))
    assert apart.apart[0] == pytest.approx(np.sqrt(50 - 2)) and apart.middle[0] == 9


def test_a_generator_is_drawn_from_often() -> None:
    data = ConvergenceData(maps=256, val_maps=32, test_maps=96, pixels=32)
    data.prepare_data()
    data.setup("test")
    ready = [
        Trained(workbench.load("cosmogan"), made, data, {}) for made in _flows(data)
    ]
    one, two = judge_draws(ready[:1]), judge_draws(ready)
    assert one.numbers["uncertainty/members"] == 1
    assert two.numbers["uncertainty/members"] == 2
    assert 0 < one.numbers["uncertainty/statistics_within"] <= 1
    names = [row[0] for row in one.tables[0].rows]
    assert names[:2] == ["power spectrum C_l", "share of pixels"]
    assert {row[4] for row in one.tables[0].rows} == {"—"}
    assert "—" not in {row[4] for row in two.tables[0].rows}
    made: Any = Flow(pixels=32, widths=[8], steps=1, conditional=True)
    made.about_data = {"degrees": 3.5, "source": 1.0}
    with pytest.raises(BadInput, match="that depend on chance alone"):
        judge_draws([replace(ready[0], model=made.eval())])
    task = replace(ready[0].task, summaries=None)
    with pytest.raises(BadInput, match="give its Task `summaries` and `sample`"):
        judge_draws([replace(ready[0], task=task)])


def _flows(data: ConvergenceData) -> list[Flow]:
    """Untrained: they draw fitted lognormal fields."""
    found = []
    for seed in range(2):
        torch.manual_seed(seed)
        made = Flow(pixels=32, widths=[8, 16], steps=2)
        made.fit_values(torch.from_numpy(data.training_maps(256)))
        made.about_data = {"degrees": data.field.degrees, "source": data.field.source}
        found.append(made.eval())
    return found
