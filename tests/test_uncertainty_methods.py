"""Ways to ask a network more than once: against cases done by hand."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import workbench
from workbench.errors import BadInput
from workbench.evidence import Evidence
from workbench.runs.run import open_run
from workbench.runs.trained import Trained, trained
from workbench.tasks.neutrino.model import VertexClassifier
from workbench.tasks.neutrino.strips import cell_of
from workbench.tasks.neutrino.symmetries import SYMMETRIES
from workbench.uncertainty.answers import Answers, asked, asked_often, once
from workbench.uncertainty.calibration import nll
from workbench.uncertainty.decomposition import Doubt, doubt_table, entropy
from workbench.uncertainty.dropout import PASSES, dropout
from workbench.uncertainty.laplace import DRAWS, laplace
from workbench.uncertainty.last_layer import LastLayer
from workbench.uncertainty.turned import changed
from workbench.uncertainty.ways import way, ways


def test_doubt_adds_up_and_is_shared_by_equal_members() -> None:
    sure, torn = np.array([[1.0, 0.0]]), np.array([[0.5, 0.5]])
    apart = Doubt.of(np.stack([sure, sure[:, ::-1]]))  # each sure, of another class
    assert apart.total == pytest.approx(np.log(2))
    assert apart.aleatoric == pytest.approx(0)
    assert apart.epistemic == pytest.approx(np.log(2))
    alike = Doubt.of(np.stack([torn, torn, torn]))
    assert alike.aleatoric == pytest.approx(np.log(2))
    assert alike.epistemic == pytest.approx(0)
    half = Doubt.of(np.stack([sure, torn]))  # by hand: H(3/4) − H(1/2) / 2
    by_hand = entropy(np.array([0.75, 0.25])) - np.log(2) / 2
    assert half.epistemic == pytest.approx(by_hand)


def test_epistemic_doubt_falls_as_members_agree() -> None:
    draw = np.random.default_rng(0)
    middle, own = draw.normal(size=(500, 4)), draw.normal(size=(5, 500, 4))
    labels = draw.integers(4, size=500)
    found = []
    for apart in (2.0, 1.0, 0.5, 0.0):
        members = [Answers(middle + apart * each, labels) for each in own]
        doubt = Doubt.of(np.stack([one.probabilities for one in members]))
        np.testing.assert_allclose(doubt.total, doubt.aleatoric + doubt.epistemic)
        found.append(doubt.epistemic.mean())
    assert found == sorted(found, reverse=True) and found[-1] == pytest.approx(0)
    (row,) = doubt_table({"5 members": members}).rows
    assert float(row[1]) == pytest.approx(float(row[2])) and row[3] == "0.0000"


class Plain(nn.Module):
    """A softmax of weighted inputs, as Lightning calls it."""

    device = torch.device("cpu")

    def __init__(self, inputs: int, classes: int) -> None:
        super().__init__()
        self.last = nn.Linear(inputs, classes)

    def predict_step(self, batch: Any, step: int) -> dict[str, torch.Tensor]:
        return {"probabilities": self.last(batch["x"]).softmax(1)}

    def transfer_batch_to_device(self, batch: Any, *_: Any) -> Any:
        return batch


class Table:
    """Events in memory, as a data module gives them."""

    batch_size = 64

    def __init__(self, x: torch.Tensor, y: torch.Tensor, val: int) -> None:
        self.x, self.y, self.val = x, y, val

    def bounds(self, split: str) -> tuple[int, int]:
        cut = len(self.x) - self.val
        return (0, cut) if split == "train" else (cut, len(self.x))

    @property
    def batches(self) -> Any:
        return self

    def __getitem__(self, rows: np.ndarray) -> dict[str, torch.Tensor]:
        return {"x": self.x[rows], "label": self.y[rows]}


def plain(events: int, seed: int = 0) -> Trained:
    """A network and events that it has learned: three classes by four numbers."""
    torch.manual_seed(seed)
    model, x = Plain(4, 3), torch.randn(events + 500, 4)
    truth = torch.tensor([[2.0, 0, 0, 0], [0, 2.0, 0, 0], [0, 0, 0, 0]])
    y = (x @ truth.T).softmax(1).multinomial(1)[:, 0]
    learn = torch.optim.LBFGS(model.parameters(), max_iter=60)

    def loss() -> torch.Tensor:
        learn.zero_grad()
        found = nn.functional.cross_entropy(model.last(x[:events]), y[:events])
        found.backward()
        return found

    learn.step(loss)
    task: Any = replace(workbench.load("neutrino"), inputs=("x",), target="label")
    nothing: Any = None
    evidence = Evidence({}, {}, lambda m: m.last, nothing, nothing)
    return Trained(replace(task, evidence=evidence), model, Table(x, y, 500), {})


def test_slopes_of_a_softmax_are_those_on_paper() -> None:
    """d log p_k / dw_oj = (δ_ko − p_o) x_j."""
    ready = plain(100)
    batch = ready.data[np.arange(5)]
    slopes, chances = LastLayer(ready.model, ready.model.last).slopes(batch, 0)
    x = torch.cat([batch["x"], torch.ones(5, 1)], 1)
    away = torch.eye(3)[None] - chances[:, None]  # (B, K, O)
    by_hand = torch.einsum("bko,bf->bkof", away, x).flatten(2)
    torch.testing.assert_close(slopes, by_hand, atol=1e-5, rtol=1e-4)


def test_laplace_has_the_curvature_of_the_loss_and_narrows_with_events() -> None:
    few, many = (laplace(plain(events)) for events in (100, 3000))
    ready = plain(100)
    x = torch.cat([ready.data.x[:100], torch.ones(100, 1)], 1).double()

    def loss(weights: torch.Tensor) -> torch.Tensor:
        logits = x @ weights.view(3, 5).T
        labels = ready.data.y[:100]
        return nn.functional.cross_entropy(logits, labels, reduction="sum")

    last = LastLayer(ready.model, ready.model.last)
    curved = torch.autograd.functional.hessian(loss, last.weights)
    values = torch.linalg.eigvalsh(curved).clamp(min=0)  # exact: a softmax of W x
    torch.testing.assert_close(few.curvature, values, atol=1e-3, rtol=1e-3)
    wide, narrow = (one.weights(400).std(0).mean() for one in (few, many))
    assert narrow < wide


def test_draws_are_repeated_and_where_the_prior_is_tight_nothing_moves() -> None:
    ready = plain(100)
    found = laplace(ready)
    batch = ready.data[np.arange(6)]
    one, other = (found.ask(ready.model, batch, 0) for _ in range(2))
    assert one.shape == (DRAWS, 6, 3)
    torch.testing.assert_close(one, other)
    assert one.std(0).max() > 1e-3
    tight = replace(found, precision=1e12).ask(ready.model, batch, 0)
    alone = ready.model.predict_step(batch, 0)["probabilities"]
    torch.testing.assert_close(tight.mean(0), alone, atol=1e-4, rtol=1e-3)


@pytest.fixture(scope="module")
def ready(small_run: Path) -> Trained:
    """The small run's network and its data."""
    found = trained(open_run(small_run))
    found.data.prepare_data()
    found.data.setup("test")
    return found


def test_what_follows_the_last_layer_is_done_anew_for_every_draw(
    ready: Trained,
) -> None:
    batch = next(iter(ready.data.test_dataloader()))
    last = LastLayer(ready.model, ready.model.network.judge)
    sets = torch.stack([last.weights, 1.1 * last.weights])
    found = last.answers(sets, batch, 0)
    with torch.no_grad():
        for chances, scale in zip(found, (1.0, 1.1), strict=True):
            layer = ready.model.network.judge
            before = [layer.weight.clone(), layer.bias.clone()]
            layer.weight.mul_(scale), layer.bias.mul_(scale)
            by_hand = ready.model.predict_step(batch, 0)["probabilities"]
            layer.weight.copy_(before[0]), layer.bias.copy_(before[1])
            torch.testing.assert_close(chances, by_hand, atol=1e-5, rtol=1e-4)


def test_towers_answer_in_parts_that_are_put_together_right() -> None:
    torch.manual_seed(0)
    model = VertexClassifier("one-view").eval()
    views = [torch.rand(60, 1, 127, w) for w in (50, 25, 25)]  # two parts of 50 and 10
    batch = dict(zip("xuv", views, strict=True))
    last = LastLayer(model, model.network.head[-1])  # type: ignore[index]
    one, other = last.answers(torch.stack([last.weights] * 2), batch, 0)
    with torch.no_grad():
        alone = model.predict_step(batch, 0)["probabilities"]
    torch.testing.assert_close(one, alone, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(other, alone, atol=1e-5, rtol=1e-4)


def test_dropout_draws_and_leaves_the_network_as_it_was() -> None:
    torch.manual_seed(0)
    model = VertexClassifier("one-view").eval()
    views = [torch.rand(4, 1, 127, w) for w in (50, 25, 25)]
    batch, ask = dict(zip("xuv", views, strict=True)), dropout(model)
    with torch.no_grad():
        alone = model.predict_step(batch, 0)["probabilities"]
        found, again = ask(model, batch, 0), dropout(model)(model, batch, 0)
        after = model.predict_step(batch, 0)["probabilities"]
    assert found.shape == (PASSES, 4, 11) and found.std(0).max() > 1e-4
    torch.testing.assert_close(found, again)
    torch.testing.assert_close(alone, after)


def test_what_a_network_does_not_offer_is_said(ready: Trained) -> None:
    with pytest.raises(BadInput, match="no layer of the network drops out"):
        ways(ready, ["dropout"])
    with pytest.raises(BadInput, match="no method 'swag': choose from laplace, dro"):
        way("swag", ready)
    found, refused = ways(replace(ready, task=replace(ready.task, symmetries={})), None)
    assert [one.name for one in found] == ["last-layer Laplace"]
    assert set(refused) == {"MC dropout", "symmetries averaged"}
    with pytest.raises(BadInput, match="the last layer is a Conv2d"):
        LastLayer(ready.model, nn.Conv2d(1, 1, 1))


def test_ways_are_asked_about_events(ready: Trained) -> None:
    found, refused = ways(ready, None)
    assert list(refused) == ["MC dropout"]
    batches = ready.data.test_dataloader()
    alone = asked(ready.model, batches, "segment", "test")
    for one, passes in zip(found, (1, 2), strict=True):
        members = one(ready, batches, "test")
        assert one.passes == passes
        mean = Answers.pooled(members)
        assert np.array_equal(mean.labels, alone.labels)
        lost = nll(mean.probabilities, mean.labels).mean()
        each = [nll(m.probabilities, m.labels).mean() for m in members]
        assert lost < np.mean(each)  # as Jensen says
    first = asked_often(ready.model, batches, "segment", "test", once)[0]
    np.testing.assert_allclose(first.logits, alone.logits)


def test_a_turned_truth_lies_in_the_turned_cells() -> None:
    draw = np.random.default_rng(0)
    (turn,) = SYMMETRIES.values()
    for x, y, z in draw.uniform((-700, -700, 4500), (700, 700, 5900), (20, 3)):
        views = [torch.zeros(1, 1, 127, width) for width in (50, 25, 25)]
        for view, image in enumerate(views):
            image[0, 0][cell_of(view, x, y, z)] = 1
        for view, image in enumerate(turn.there(None, views)):
            strip, column = np.argwhere(image[0, 0].numpy())[0]
            assert (strip, column) == cell_of(view, -x, -y, z)


def test_turned_events_are_answered_as_well(ready: Trained) -> None:
    right: dict[str, list[np.ndarray]] = {"": [], **{name: [] for name in SYMMETRIES}}
    with torch.no_grad():
        for batch in ready.data.test_dataloader():
            for name, kept in right.items():
                new = batch
                if name:
                    new = changed(ready.task, SYMMETRIES[name], ready.model, batch)
                said = ready.model.predict_step(new, 0)["probabilities"].argmax(1)
                kept.append((said == batch["segment"]).numpy())
    plain, *others = (np.concatenate(each).astype(float) for each in right.values())
    for each in others:
        less = plain - each  # paired: the same events
        assert less.mean() < 3 * less.std() / np.sqrt(len(less)) + 1e-9


def test_changes_that_are_done_twice_undo_themselves() -> None:
    torch.manual_seed(0)
    views: Sequence[torch.Tensor] = [torch.rand(2, 1, 127, w) for w in (50, 25, 25)]
    for symmetry in SYMMETRIES.values():
        back = symmetry.there(None, symmetry.there(None, views))
        assert all(map(torch.equal, views, back))
