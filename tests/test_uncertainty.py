"""How sure a run is: the verb, its numbers, its part of the report, its refusals."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml

import workbench
from tests.conftest import SMALL
from workbench.errors import BadInput
from workbench.main import main
from workbench.runs.folder import write_json
from workbench.runs.run import open_run
from workbench.runs.trained import opened_with_data
from workbench.runs.trial import trial
from workbench.uncertainty.answers import Answers
from workbench.uncertainty.calibration import nll
from workbench.uncertainty.cohort import Cohort
from workbench.uncertainty.methods import methods
from workbench.uncertainty.quantify import quantify
from workbench.uncertainty.scores import gain
from workbench.uncertainty.slices import confusion, mistakes_table, slices_table


@pytest.fixture(scope="module")
def run(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small run, to write into."""
    return Path(shutil.copytree(small_run, tmp_path_factory.mktemp("sure") / "run"))


@pytest.fixture(scope="module")
def numbers(run: Path) -> dict[str, float]:
    """What the verb keeps of it."""
    assert main(["uncertainty", str(run), "--events=400", "--alpha=0.1"]) == 0
    return json.loads((run / "results.json").read_text())


def test_results_join_those_of_the_test(numbers: dict[str, float]) -> None:
    names = "ece nll augrc alpha coverage set_size".split()
    assert {f"uncertainty/{name}" for name in names} | {"test/accuracy"} <= set(numbers)
    assert numbers["uncertainty/alpha"] == 0.1
    low, high = (numbers[f"uncertainty/coverage_{end}"] for end in ("low", "high"))
    assert low < numbers["uncertainty/coverage"] < high
    assert numbers["uncertainty/coverage_shown"] >= numbers["uncertainty/coverage"]
    assert 1 <= numbers["uncertainty/set_size"] <= 11


def test_the_report_has_both_parts(run: Path, numbers: dict[str, float]) -> None:
    text = (run / "report.html").read_text()
    foretold = "Whether harm can be foretold", "near-vertex-loss, 2"
    for title in ("How sure", "Coverage of each class", *foretold, "on MINERvA"):
        assert title in text
    assert text.count("data:image/png") >= 7


def test_members_are_pooled(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(run, whole / "members" / "one")
    other = trial(workbench.load("neutrino"), tmp_path, [*SMALL, "--seed_everything=1"])
    other.rename(whole / "members" / "two")
    write_json(whole / "launch.json", {"members": ["one", "two"]})
    words = ["--events=400", "--alpha=0.1", "--quick"]
    assert main(["uncertainty", str(whole), *words]) == 0
    found = json.loads((whole / "results.json").read_text())
    assert found["uncertainty/members"] == 2
    assert found["uncertainty/nll_gain_low"] < found["uncertainty/nll_gain"]
    out = capsys.readouterr().out
    assert "What each gains over one network asked once" in out
    assert "2 members, temperature  " in out and "What the doubt is of" in out
    assert "Not offered: MC dropout" in (whole / "report.html").read_text()


def test_a_gain_is_told_from_chance() -> None:
    draw = np.random.default_rng(0)
    labels = draw.integers(3, size=2000)
    sure = np.eye(3)[labels] * 3
    members = [Answers(sure + draw.normal(size=(2000, 3)) * 2, labels) for _ in "abc"]
    tried = methods(members, members)
    pooled = Answers.pooled(members)
    losses = [nll(m.probabilities, labels).mean() for m in (*members, pooled)]
    assert losses[-1] < np.mean(losses[:-1])  # as Jensen says
    assert (
        next(iter(tried)) == "as it is" and list(tried)[-1] == "3 members, temperature"
    )
    found = gain(tried["temperature"], tried["3 members, temperature"])
    assert found["nll"].above_zero and found["augrc"].above_zero
    same = gain(members[0], members[0])
    assert same["nll"].value == 0 and not same["nll"].above_zero


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--alpha=0.001"],
            "400 calibration events: 999 are the least for alpha 0.001",
        ),
        (["--alpha=2"], "alpha 2.0: give a number between 0 and 1"),
        (["--beta=2"], "uncertainty takes no --beta=2"),
        (["--methods", "dropout"], "no layer of the network drops out"),
        (["--methods", "swag"], "no method 'swag': choose from laplace, dropout"),
    ],
)
def test_what_cannot_be_promised_is_refused_in_a_line(
    run: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["uncertainty", str(run), "--events=400", *words]) == 2
    (line,) = [
        line for line in capsys.readouterr().err.splitlines() if "workbench:" in line
    ]
    assert said in line


def test_a_file_is_halved_where_nothing_fresh_can_be_made(
    run: Path, tmp_path: Path
) -> None:
    events = tmp_path / "events"
    words = ["data", "make", "neutrino", "--events=700", f"--out={events}"]
    assert main([*words, "--layout=store", "--seed=9"]) == 0
    copied = Path(shutil.copytree(run, tmp_path / "run"))
    config = yaml.safe_load((copied / "config.yaml").read_text())
    config["data"]["init_args"] |= {"path": str(events), "test_events": 400}
    (copied / "config.yaml").write_text(yaml.safe_dump(config))
    found = quantify(workbench.open_run(copied), alpha=0.1)
    captions = [table.caption for table in found.tables]
    assert any("200 events that neither trained" in said for said in captions)
    assert 0.7 < found.numbers["uncertainty/coverage"] <= 1


def test_nothing_trained_is_nothing_to_judge(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fit = workbench.load("cosmogan").fit
    shutil.copy(fit, tmp_path / "config.yaml")
    assert main(["uncertainty", str(tmp_path)]) == 2
    assert "no such checkpoint" in capsys.readouterr().err


def test_a_cohort_is_cut_into_slices(small_run: Path) -> None:
    cohort = Cohort.of(open_run(small_run))
    wrong = cohort.rows(outcome="wrong")
    assert np.array_equal(
        np.sort(np.concatenate([wrong, cohort.rows(outcome="right")])),
        np.arange(len(cohort)),
    )
    assert (np.diff(cohort.confidence[wrong]) <= 0).all()
    truth, answer = (
        int(each[wrong[0]]) for each in (cohort.answers.labels, cohort.answered)
    )
    cell = cohort.rows(truth, answer)
    assert len(cell) == cohort.confusion[truth, answer] and wrong[0] in cell
    kept = json.loads((small_run / "results.json").read_text())["test/accuracy"]
    assert cohort.right(cohort.rows()).value == pytest.approx(kept)
    assert cohort.trained.sample(int(wrong[0]))["segment"] == truth
    with pytest.raises(BadInput, match=f"there are {len(cohort)} of test"):
        cohort.trained.sample(len(cohort))


def test_slices_go_by_what_the_task_tells_of_events(small_run: Path) -> None:
    cohort = Cohort.of(open_run(small_run))
    data = cohort.trained.data
    truth = data.read("test").truth
    assert truth is not None
    found = cohort.rows(where={"neutrino energy [GeV]": (2, 5)})
    energy = truth["energy"]
    assert set(found) == set(np.flatnonzero((energy >= 2) & (energy <= 5)))
    hadrons = sum(
        truth[name].astype(int)
        for name in ("protons", "charged_pions", "charged_kaons")
    )
    both = {"charged hadrons": (1.0, 1.0), "neutrino energy [GeV]": (2.0, 5.0)}
    some = cohort.rows(outcome="right", where=both)
    assert (hadrons[some] == 1).all() and set(some) <= set(found)
    process = cohort.facts["process"]
    code = process.names.index("quasi-elastic")
    assert np.array_equal(process.values == code, truth["channel"] == 1)
    sure = cohort.rows(where={"confidence": (0.9, 1)})
    assert (cohort.confidence[sure] >= 0.9).all() and len(sure) < len(cohort)
    with pytest.raises(BadInput, match=r"no 'tea' is known of the events: there are n"):
        cohort.rows(where={"tea": (0, 1)})


def test_slices_and_mistakes_are_told_in_tables(small_run: Path) -> None:
    cohort = Cohort.of(open_run(small_run))
    table = slices_table(cohort)
    by = [row for row in table.rows if row[0] == "process"]
    assert sum(int(row[2]) for row in by) == len(cohort)
    energy = [row for row in table.rows if row[0] == "neutrino energy [GeV]"]
    assert [int(row[2]) for row in energy] == [125] * 4
    first = cohort.rows(outcome="wrong")[0]
    assert mistakes_table(cohort).rows[0][0] == f"{first}"
    drawn = confusion(cohort).axes[0]
    assert sum(int(text.get_text()) for text in drawn.texts) == len(cohort)


def test_a_network_is_asked_once_about_the_same_events(
    small_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workbench.uncertainty import remembered as kept

    ready = opened_with_data(open_run(small_run))
    first = kept.remembered(ready, ready.data, "val", "validate")
    with monkeypatch.context() as patched:
        patched.setattr(kept, "asked", lambda *_: pytest.fail("asked again"))
        again = kept.remembered(ready, ready.data, "val", "validate")
    assert np.array_equal(first.logits, again.logits)
    assert np.array_equal(first.labels, again.labels)
    with torch.no_grad():
        next(ready.model.network.parameters()).mul_(1.1)
    other = kept.remembered(ready, ready.data, "val", "validate")
    assert not np.array_equal(first.logits, other.logits)
