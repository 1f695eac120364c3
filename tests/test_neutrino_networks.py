import math

import numpy as np
import pytest
import pytorch_lightning as pl
import torch
from torch.utils.data import DataLoader

from workbench.errors import BadInput
from workbench.tasks.neutrino.batches import UNKNOWN_CODE
from workbench.tasks.neutrino.model import OUTPUTS, VertexClassifier
from workbench.tasks.neutrino.networks import build, shape_of
from workbench.tasks.neutrino.networks.cells import cells, segment_of_codes
from workbench.tasks.neutrino.networks.inputs import Normalisation, example
from workbench.tasks.neutrino.networks.planes import PlaneNetwork, Planes
from workbench.tasks.neutrino.networks.stem import HitStem
from workbench.tasks.neutrino.networks.towers import TOWERS, Tower, TowerNetwork
from workbench.tasks.neutrino.optimizers import NesterovAdaGrad
from workbench.tasks.neutrino.segments import BOUNDS, plane_code_of, segment_of

SMALL = Planes(width=16, blocks=1, reach=(1, 3))
LOW = Tower(kernels=((8, 3),), side_kernels=((8, 5),), filters=(4,), pool=(8, 1))


def size(network: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def events(count: int = 64, channels: int = 1, seed: int = 0) -> dict:
    """A straight track from each vertex on; a second hit in the vertex's plane."""
    rng = np.random.default_rng(seed)
    views = example(50, channels, count)
    z = rng.uniform(4300, 6100, count)
    for event in range(count):
        first = max(0, plane_code_of(z[event : event + 1])[0] - 1)
        for plane in range(first, 100):
            view, column = ((1, 0, 2, 0)[plane % 4], plane // 2)
            if view:
                column //= 2
            strip = int(rng.integers(60, 64))
            views[view][event, 0, strip, column] = rng.uniform(1, 5)
            if channels == 2:
                views[view][event, 1, strip, column] = rng.normal(0, 5)
    return dict(zip("xuv", views, strict=True)) | {
        "segment": torch.from_numpy(segment_of(z).astype(np.int64)),
        "plane_code": torch.from_numpy(plane_code_of(z).astype(np.int64)),
        "index": torch.arange(count),
    }


def batches(batch: dict, size: int) -> DataLoader:
    rows = range(0, len(batch["index"]), size)
    parts = [{key: value[i : i + size] for key, value in batch.items()} for i in rows]
    return DataLoader(parts, batch_size=None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "channels", "outputs", "count"),
    [
        ("epsilon", 1, 11, 1_684_823),
        ("epsilon-x", 1, 11, 943_295),
        ("epsilon", 2, 11, 1_686_071),
        ("epsilon", 1, 67, 1_690_367),
    ],
)
def test_published_parameter_counts(
    name: str, channels: int, outputs: int, count: int
) -> None:
    assert size(build(shape_of(name), 50, channels, outputs)) == count


@pytest.mark.parametrize("name", ["planes", *TOWERS])
def test_every_network_answers_for_every_event(name: str) -> None:
    batch = events(3)
    network = build(shape_of(name), 50, 1, 11).eval()
    logits = network(batch["x"], batch["u"], batch["v"])
    assert logits.shape == (3, 11)
    assert torch.isfinite(logits).all()


def test_one_column_puts_views_where_they_stand() -> None:
    network = TowerNetwork(TOWERS["one-column"], 50, 1, 11)
    x, u, v = example(50, 1, 1)
    u[0, 0, 5, 3], v[0, 0, 6, 4] = 1.0, 2.0
    (image,) = network.images(x, u, v)
    assert image.shape == (1, 3, 127, 50)
    assert image[0, 1, 5, 6] == 1.0  # U stands before X planes 0, 2, 4 …
    assert image[0, 2, 6, 9] == 2.0  # V before X planes 1, 3, 5 …
    assert image.sum() == 3.0


def test_towers_begin_glorot_with_zero_bias() -> None:
    network = TowerNetwork(Tower(), 50, 1, 11)
    weight = network.towers[0][3].weight
    bound = math.sqrt(6 / ((12 + 20) * 7 * 3))
    assert 0.95 * bound < weight.abs().max() <= bound
    assert all((p == 0).all() for p in network.parameters() if p.ndim == 1)


@pytest.mark.parametrize("columns", [50, 94])
def test_cells_have_one_segment_and_one_code(columns: int) -> None:
    table = cells(columns)
    z = np.random.default_rng(0).uniform(4200, 7000, 20_000)
    cell = np.searchsorted(table.edges, z, side="right")
    assert (table.segment[cell] == segment_of(z)).all()
    assert (table.plane_code[cell] == plane_code_of(z)).all()
    pairs = table.plane * 3 + table.place
    assert len(np.unique(pairs)) == len(pairs)


@pytest.mark.parametrize("codes", [67, 174])
def test_plane_codes_add_up_to_segments(codes: int) -> None:
    z = np.random.default_rng(1).uniform(4200, 6172, 20_000)
    segment = segment_of_codes(codes)[plane_code_of(z, codes)]
    wrong = z[segment != segment_of(z)]
    assert len(segment_of_codes(codes)) == codes
    assert len(wrong) / len(z) < 0.012  # 1.3 mm at each bound, 9 mm after target 5
    assert np.abs(wrong[:, None] - BOUNDS).min(1).max() < 10


@pytest.mark.parametrize("channels", [1, 2])
def test_sparse_and_dense_stems_agree_with_their_gradients(
    channels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = events(4, channels)
    torch.manual_seed(0)
    network = build(SMALL, 50, channels, 11)
    assert isinstance(network, PlaneNetwork)
    results = []
    for dense in (False, True):
        if dense:
            monkeypatch.setattr(HitStem, "forward", HitStem.dense)
        views = [batch[view].clone().requires_grad_() for view in "xuv"]
        network.zero_grad()
        logits = network(*views)
        logits[:, 3].sum().backward()
        weights = [p.grad.clone() for p in network.parameters() if p.grad is not None]
        results.append([logits, *(view.grad for view in views), *weights])
    for sparse, dense in zip(*results, strict=True):
        assert sparse.abs().max() > 0
        torch.testing.assert_close(sparse, dense, rtol=1e-4, atol=1e-5)


def test_an_exported_network_gives_the_same_numbers() -> None:
    batch = events(4)
    network = build(SMALL, 50, 1, 11).eval()
    views = tuple(batch[view] for view in "xuv")
    with torch.no_grad():
        program = torch.export.export(network, views)
        torch.testing.assert_close(program.module()(*views), network(*views))


def test_an_event_without_hits_gets_an_answer() -> None:
    network = build(SMALL, 50, 1, 11)
    assert torch.isfinite(network(*example(50, 1, 2))).all()


def test_u_and_v_share_their_weights() -> None:
    network = build(SMALL, 50, 1, 11)
    assert isinstance(network, PlaneNetwork)
    batch = events(4)
    x, side, nothing = torch.zeros_like(batch["x"]), batch["u"], 0 * batch["v"]
    for views in ((x, side, nothing), (x, nothing, side)):
        network.zero_grad()
        network(*views).square().sum().backward()
        gradient = network.stem_side.look.weight.grad
        assert gradient is not None
        assert gradient.abs().max() > 0
    assert network.stem_x.look.weight is not network.stem_side.look.weight


def test_normalisation_keeps_empty_cells_empty() -> None:
    image = torch.tensor([[0.0, math.e - 1], [0.0, 10.0]])[None, :, None]
    got = Normalisation()(image)[0, :, 0]
    expected = torch.tensor([[0.0, 1.0], [0.0, math.asinh(1)]])
    torch.testing.assert_close(got, expected)


@pytest.mark.parametrize(
    ("network", "target"), [*((SMALL, target) for target in OUTPUTS), (LOW, "planes67")]
)
def test_training_steps_reduce_the_loss(network: object, target: str) -> None:
    torch.manual_seed(0)
    model = VertexClassifier(network, target)  # type: ignore[arg-type]
    batch = events()
    optimizer = torch.optim.Adam(model.parameters(), 2e-3)
    losses = []
    for _ in range(8):
        loss, segments = model.loss(batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.9 * losses[0]
    assert segments.shape == (64, 11)


def trainer(**changes: object) -> pl.Trainer:
    return pl.Trainer(
        accelerator="cpu",
        max_epochs=2,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        **changes,  # type: ignore[arg-type]
    )


@pytest.mark.filterwarnings("ignore:.*does not have many workers:UserWarning")
@pytest.mark.filterwarnings("ignore:.*isinstance.treespec, LeafSpec.*")
def test_checkpoint_carries_what_the_weights_need(tmp_path) -> None:
    model = VertexClassifier(SMALL, "planes67")
    run = trainer()
    run.fit(model, batches(events(), 32), batches(events(32, seed=1), 32))
    assert run.callback_metrics.keys() >= {"train_loss", "val_loss", "val_accuracy"}
    model.class_counts, model.fingerprint = list(range(11)), "abc"
    path = tmp_path / "model.ckpt"
    run.save_checkpoint(path, weights_only=True)
    stored = torch.load(path, weights_only=True)
    assert stored["about"]["channels"] == [["energy", "MeV"]]
    again = VertexClassifier.load_from_checkpoint(path, weights_only=True)
    assert again.class_counts == list(range(11))
    assert again.fingerprint == "abc"
    answers = run.predict(again, batches(events(32), 32), weights_only=True)
    assert answers is not None
    answer: dict = answers[0]  # type: ignore[assignment]
    assert answer["plane_probabilities"].shape == (32, 67)
    torch.testing.assert_close(answer["probabilities"].sum(1), torch.ones(32))
    run.test(again, batches(events(32), 32), verbose=False, weights_only=True)
    assert "test_accuracy" in run.callback_metrics


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("classes", ["a", "b"], "classes ['a', 'b'] do not fit"),
        ("channels", [["energy", "GeV"]], "channels [['energy', 'GeV']] do not fit"),
        ("x_columns", 94, "x_columns 94 do not fit this network's 50"),
        ("normalisation", {"energy_mev": 2.0}, "normalisation {'energy_mev': 2.0}"),
    ],
)
def test_what_does_not_fit_is_refused(key: str, value: object, text: str) -> None:
    model = VertexClassifier(SMALL)
    with pytest.raises(BadInput) as caught:
        model.on_load_checkpoint({"about": model.about() | {key: value}})
    assert str(caught.value).startswith("the checkpoint: ")
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_checkpoint_of_something_else_is_refused() -> None:
    with pytest.raises(BadInput, match="no description of its data"):
        VertexClassifier(SMALL).on_load_checkpoint({"state_dict": {}})


def test_unknown_networks_are_refused_by_name() -> None:
    with pytest.raises(BadInput, match="unknown network 'delta': choose one of planes"):
        shape_of("delta")  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="unexpected keyword argument 'depth'"):
        shape_of({"depth": 3})


def test_published_optimizer_follows_its_formula() -> None:
    parameter = torch.nn.Parameter(torch.tensor([[1.0, -2.0]]))
    optimizer = NesterovAdaGrad([parameter], lr=0.1, momentum=0.9, l2=0.01)
    value, total, velocity = np.array([1.0, -2.0]), np.zeros(2), np.zeros(2)
    for _ in range(3):
        optimizer.zero_grad()
        (parameter**2).sum().backward()
        optimizer.step()
        gradient = 2 * value + 2 * 0.01 * value
        total += gradient**2
        step = -0.1 * gradient / np.sqrt(total + 1e-6)
        velocity = 0.9 * velocity + step
        value = value + 0.9 * velocity + step
    np.testing.assert_allclose(parameter.detach().numpy()[0], value, rtol=1e-5)


def batch_of(count: int, **changes: torch.Tensor) -> dict[str, torch.Tensor]:
    return next(iter(batches(events(count), count))) | changes


@pytest.mark.parametrize("target", ["segment", "planes174"])
def test_unknown_plane_codes_teach_nothing(target) -> None:
    model = VertexClassifier(SMALL, target).eval()
    batch = batch_of(16)
    half = batch["plane_code"].clone()
    half[8:] = UNKNOWN_CODE
    wrong = half.clone()
    wrong[8:] = 3
    known = model.loss(batch | {"plane_code": half})[0]
    assert known != model.loss(batch | {"plane_code": wrong})[0]
    none = model.loss(batch | {"plane_code": torch.full_like(half, UNKNOWN_CODE)})[0]
    assert torch.isfinite(none)


def test_what_cannot_be_built_is_refused() -> None:
    with pytest.raises(BadInput, match=r"network.kernel 4: give an odd number"):
        Planes(kernel=4)
    with pytest.raises(BadInput, match="x_columns 51: the layouts have 50 or 94"):
        VertexClassifier(SMALL, x_columns=51)  # type: ignore[arg-type]


def test_a_checkpoint_without_its_description_is_refused() -> None:
    model = VertexClassifier(SMALL)
    about = model.about()
    del about["channels"]
    with pytest.raises(BadInput, match="its description lacks channels"):
        model.on_load_checkpoint({"about": about})
