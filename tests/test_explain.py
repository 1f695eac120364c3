"""Why a run answers as it does: readings, the verb, its report, its refusals."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml

from benchmarks.explain_planted import both
from tests.powers import closed
from workbench.errors import BadInput
from workbench.explain.cache import remembered
from workbench.explain.explanation import Explanation, explain, untrained_like
from workbench.explain.guards import warnings_of
from workbench.explain.layer_view import of_units
from workbench.explain.methods import attribute
from workbench.explain.moving import moved
from workbench.explain.neighbours import Neighbours
from workbench.explain.profile import profile, profile_table, profiles
from workbench.explain.scoring import Bench, applicable
from workbench.explain.why import score
from workbench.main import main
from workbench.runs.run import open_run
from workbench.runs.trained import Trained, trained
from workbench.tasks.neutrino.evidence import evidence, near_vertex
from workbench.tasks.neutrino.model import VertexClassifier

NETWORKS = ("planes", "epsilon", "epsilon-x", "one-column")


@pytest.fixture(scope="module")
def run(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small run, to write into."""
    return Path(shutil.copytree(small_run, tmp_path_factory.mktemp("why") / "run"))


@pytest.fixture(scope="module")
def ready(run: Path) -> Trained:
    """The network of the run and its test events."""
    found = trained(open_run(str(run)))
    found.data.prepare_data()
    found.data.setup("test")
    return found


@pytest.fixture(scope="module")
def samples(ready: Trained) -> list[dict[str, Any]]:
    """Test events."""
    first, _ = ready.data.bounds("test")
    return [ready.data.sample(first + k) for k in range(6)]


@pytest.fixture(scope="module")
def views(samples: list[dict[str, Any]]) -> tuple[torch.Tensor, ...]:
    """The views of the events."""
    return tuple(torch.from_numpy(np.stack([s[v] for s in samples])) for v in "xuv")


@pytest.fixture(scope="module")
def found(ready: Trained, samples: list[dict[str, Any]]) -> Explanation:
    """Their explanation by the default method."""
    return explain(ready, samples)


@pytest.mark.parametrize("dense", [False, True])
@pytest.mark.parametrize("name", NETWORKS)
def test_a_reading_answers_as_the_network(
    name: Any, dense: bool, views: tuple[torch.Tensor, ...]
) -> None:
    model = VertexClassifier(name).eval()
    reading = evidence.network(model, dense).eval()
    with torch.no_grad():
        expected = model(*views)
        torch.testing.assert_close(
            reading(*views, *views), expected, rtol=1e-4, atol=1e-4
        )
        nothing = tuple(torch.zeros_like(view) for view in views)
        empty = reading(*nothing, *views)
        torch.testing.assert_close(empty, model(*nothing), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_reading_has_no_jump_on_the_way_from_nothing(
    name: Any, views: tuple[torch.Tensor, ...]
) -> None:
    reading = evidence.network(VertexClassifier(name).eval(), False).eval()
    with torch.no_grad():
        way = [
            reading(*(view * share for view in views), *views)
            for share in (0, 1e-4, 0.5, 0.5001, 0.9999, 1)
        ]
    for near, next_to in ((0, 1), (2, 3), (4, 5)):
        assert (way[near] - way[next_to]).abs().max() < 0.05
    jump = VertexClassifier("planes").eval()
    with torch.no_grad():  # which is why there are readings
        faint = jump(*(view * 1e-4 for view in views))
        assert (faint - jump(*(view * 0 for view in views))).abs().max() > 0.05


def test_layers_of_a_reading_are_each_met_once(found: Explanation) -> None:
    assert not warnings_of(found.question)


def test_shares_are_labelled_and_add_up(found: Explanation) -> None:
    labelled = found.labelled
    assert labelled["u"].dims == ("sample", "u_channel", "u_strip", "u_plane")
    assert labelled.attrs["method"] == "integrated-gradients"
    total = sum(labelled[view].sum(labelled[view].dims[1:]) for view in "xuv")
    rise = labelled["value"] - labelled["nothing"]
    assert float((abs(total - rise) / abs(rise)).quantile(0.95)) < 0.02
    assert (labelled["value"] > 0).all()  # the likeliest class is ahead of the next


def test_badges_say_what_a_map_is_worth(found: Explanation) -> None:
    stamped = {badge.name: badge for badge in found.badges}
    names = "completeness agreement randomisation".split()
    assert {*names, "skill over field", "skill over edges"} == set(stamped)
    assert stamped["completeness"].good
    assert -1 <= stamped["agreement"].value <= 1


def test_a_map_of_an_untrained_network_fails(
    ready: Trained, samples: list[dict[str, Any]]
) -> None:
    """Its own map is that of a network that knows nothing: full agreement."""
    blank = Trained(ready.task, untrained_like(ready.model), ready.data, {})
    stamped = {badge.name: badge for badge in explain(blank, samples).badges}
    assert stamped["randomisation"].good is False
    assert stamped["randomisation"].value > 0.99


def test_a_map_is_made_once(
    found: Explanation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workbench.explain import cache

    monkeypatch.setattr(cache, "attribute", lambda *_: pytest.fail("made again"))
    again = remembered(found.question, "integrated-gradients")
    for view in "xuv":
        np.testing.assert_array_equal(again.maps[view], found.attribution.maps[view])
    assert again.notes == found.attribution.notes


def test_a_spoilt_map_is_made_again(found: Explanation) -> None:
    from workbench.explain.cache import _key
    from workbench.paths import cache

    expected = remembered(found.question, "saliency")
    kept = cache("explain") / f"{_key(found.question, 'saliency', None)}.npz"
    kept.write_bytes(kept.read_bytes()[:200])
    again = remembered(found.question, "saliency")
    np.testing.assert_array_equal(again.maps["x"], expected.maps["x"])


def test_a_map_that_cannot_be_kept_is_shown(
    found: Explanation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    expected = remembered(found.question, "saliency")
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path))
    with closed(tmp_path):
        shown = remembered(found.question, "saliency")
    np.testing.assert_array_equal(shown.maps["x"], expected.maps["x"])
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "cannot be written (Permission denied" in said
    assert "export WORKBENCH_CACHE=FOLDER" in said


def test_somebody_elses_run_is_asked_in_a_line(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = Path(shutil.copytree(run, tmp_path / "theirs"))
    (theirs / "results").chmod(0o555)
    with closed(theirs):
        assert main(["explain", str(theirs), "--event", "0"]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert "may not be used (Permission denied" in said and "unexpected" not in said
    assert "ask for leave, or name a place of your own" in said


def test_the_truth_lies_around_the_vertex(samples: list[dict[str, Any]]) -> None:
    masks = near_vertex(samples[0])
    assert masks is not None
    assert {view: mask.shape for view, mask in masks.items()} == {
        "x": (127, 50), "u": (127, 25), "v": (127, 25)
    }  # fmt: skip
    assert all(0 < mask.sum() <= 81 for mask in masks.values())


def test_shares_lie_along_the_detector(found: Explanation, ready: Trained) -> None:
    maps = {name: part[2] for name, part in found.attribution.maps.items()}
    size = sum(np.abs(part).sum() for part in maps.values())
    one = profile(found, 2)
    for view in "xuv":
        expected = maps[view].sum((0, 1)) / size
        np.testing.assert_allclose(one.shares[view], expected[None], rtol=1e-5)
        assert one.places[view].shape == expected.shape
    assert one.truth == evidence.line.truth(found.samples[2])
    alone = explain(ready, found.samples[2:3])
    alike = profile(alone, 0, [ready])  # a member that is the same network
    assert alike.members == 2
    for view in "xuv":
        np.testing.assert_allclose(alike.shares[view][0], alike.shares[view][1])
    learned = Trained(ready.task, untrained_like(ready.model), ready.data, {})
    apart = profile(alone, 0, [learned])
    assert np.abs(np.diff(apart.shares["x"], axis=0)).max() > 1e-3
    table = profile_table([one, apart], ["one", "with another"])
    assert table.rows[0][0] == "one" and table.rows[0][1].endswith(" %")
    drawn = profiles([one, apart])
    assert [axes.get_title() for axes in drawn.axes] == ["view x", "view u", "view v"]
    named = drawn.axes[0].get_legend_handles_labels()[1]
    assert named == ["integrated-gradients"] * 2 + ["the true place"]


def test_the_verb_writes_maps_into_the_report(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(run), "--event=0", "--event=5"]) == 0
    shown = capsys.readouterr().out
    assert "+ completeness" in shown and "randomisation" in shown
    assert "nearest, 5" in shown and "cells that have to go" in shown
    text = (run / "report.html").read_text()
    assert "Test event 5: orange speaks for the answer" in text and "Why" in text
    assert "The least change that turns the answer into another" in text


def test_units_of_a_layer_add_up_to_the_answer(
    run: Path, found: Explanation, capsys: pytest.CaptureFixture[str]
) -> None:
    layer = "network.mix.3.near"  # what all planes' features pass through
    assert main(["explain", str(run), "--event=2", f"--layer={layer}"]) == 0
    shown = capsys.readouterr().out
    assert f"What the units of {layer} add to the answer" in shown
    assert f"What each unit of {layer} adds" in (run / "report.html").read_text()
    units = of_units(found, "stems.0.thought")
    assert units.shape == (6, found.trained.model.network.shape.width)
    assert np.abs(units).max() > 0


def test_methods_are_judged_by_the_truth(run: Path) -> None:
    methods = ("integrated-gradients", "occlusion", "input-gradient")
    found = score(open_run(run), 6, methods)
    shown = "\n".join(table.text() for table in found.tables)
    for row in (*methods, "field", "edges", "random"):
        assert row in shown
    assert "untrained" in shown and "better by" in shown
    for column in ("infidelity", "sensitivity", "completeness error"):
        assert column in shown
    assert "Which view counts" in shown and "channel recall" not in shown
    assert "is better by" in (run / "report.html").read_text()
    kept = json.loads((run / "results.json").read_text())
    assert kept["explain/mass_skill"] > 0
    assert kept["explain/deletion_auc"] > 0
    assert kept["explain/shift_slope"] > 0
    assert 0 <= kept["explain/infidelity"] <= 1 and kept["explain/sensitivity"] > 0
    assert -1 <= kept["explain/view_agreement"] <= 1


def test_the_verb_judges_all_methods_that_apply(
    run: Path, found: Explanation, capsys: pytest.CaptureFixture[str]
) -> None:
    able = applicable(found.question)
    assert {"integrated-gradients", "occlusion", "grad-cam", "saliency"} <= set(able)
    assert "lrp" not in able and "shapley" not in able  # views tell no cell from others
    words = ["explain", str(run), "--score", "--events=3", "--method=saliency"]
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert "saliency, untrained" in shown and "What saliency is better by" in shown
    assert main(["explain", str(run), "--event=1", "--method=saliency"]) == 0
    text = (run / "report.html").read_text()
    assert "What saliency is better by" in text and "Test event 1: orange" in text
    assert "shares along the detector" in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--event=900"], "event 900: there are 500 of test"),
        (["--method=tea-leaves"], "no method 'tea-leaves': choose from saliency"),
        (["--method=lrp"], "lrp: no rule for"),
        (["--of=12"], "class 12: there are 0"),
        (["--beta=2"], "explain takes no --beta=2"),
        (["--layer=attic"], "no layer 'attic': choose from normalise.0"),
    ],
)
def test_refusals(
    run: Path, words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(run), *words]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda view: np.full_like(view, np.nan), "holds what is no number"),
        (np.zeros_like, "is empty, so nothing in it is a reason"),
    ],
)
def test_samples_without_reasons(
    spoil: Any, says: str, ready: Trained, samples: list[dict[str, Any]]
) -> None:
    bad = dict(samples[0]) | {view: spoil(samples[0][view]) for view in "xuv"}
    with pytest.raises(BadInput, match=says):
        explain(ready, [samples[1], bad])


@pytest.mark.parametrize("gone", ["segment", "truth"])
def test_maps_are_not_scored_where_labels_are_missing(
    gone: str, ready: Trained, samples: list[dict[str, Any]]
) -> None:
    bare = [{k: v for k, v in one.items() if k != gone} for one in samples]
    with pytest.raises(BadInput, match="the truth of the events is not known"):
        Bench(ready, bare)


def test_a_checkpoint_of_another_network(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Path(shutil.copytree(run, tmp_path / "run"))
    config = yaml.safe_load((other / "config.yaml").read_text())
    config["model"]["init_args"]["network"] = "epsilon-x"
    (other / "config.yaml").write_text(yaml.safe_dump(config))
    assert main(["explain", str(other), "--event=0"]) == 2
    said = capsys.readouterr().err
    assert "the checkpoint: network" in said
    assert "use the configuration that the checkpoint was trained with" in said


def test_nearest_training_events_are_of_the_training(
    ready: Trained, samples: list[dict[str, Any]]
) -> None:
    known = Neighbours.of(ready, 200)
    row = int(known.rows[17])
    rows, likeness = known.nearest(ready.data.sample(row), 3)
    assert rows[0] == row and likeness[0] == pytest.approx(1, abs=1e-5)
    first, past = ready.data.bounds("train")
    assert ((first <= known.rows) & (known.rows < past)).all()
    assert likeness[0] >= likeness[1] >= likeness[2]


def test_the_default_method_finds_a_planted_shortcut(ready: Trained) -> None:
    """A network that was taught with it goes by it; one that was not does not."""
    batches = ready.data.batches
    known, new = batches[np.arange(1024)], batches[np.arange(1024, 1124)]
    found = both(ready.task, known, new)
    assert found["with"].accuracy > 0.9
    assert np.median(found["with"].share) > 0.35  # of a hundred hits
    assert np.median(found["without"].share) < 0.15
    assert found["with"].plain.mean() < 0.2  # it is not what is brightest


def test_lrp_explains_towers(views: tuple[torch.Tensor, ...], ready: Trained) -> None:
    model = VertexClassifier("epsilon").eval()
    other = Trained(ready.task, model, ready.data, {})
    first, _ = ready.data.bounds("test")
    question = explain(other, [ready.data.sample(first)], method="saliency").question
    found = attribute(question, "lrp")
    assert all(np.isfinite(values).all() for values in found.maps.values())
    assert any(values.any() for values in found.maps.values())


def test_moved_events_keep_what_stays_inside(views: tuple[torch.Tensor, ...]) -> None:
    line = evidence.line
    assert line is not None
    for steps in (-3, 0, 2):
        there = line.moved(views, steps)
        for view, at, columns in zip(views, there, (2, 1, 1), strict=True):
            by = steps * columns
            inside = view[..., max(0, -by) : view.shape[-1] - max(0, by)]
            assert at.sum() == pytest.approx(float(inside.sum()), rel=1e-4)
            first = max(0, by)
            kept = at[..., first : first + inside.shape[-1]]
            torch.testing.assert_close(kept, inside)


def test_a_map_moves_with_the_event(
    ready: Trained, samples: list[dict[str, Any]]
) -> None:
    bench = Bench(ready, samples)
    followed = moved(bench.question, ready.task.classes, bench.places, "saliency")
    assert followed.slope.shape == (len(bench),)
    assert np.median(followed.slope) > 0.5
