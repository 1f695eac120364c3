"""Two networks on the same events."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.waiting import until
from tests.widgets import find
from workbench.errors import BadInput
from workbench.panels import Explain, Selection
from workbench.runs.run import open_run
from workbench.runs.trained import trained
from workbench.tasks.neutrino.segments import RANK
from workbench.uncertainty.answers import asked
from workbench.uncertainty.beside import Beside


@pytest.fixture(scope="module")
def other(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small run with a network that was shaken."""
    copy = shutil.copytree(small_run, tmp_path_factory.mktemp("other") / "other")
    torch.manual_seed(0)
    for path in (copy / "checkpoints").glob("*.ckpt"):
        kept = torch.load(path, weights_only=True)
        for name, value in kept["state_dict"].items():
            if name.endswith("weight") and value.is_floating_point():
                kept["state_dict"][name] = value * (1 + 0.2 * torch.randn_like(value))
        torch.save(kept, path)
    return copy


@pytest.fixture(scope="module")
def both(small_run: Path, other: Path) -> Selection:
    return Selection(str(small_run), beside=str(other))


@pytest.fixture(scope="module")
def panel(both: Selection) -> Iterator[Explain]:
    made = Explain(both)
    until(lambda: find(made, "wb-about"))
    yield made
    made.close()


def test_both_answer_the_same_events(both: Selection, other: Path) -> None:
    cohort = both.cohort
    found = cohort.beside
    assert found is not None and found.name == "other"
    batches = both.trained.data.test_dataloader()
    said = asked(trained(open_run(other)).model, batches, "segment", "test")
    assert np.array_equal(found.answered, said.logits.argmax(1))
    assert np.array_equal(found.right, said.logits.argmax(1) == said.labels)
    rows = cohort.rows(answer=10)
    ours, theirs, p = found.against(cohort.answered_rightly, rows)
    assert ours - theirs == cohort.right(rows).successes - found.rate(rows).successes
    assert ours > 0 and 0 < p <= 1
    assert found.against(found.right, rows) == (0, 0, 1.0)


def test_the_chance_is_that_of_a_fair_coin() -> None:
    right = np.array([True] * 9 + [False])
    beside = Beside("other", np.zeros(10, int), ~right, ("a", "b"))
    ours, theirs, p = beside.against(right, np.arange(10))
    assert (ours, theirs) == (9, 1)
    assert p == pytest.approx(2 * (1 + 10) / 2**10)  # 0 or 1 heads of 10, either way


def test_the_panel_tells_what_the_other_says(panel: Explain, both: Selection) -> None:
    cohort = both.cohort
    assert cohort.beside is not None
    said = find(panel, "wb-counted").value
    assert (
        f"by other: {cohort.right(both.rows).successes - _right(both):,} only" in said
    )
    differ = cohort.beside.answered != cohort.answered
    both.event = int(np.flatnonzero(differ)[0])
    names = cohort.trained.task.classes
    answer = names[cohort.beside.answered[both.event]]
    assert f"by other: <b>{answer}</b>" in find(panel, "wb-about").value
    find(panel, "wb-slice-outcome").value = "right"
    find(panel, "wb-slice-fact").value = "outcome of other"
    find(panel, "wb-slice-range").value = (0.0, 0.0)
    lost = cohort.answered_rightly & ~cohort.beside.right
    assert np.array_equal(np.sort(both.rows), np.flatnonzero(lost))
    both.where, both.outcome = {}, "all"


def _right(both: Selection) -> int:
    """Events that both answer rightly, and those that only the other does."""
    assert both.cohort.beside is not None
    return int((both.cohort.answered_rightly & both.cohort.beside.right).sum())


def test_wrong_answers_are_counted_by_how_far_they_are_off(
    panel: Explain, both: Selection
) -> None:
    cohort = both.cohort
    off, counts = cohort.offsets(np.arange(len(cohort)))
    wrong = cohort.answered[~cohort.answered_rightly]
    truth = cohort.answers.labels[~cohort.answered_rightly]
    assert counts.sum() == len(wrong) and counts[off == 0] == 0
    place = RANK[wrong] - RANK[truth]  # along z
    assert np.average(off, weights=counts) == pytest.approx(place.mean())
    (line,) = find(panel, "wb-offsets")._shown["lines"]
    assert np.array_equal(np.frombuffer(line["y"]), counts)
    both.outcome = "right"
    (line,) = find(panel, "wb-offsets")._shown["lines"]
    assert not np.frombuffer(line["y"]).any()
    both.outcome = "all"


def test_what_is_too_unsure_is_a_slice(panel: Explain, both: Selection) -> None:
    cohort = both.cohort
    find(panel, "wb-slice-outcome").value = "unanswered"
    assert len(both.rows) == round(0.1 * len(cohort))
    sure = np.delete(cohort.confidence, both.rows)
    assert cohort.confidence[both.rows].max() <= sure.min()
    both.unanswered = np.array([5, 7])  # as an operating point does
    assert sorted(both.rows) == [5, 7]
    assert "<b>2</b> of 500 test events" in find(panel, "wb-counted").value
    both.outcome = "all"


def test_a_run_on_other_events_is_refused(small_run: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(small_run, tmp_path / "apart")
    config = (copy / "config.yaml").read_text()
    assert "seed: 0" in config
    (copy / "config.yaml").write_text(config.replace("    seed: 0", "    seed: 77"))
    chosen = Selection(str(small_run), beside=open_run(copy))
    with pytest.raises(BadInput, match="apart was trained on other data"):
        _ = chosen.cohort
