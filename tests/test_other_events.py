"""Whether a run may answer other events: of a condition, of a file."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import BadInput
from workbench.main import main
from workbench.progress import heard
from workbench.runs.folder import write_results
from workbench.runs.run import open_run
from workbench.uncertainty.figures import foreignness
from workbench.uncertainty.reference import LEAST, Reference
from workbench.uncertainty.verdict import Sign

SIGN = Sign("drop of confidence", 0.02, 0.95, 0.9, 0.1, 0.1)
EVENTS = "--events=500"


@pytest.fixture(scope="module")
def run(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small run, of which it is known what foretells harm."""
    run = Path(shutil.copytree(small_run, tmp_path_factory.mktemp("other") / "run"))
    kept = {f"uncertainty/{name}": value for name, value in SIGN.numbers.items()}
    write_results(run, "uncertainty", kept | {"uncertainty/alpha": 0.1})
    return run


@pytest.fixture(scope="module")
def reference(run: Path) -> Reference:
    return Reference.of(open_run(run), 500)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store like the known events, a public file of a spoilt detector, a few."""
    folder = tmp_path_factory.mktemp("files")
    make = ["data", "make", "neutrino"]
    alike = [f"--out={folder / 'alike'}", "--events=400", "--seed=77"]
    spoilt = [f"--out={folder / 'spoilt.hdf5'}", "--layout=2017", "--events=400"]
    spoilt += ["--seed=78", "--condition=dead-planes", "--strength=4"]
    few = [f"--out={folder / 'few'}", f"--events={LEAST - 1}"]
    for words in (alike, spoilt, few):
        assert main([*make, *words]) == 0
    return folder


@pytest.mark.parametrize(
    ("name", "status", "verdict"),
    [
        ("alike", 0, "not told from the known events"),
        ("spoilt.hdf5", 1, "likely harmful: do not claim the coverage"),
    ],
)
def test_a_file_is_judged_in_words_and_by_status(
    run: Path,
    files: Path,
    name: str,
    status: int,
    verdict: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = files / f"{name}.json"
    words = ["uncertainty", str(run), EVENTS, f"--similar={files / name}"]
    assert main([*words, f"--json={out}"]) == status
    said = capsys.readouterr().out
    assert verdict in said and "No test without labels sees every harm" in said
    assert "400 events beside 500 known ones" in said
    numbers = json.loads(out.read_text())
    assert verdict in numbers["verdict"] and numbers["trusted"] == (status == 0)
    assert numbers["different"] == bool(status) and 0 <= numbers["p_features"] <= 1
    results = json.loads((run / "results.json").read_text())
    assert results["uncertainty/alpha"] == 0.1  # of the run nothing has changed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--similar=nowhere"], "nowhere: no such file or folder"),
        (["--similar=few"], f"few: {LEAST - 1} events: {LEAST} are the least"),
        (["--similar=few", "--alpha=0.1"], "--similar takes no --alpha"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_line(
    run: Path,
    files: Path,
    words: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(files)
    assert main(["uncertainty", str(run), EVENTS, *words]) == 2
    lines = capsys.readouterr().err.splitlines()
    (line,) = [line for line in lines if line.startswith("workbench:")]
    assert said in line


def test_a_condition_is_compared_with_progress(reference: Reference) -> None:
    heard_of: list[tuple[str, float]] = []
    with heard(lambda what, part: heard_of.append((what, part))):
        found = reference.condition("dead-planes", 4.0, 300)
    assert heard_of[-1][1] == 1 and {what for what, _ in heard_of} >= {"simulate"}
    assert found.similarity.different and not found.trusted
    accuracy, coverage = found.truth
    assert accuracy.trials == coverage.trials == 300
    known, new = found.foreignness("outside (ViM)")
    assert len(known) == 250 and len(new) == 300 and new.mean() > known.mean()
    edges, shares = found.histogram("outside (ViM)")
    assert all(share.sum() == pytest.approx(1) for share in shares)
    assert edges[0] <= min(known.min(), new.min()) and len(edges) == len(shares[0]) + 1
    axes = foreignness(found).axes
    assert len(axes) == 4 and all(one.get_xlabel() for one in axes)
    rows = {row[0]: row for row in found.table().rows}
    low, high = (float(end) for end in rows["a classifier of inputs"][2].split(" – "))
    assert low < found.similarity.inputs.auc < high


def test_an_unknown_condition_names_the_known(reference: Reference) -> None:
    with pytest.raises(BadInput, match=r"no condition 'rain' of neutrino: there are"):
        reference.condition("rain", 1.0)


def test_known_events_promise_what_the_run_promised(reference: Reference) -> None:
    assert reference.promise.alpha == 0.1 and reference.sign == SIGN
    assert len(reference.known) == 500
    sets = reference.promise.sets(reference.known.probabilities)
    labels = reference.known.labels
    assert np.mean(sets[np.arange(500), labels]) == pytest.approx(0.9, abs=0.05)
