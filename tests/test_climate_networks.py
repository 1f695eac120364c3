"""Networks on the sphere, losses, and checkpoints that must fit their data."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from workbench.errors import BadInput
from workbench.tasks.climate.evaluation.confusion import confusion, overlap
from workbench.tasks.climate.losses import LOSSES
from workbench.tasks.climate.model import Segmenter
from workbench.tasks.climate.networks import NETWORKS
from workbench.tasks.climate.networks.cgnet import CGNet
from workbench.tasks.climate.networks.deeplab import DeepLab
from workbench.tasks.climate.networks.inputs import Normalisation
from workbench.tasks.climate.networks.padding import SphereConv2d, pad
from workbench.tasks.climate.samples import LEFT_OUT
from workbench.tasks.climate.symmetries import mirrored
from workbench.tasks.climate.variables import NAMES

ONES = torch.ones(3)
ROWS = torch.ones(4, 1)


def weights(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())


def test_published_networks_have_their_published_size() -> None:
    assert weights(CGNet(4, 3)) == 494_232
    assert weights(CGNet(16, 3)) == 518_496
    assert weights(DeepLab(16, 3)) == 56_454_720


def on_sphere(lat: np.ndarray, lon: np.ndarray) -> torch.Tensor:
    """A smooth field, true beyond the poles too."""
    phi, place = np.radians(lat)[:, None], np.radians(lon)
    field = np.cos(phi) * np.cos(place - 1) + 0.5 * np.sin(phi)
    return torch.from_numpy(field)[None, None]


@pytest.mark.parametrize("beyond", [1, 3, 30])
def test_a_map_goes_on_beyond_its_edges(beyond: int) -> None:
    rows, columns = 13, 24
    lat, lon = np.linspace(-90, 90, rows), np.arange(columns) * 360 / columns
    wide = np.arange(-beyond, rows + beyond) * 180 / (rows - 1) - 90
    long = np.arange(-beyond, columns + beyond) * 360 / columns
    found = pad(on_sphere(lat, lon), beyond)
    torch.testing.assert_close(found, on_sphere(wide, long))


@pytest.mark.parametrize("beyond", [(1, 1), (2, 3), (0, 2), (5, 8), (7, 9)])
def test_what_goes_beyond_the_edges_has_its_gradient(beyond: tuple[int, int]) -> None:
    image = torch.randn(2, 2, 6, 8, dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: pad(x, *beyond), image)
    torch.testing.assert_close(pad(image, *beyond), pad(image.detach(), *beyond))


@pytest.mark.parametrize("stride", [1, 2])
def test_a_convolution_knows_no_date_line(stride: int) -> None:
    conv = SphereConv2d(2, 3, stride=stride).double()
    image = torch.randn(1, 2, 9, 16, dtype=torch.double)
    turned = conv(image.roll(4, 3))
    torch.testing.assert_close(turned, conv(image).roll(4 // stride, 3))


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_takes_any_grid_and_knows_no_date_line(name: Any) -> None:
    network = NETWORKS[name](3, 3).eval()
    with torch.no_grad():
        assert network(torch.randn(1, 3, 37, 50)).shape == (1, 3, 37, 50)
        image = torch.randn(1, 3, 32, 64)
        turned = network(image.roll(16, 3)).roll(-16, 3)
        torch.testing.assert_close(turned, network(image), atol=2e-4, rtol=1e-3)


def drawn() -> torch.Tensor:
    """Codes (2, 4, 6) with all classes and points that are left out."""
    mask = torch.zeros(2, 4, 6, dtype=torch.long)
    mask[0, 1, 1:3], mask[:, 2, 3:], mask[1, 0, :2] = 1, 2, LEFT_OUT
    return mask


def shares_of(mask: torch.Tensor) -> torch.Tensor:
    return torch.stack([mask == code for code in range(3)], 1).float()


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_is_small_where_all_is_right_and_blind_to_what_is_left_out(
    name: Any,
) -> None:
    shares = shares_of(drawn())
    right = (20 * shares).requires_grad_()
    loss = LOSSES[name](right, shares, ROWS, ONES)
    assert 0 <= loss < 0.01
    wrong = LOSSES[name](20 * shares.roll(1, 1), shares, ROWS, ONES)
    assert wrong > 0.5
    loss.backward()
    assert right.grad is not None and not right.grad[1, :, 0, :2].any()


def test_jaccard_is_one_less_the_overlap() -> None:
    mask = drawn()
    given = mask.clamp(min=0).roll(1, 2)
    logits = 60 * shares_of(given)
    counts = confusion(mask, given).sum(0)
    hit = counts.diagonal()
    expected = 1 - ((hit + 1) / (counts.sum(0) + counts.sum(1) - hit + 1)).mean()
    found = LOSSES["jaccard"](logits, shares_of(mask), ROWS, ONES)
    torch.testing.assert_close(found, expected)


def test_cross_entropy_is_torchs_own() -> None:
    logits, mask = torch.randn(2, 3, 4, 6), drawn()
    classes = torch.tensor([1.0, 9.0, 3.0])
    found = LOSSES["weighted-cross-entropy"](logits, shares_of(mask), ROWS, classes)
    own = nn.functional.cross_entropy(logits, mask, classes, ignore_index=LEFT_OUT)
    torch.testing.assert_close(found, own)


def test_people_who_disagree_are_met_half_way() -> None:
    model = Segmenter(people=True, loss="cross-entropy", area_weighted=False)
    labels = torch.stack([torch.ones(1, 4, 6), torch.full((1, 4, 6), 2)], 1).long()
    halves = model._shares({"labels": labels})
    assert halves[:, 1:].unique().tolist() == [0.5] and not halves[:, 0].any()
    with pytest.raises(BadInput, match=r"nobody drew in them: set --model\.people"):
        model._shares({"mask": drawn()})


def test_rain_is_read_on_a_logarithmic_scale() -> None:
    normalise = Normalisation(("TMQ", "PRECT"))
    image = torch.zeros(1, 2, 1, 3)
    image[0, 1, 0] = torch.tensor([0.0, 2e-9, 1e-5])
    seen = normalise(image)[0, 1, 0]
    assert seen[0] < seen[1] < seen[2] and seen.diff().max() < 8
    assert normalise(image)[0, 0, 0, 0].item() == pytest.approx(-19.21859 / 15.81723)


def test_overlap_of_a_class_that_is_nowhere_is_whole() -> None:
    assert overlap(torch.tensor([[3, 0, 1], [0, 0, 0], [1, 0, 1]])).tolist() == [
        pytest.approx(3 / 5),
        1.0,
        pytest.approx(1 / 3),
    ]


def test_north_and_south_change_places_with_the_wind() -> None:
    model = Segmenter(channels=["TMQ", "V850"])
    image = torch.arange(6.0).reshape(1, 2, 3, 1)
    assert mirrored(image, model.channels).flatten().tolist() == [2, 1, 0, -5, -4, -3]


def test_unknown_variables_and_weights_are_refused() -> None:
    with pytest.raises(BadInput, match="no variable RAIN: choose from TMQ, U850"):
        Segmenter(channels=["TMQ", "RAIN"])
    with pytest.raises(BadInput, match=r"class_weights .* give three of at least 0"):
        Segmenter(class_weights=[1.0, 2.0])


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("channels", [["TMQ", "kg/m2"]], r"type --model\.channels=\[TMQ\]"),
        ("channels", [[n, "cm"] for n in NAMES], "do not fit this network's"),
        ("classes", ["background", "storm"], "use the configuration"),
        ("normalisation", {"TMQ": [15.7, 3.9]}, "use the configuration"),
        ("network", "cgnet", "use the configuration"),
    ],
)
def test_a_checkpoint_that_does_not_fit_is_refused(
    key: str, value: Any, said: str, tmp_path: Path
) -> None:
    model = Segmenter()
    model.on_load_checkpoint({"about": model.about()})
    with pytest.raises(BadInput, match=said):
        model.on_load_checkpoint({"about": model.about() | {key: value}})
    with pytest.raises(BadInput, match="no description of its data"):
        model.on_load_checkpoint({})
