"""The mathematics of the lessons, their code in plain torch, and their checks."""

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from tests.shown_code import ran
from workbench.errors import BadInput
from workbench.lessons import activations, check, convolution, landscape, sight
from workbench.lessons.convolution import Window
from workbench.lessons.courses import (
    BEALE,
    SADDLE,
    noisy,
    own_course,
    ravine,
    ravine_course,
)
from workbench.lessons.digits import TRAIN, digits, samples
from workbench.lessons.exercise import LESSONS
from workbench.lessons.optimisers import OPTIMISERS, PLAIN, SCALED, race
from workbench.lessons.questions import activations as of_activations
from workbench.lessons.questions import convolution as of_convolution
from workbench.lessons.questions import landscape as of_landscape
from workbench.lessons.questions import optimisers as of_optimisers
from workbench.lessons.questions import sight as of_sight
from workbench.lessons.steps import ACTIVE, Step, watching
from workbench.lessons.subject import Subject
from workbench.runs.run import Run

EVENTS = 256  # all validation events of the small run


@pytest.fixture(scope="module")
def plain() -> Subject:
    return digits(epochs=4)


@pytest.fixture(scope="module")
def normed() -> Subject:
    """With batch normalisation and skips."""
    return digits(skips=True, norm=True, epochs=2)


@pytest.fixture(scope="module")
def vertex(small_run: Path) -> Subject:
    return Subject.of(Run(small_run), "val", EVENTS)


# the learner's network


def test_the_small_network_learns_digits(plain: Subject) -> None:
    answer = plain.network(*plain.inputs.values()).argmax(1)
    assert (answer == plain.truth).float().mean() > 0.9
    assert len(plain) == 1797 - TRAIN and not plain.network.training


def test_a_runs_loss_is_the_one_it_logged(vertex: Subject, small_run: Path) -> None:
    logged = Run(small_run).curves()["val_loss"].values
    assert float(vertex.losses().mean()) == pytest.approx(min(logged), rel=1e-4)


def test_every_place_of_a_map_counts_but_those_left_out() -> None:
    truth = torch.tensor([[[0, 1], [1, -100]]])
    logits = torch.randn(1, 2, 2, 2)
    network = nn.Module()
    network.forward = lambda x: logits
    subject = Subject("map", network, {"x": logits}, truth, ("a", "b"))
    wanted = F.cross_entropy(logits, truth, ignore_index=-100)
    assert float(subject.losses()) == pytest.approx(float(wanted))


def test_a_run_that_is_not_there_is_named() -> None:
    with pytest.raises(BadInput, match="no run at nowhere"):
        Subject.of("nowhere")


# what a network does, step by step


def test_every_activation_is_met_with_its_layer(vertex: Subject) -> None:
    met: list[Step] = []
    with torch.no_grad(), watching(vertex.network, met.append):
        vertex.network(*vertex[:2].inputs.values())
    active = [step.layer for step in met if step.kind in ACTIVE]
    assert active[0] == "network.stem_side.look"
    assert "network.mix.1.near" in active and len(set(active)) == len(active)
    for step in met:
        assert torch.equal(step.again(step.given), step.made)


def test_an_activation_in_place_is_seen_as_it_was_before() -> None:
    network = nn.Sequential(nn.Linear(3, 4), nn.ReLU(inplace=True))
    met: list[Step] = []
    with torch.no_grad(), watching(network, met.append):
        network(torch.randn(50, 3))
    assert (met[1].given < 0).any() and (met[1].made >= 0).all()
    assert (met[1].again(met[1].given) == met[1].made).all()
    assert (met[1].given < 0).any()


# activation functions


def test_slopes_are_those_of_small_steps() -> None:
    x = torch.linspace(-4, 4, 97, dtype=torch.float64) + 0.013
    for function in activations.FUNCTIONS.values():
        slope = activations.value_and_slope(function, x)[1]
        rise = (function(x + 1e-6) - function(x - 1e-6)) / 2e-6
        assert torch.allclose(slope, rise, atol=1e-5)


def test_the_shown_code_gives_what_the_panel_says() -> None:
    for name, function in activations.FUNCTIONS.items():
        found = ran(of_activations.code(name, 2.5))
        share = activations.saturated(function, 2.5)
        assert float(found["saturated"]) == pytest.approx(share, abs=2e-4), name


def test_saturation_of_a_sigmoid_by_its_formula() -> None:
    share = activations.saturated(torch.sigmoid, 3.0)
    root = (1 - (1 - activations.FLAT) ** 0.5) / 2  # σ(1 − σ) = FLAT / 4
    edge = np.log((1 - root) / root)
    outside = 2 * torch.special.ndtr(torch.tensor(-edge / 3.0, dtype=torch.float64))
    assert share == pytest.approx(float(outside), abs=1e-3)


def test_ten_sigmoids_leave_less_than_a_millionth_as_foretold() -> None:
    left = activations.slopes_through(torch.sigmoid, 10, 1.0)
    assert left[-1] == 1 and left[0] < 1e-6
    assert of_activations.PREDICTIONS[0].right == 2


def test_a_dead_unit_is_found_and_a_lively_one_is_not() -> None:
    network = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2))
    with torch.no_grad():
        network[0].weight.copy_(torch.tensor([[1.0, 0], [0, 0], [0, 1]]))
        network[0].bias.copy_(torch.tensor([0.0, -1, 1e9]))
    x = torch.tensor([[-1.0, 0], [-2, 0], [3, 0]])
    subject = Subject("three", network, {"x": x}, torch.zeros(3).long(), ("a", "b"))
    (use,) = activations.uses(subject)
    assert use.layer == "0" and use.function == "relu"
    assert use.dead.tolist() == [[True, True, False]] * 2 + [[False, True, False]]
    assert [use.dead_after(n) for n in (1, 3)] == pytest.approx([2 / 3, 1 / 3])
    assert use.dead_curve().tolist() == pytest.approx([2 / 3, 2 / 3, 1 / 3])


def test_units_of_a_trained_run(vertex: Subject) -> None:
    found = activations.uses(vertex[:20])
    assert {use.dead.shape for use in found} == {(20, 64)}
    for use in found:
        curve = use.dead_curve()
        assert (curve.diff() <= 0).all()  # as the second prediction says
        assert ((use.flat >= 0) & (use.flat <= 1)).all()
    assert any(use.dead_after(1) > use.dead_after(20) for use in found)


# optimisers


@pytest.mark.parametrize("name", OPTIMISERS)
def test_the_race_is_torchs_own(name: str) -> None:
    course = ravine_course(0)
    rate = course.rates[name in SCALED]
    found = ran(of_optimisers.code(name, rate, course.start, 60))
    path = race(course, 60).paths[name]
    assert np.allclose(path, found["path"], atol=1e-9)


def test_turning_a_ravine_turns_only_the_ways_along_the_slope() -> None:
    straight = race(ravine_course(0), 60)
    turned = race(ravine_course(of_optimisers.TURN), 60)
    angle = np.deg2rad(of_optimisers.TURN)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    for name in OPTIMISERS:
        same = np.allclose(straight.paths[name] @ turn.T, turned.paths[name], atol=1e-6)
        assert same == (name in PLAIN), name


def test_tilts_of_all_events_add_up_to_nothing() -> None:
    points = torch.randn(5, 2, dtype=torch.float64)
    loss = noisy(ravine, 3.0)
    assert torch.allclose(loss(points, torch.arange(256)), ravine(points))
    assert not torch.allclose(loss(points, torch.arange(8)), ravine(points))


def test_a_small_batch_wanders_the_wider_the_larger_the_rate() -> None:
    course = ravine_course(0)

    def width(factor: float, batch: int | None) -> float:
        return float(race(course, 240, factor, batch).paths["SGD"][140:, 1].std())

    assert width(0.5, None) < 1e-6 < width(0.5, 64) < width(0.5, 1) < width(1.5, 1)
    assert of_optimisers.PREDICTIONS[1].right == 1


def test_an_overflow_ends_a_way_and_no_other() -> None:
    found = race(BEALE, 60, factor=10.0)
    lost = {name for name in OPTIMISERS if found.overflowed(name) is not None}
    assert "momentum" in lost and "Adam" not in lost
    for name in lost:
        step = found.overflowed(name)
        assert step is not None and np.isnan(found.paths[name][step:]).all()
        assert np.isfinite(found.paths[name][:step]).all()


def test_courses_are_what_their_formulas_say() -> None:
    for course in (ravine_course(30), SADDLE, BEALE):
        place = torch.tensor(course.lowest, dtype=torch.float64).requires_grad_()
        events = torch.arange(course.events)
        (slope,) = torch.autograd.grad(course.loss(place, events).sum(), place)
        assert slope.abs().max() < 1e-6, course.name
        assert course.floor <= course.heights(31).min() + 1e-9


def test_ones_own_loss_is_raced_on(plain: Subject) -> None:
    some = plain[:40]
    course = own_course(some, points=9)
    middle = torch.zeros(1, 2, dtype=torch.float64)
    rows = torch.tensor([3, 8])
    losses = some.losses()
    found = course.loss(middle, torch.arange(40))
    assert float(found) == pytest.approx(float(losses.mean()), rel=1e-5)
    few = course.loss(middle, rows)
    assert float(few) == pytest.approx(float(losses[rows].mean()), rel=1e-5)
    run = race(course, 100)
    assert run.losses["Adam"][-1] < run.losses["Adam"][0] / 2


# the loss around a network


def test_filters_of_a_direction_are_as_long_as_the_networks(vertex: Subject) -> None:
    way = landscape.direction(vertex, 0)
    several = 0
    for name, weight in vertex.weights.items():
        if weight.ndim < 2:
            assert not way[name].any(), name
            continue
        several += len(weight)
        assert torch.allclose(
            landscape.filters(way[name]), landscape.filters(weight), rtol=1e-4
        ), name
    assert several > 300
    whole = landscape.direction(vertex, 0, normalised=False)
    kept = [n for n, w in vertex.weights.items() if w.ndim > 1]
    assert landscape.length([whole[n] for n in kept]) == pytest.approx(
        landscape.length([vertex.weights[n] for n in kept]), rel=1e-4
    )


def test_the_middle_is_the_runs_loss(vertex: Subject, small_run: Path) -> None:
    logged = min(Run(small_run).curves()["val_loss"].values)
    ways = landscape.direction(vertex, 0), landscape.direction(vertex, 1)
    grid = landscape.around(vertex, ways, 0.5, 3).mean(0)
    assert float(grid[1, 1]) == pytest.approx(logged, rel=1e-4)
    assert float(grid[0, 0]) > logged


def test_the_same_function_has_the_same_landscape(plain: Subject) -> None:
    some, steps = plain[:60], [-0.5, 0.0, 0.7]
    other = landscape.rescaled(some, "look.0", "look.1", 4.0)
    inputs = tuple(some.inputs.values())
    assert torch.allclose(some.network(*inputs), other.network(*inputs), atol=1e-4)

    def line(subject: Subject, normalised: bool) -> torch.Tensor:
        way = landscape.direction(subject, 0, normalised)
        return landscape.along(subject, way, steps)

    assert torch.allclose(line(some, True), line(other, True), rtol=1e-3)
    assert not torch.allclose(line(some, False), line(other, False), rtol=0.1)
    assert of_landscape.PREDICTIONS[0].right == 1


def test_what_a_batch_norm_has_counted_stays(normed: Subject) -> None:
    before = {
        name: value.clone() for name, value in normed.network.state_dict().items()
    }
    ways = landscape.direction(normed, 0), landscape.direction(normed, 1)
    for name in normed.weights:
        if "norm" in name:
            assert not ways[0][name].any()
    grid = landscape.around(normed[:50], ways, 0.5, 3)
    assert torch.allclose(grid[:, 1, 1], normed[:50].losses(), atol=1e-5)
    assert torch.allclose(grid[:1, 1, 1], normed[:1].losses(), atol=1e-5)  # eval
    after = normed.network.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_the_shown_code_walks_the_same_line(plain: Subject) -> None:
    some = plain[:50]
    known = {"network": some.network, "truth": some.truth}
    found = ran(of_landscape.code(5), inputs=tuple(some.inputs.values()), **known)
    way = landscape.direction(some, 5)
    line = landscape.along(some, way, torch.linspace(-1, 1, 11).tolist())
    assert np.allclose(found["losses"], line, rtol=1e-3)


def test_a_cut_goes_through_the_points_of_the_grid() -> None:
    grid = torch.rand(9, 9)
    at = torch.linspace(-2, 2, 9, dtype=torch.float64)
    flat = landscape.cut(grid, 2.0, 0.0, at)
    up = landscape.cut(grid, 2.0, 90.0, at)
    assert torch.allclose(flat, grid[4].double(), atol=1e-6)
    assert torch.allclose(up, grid[:, 4].double(), atol=1e-6)
    grid[:, 6:] = 500.0  # a cliff beside small losses
    fine = landscape.cut(grid, 2.0, 0.0, torch.linspace(-2, 2, 99, dtype=torch.float64))
    assert fine.min() > 0.2 * grid[4].min() and fine.max() < 2000


def test_a_round_basin_has_its_radius() -> None:
    x = torch.linspace(-1, 1, 401)
    grid = (x**2 + x[:, None] ** 2) / 0.36
    assert landscape.basin(grid, 1.0) == pytest.approx(0.6, rel=0.01)


# convolution


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 2])
@pytest.mark.parametrize("dilation", [1, 2, 3])
def test_sizes_and_cells_are_those_of_torch(
    stride: int, padding: int, dilation: int
) -> None:
    window = Window(stride, padding, dilation)
    kernel = torch.randn(3, 3)
    found = window.over(convolution.IMAGE, kernel)
    size = convolution.out_size(7, 3, stride, padding, dilation)
    assert found.shape == (size, size)
    padded = F.pad(convolution.IMAGE, [padding] * 4)
    for row, column in ((0, 0), (size - 1, size - 1)):
        cells = window.cells(row, column)
        total = sum(
            weight * padded[cell]
            for weight, cell in zip(kernel.flatten(), cells, strict=True)
        )
        assert total == pytest.approx(float(found[row, column]), abs=1e-5)


def test_three_by_three_over_seven_by_seven() -> None:
    assert convolution.out_size(7) == 5
    first = of_convolution.PREDICTIONS[0]
    size = convolution.out_size(7, stride=2)
    assert first.choices[first.right] == f"{size} × {size}"
    found = ran(of_convolution.code("left edges", Window(2, 1, 1)))["answer"]
    kernel = convolution.KERNELS["left edges"]
    assert torch.equal(found, Window(2, 1, 1).over(convolution.IMAGE, kernel))


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_moves_by_whole_strides_are_kept_and_others_are_not(stride: int) -> None:
    layer = convolution.circular(convolution.KERNELS["left edges"], Window(stride))
    image = F.pad(convolution.IMAGE, (2, 3, 2, 3))[None, None]
    for shift in range(7):
        error = convolution.shift_error(layer, image, shift, stride)
        assert (error < 1e-6) == (shift % stride == 0)


def test_padding_breaks_what_a_circle_keeps() -> None:
    layer = convolution.circular(convolution.KERNELS["sum"], Window())
    layer.padding_mode = "zeros"
    image = torch.rand(1, 1, 12, 12, generator=torch.Generator().manual_seed(0))
    assert convolution.shift_error(layer, image, 1) > 0.01


@pytest.mark.parametrize(
    "layers",
    [[(3, 1, 1)] * 4, [(3, 2, 1), (3, 1, 2), (5, 1, 1)], [(7, 3, 1), (2, 2, 1)]],
)
def test_a_units_view_by_formula_and_by_gradient(
    layers: list[tuple[int, int, int]],
) -> None:
    slope = convolution.field_by_gradient(layers)
    seen = slope.nonzero().flatten()
    assert int(seen[-1] - seen[0]) + 1 == convolution.field_by_formula(layers)


def test_a_walk_counts_as_torch_does(plain: Subject, vertex: Subject) -> None:
    stages = convolution.walk(plain)
    first = stages[0]
    assert (first.layer, first.kind, first.given, first.made) == (
        "look.0",
        "conv2d",
        (1, 1, 8, 8),
        (1, 12, 8, 8),
    )
    assert first.window["padding"] == (1, 1) and first.flops == 2 * 9 * 12 * 64
    total = sum(p.numel() for p in plain.network.parameters())
    assert sum(stage.parameters for stage in stages) == total
    assert sum(s.flops for s in stages) == convolution.total_flops(plain)
    own = convolution.walk(vertex)
    counted = sum(stage.flops for stage in own)
    assert 0.5 < counted / convolution.total_flops(vertex) <= 1
    assert [s.layer for s in own][:1] == ["network.stem_side.look"]


# what layers see


def area(values: np.ndarray, positive: np.ndarray) -> float:
    pairs = values[positive][:, None] - values[~positive]
    return float((pairs > 0).mean() + (pairs == 0).mean() / 2)


def test_auroc_is_the_chance_of_the_right_order() -> None:
    draw = np.random.default_rng(1)
    values, positive = draw.integers(0, 9, (80, 3)), draw.random(80) < 0.4
    wanted = [area(column, positive) for column in values.T]
    assert sight.auroc(values, positive) == pytest.approx(wanted)


def test_the_best_of_many_is_lucky_where_it_was_chosen() -> None:
    draw = np.random.default_rng(2)
    positive = draw.random(400) < 0.5
    found = sight.detector("noise", draw.normal(size=(400, 2000)), positive)
    assert found.chosen > 0.6 > 0.58 > found.honest and found.searched == 2000
    assert of_sight.PREDICTIONS[0].right == 1


def test_a_detector_may_answer_less() -> None:
    positive = np.arange(40) % 4 < 2
    values = np.stack([np.zeros(40), -positive.astype(float)], 1)
    found = sight.detector("two", values, positive)
    assert (found.unit, found.sign, found.chosen, found.honest) == (1, -1, 1.0, 1.0)


def test_units_answer_as_the_network_does(plain: Subject) -> None:
    some = plain[:30]
    seen = sight.answers(some)["look.0"]
    with torch.no_grad():
        made = some.network.look[0](some.inputs["image"]).relu().amax((2, 3))
    assert np.allclose(seen, made, atol=1e-5)
    rows = sight.top(seen, 3, 5)
    assert seen[rows, 3].min() >= np.delete(seen[:, 3], rows).max()


def test_the_shown_code_gives_a_units_auroc(plain: Subject) -> None:
    some, inputs = plain[:100], tuple(plain[:100].inputs.values())
    known = {"network": some.network, "inputs": inputs, "truth": some.truth}
    found = ran(of_sight.code("look.1", 4, 7), **known)["auroc"]
    values = sight.answers(some)["look.1"]
    wanted = sight.auroc(values[:, [4]], some.truth.numpy() == 7)[0]
    assert found == pytest.approx(float(wanted), abs=1e-6)


def test_shuffled_weights_are_as_large_and_know_nothing(plain: Subject) -> None:
    other = sight.shuffled(plain)
    for name, weight in plain.weights.items():
        moved = other.weights[name]
        assert torch.allclose(weight.flatten().sort()[0], moved.flatten().sort()[0])
    assert float(other.losses().mean()) > 5 * float(plain.losses().mean())


def test_a_trained_run_has_units_and_filters(vertex: Subject) -> None:
    seen = sight.answers(vertex[:12])
    assert {values.shape for values in seen.values()} == {(12, 64)}
    name, weights = sight.filters(vertex)
    assert name == "network.stem_x.look" and weights.shape == (64, 5, 17)
    pixels = sight.pixels(vertex[:12])
    assert pixels.shape[1] == sum(v[0].numel() for v in vertex.inputs.values())


# exercises


def momentum(steps: int) -> list[list[float]]:
    w, v = np.array(ravine_course(0).start), np.zeros(2)
    path = [w.tolist()]
    for _ in range(steps):
        v = 0.9 * v + w * [1, 40]
        w = w - 0.02 * v
        path.append(w.tolist())
    return path


def by_loops(image: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    out = torch.zeros(image.shape[0] - 2, image.shape[1] - 2)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (image[i : i + 3, j : j + 3] * kernel).sum()
    return out


def normalise(weight: torch.Tensor, drawn: torch.Tensor) -> torch.Tensor:
    norms = [t.flatten(1).norm(dim=1)[:, None, None, None] for t in (weight, drawn)]
    return drawn * norms[0] / norms[1]


def cross_entropy(logits: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """As one writes it first: right, until a logit is large."""
    chance = logits.sigmoid()
    return -torch.where(truth == 1, chance, 1 - chance).log().mean()


def survives(logits: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    return -F.logsigmoid(torch.where(truth == 1, logits, -logits)).mean()


def chain(w: Any, b: Any, out: Any, x: Any) -> Any:
    return (out * (1 - torch.tanh(w @ x + b) ** 2)) @ w


def drawn(mean: Any, log_variance: Any, noise: Any) -> Any:
    return mean + (log_variance / 2).exp() * noise


def kl(mean: Any, log_variance: Any) -> Any:
    return (log_variance.exp() + mean**2 - 1 - log_variance).sum() / 2


SOLVED = [
    ("activations", 1, (0.0, 0.25)),
    ("activations", 2, lambda x: torch.where(x > 0, x, 0.1 * x)),
    ("activations", 3, 2**0.5),
    ("optimisers", 1, 0.05),
    ("optimisers", 2, momentum(20)),
    ("landscape", 1, normalise),
    ("convolution", 1, 2),
    ("convolution", 2, by_loops),
    ("convolution", 3, 14),
    ("sight", 1, area),
    ("sight", 2, 0.68),
    ("composition", 1, 1.386),
    ("composition", 2, survives),
    ("composition", 3, chain),
    ("roofline", 1, lambda n: n / 6),
    ("roofline", 2, lambda i, p, b: min(p, i * b)),
    ("roofline", 3, 11),
    ("gan", 1, drawn),
    ("gan", 2, kl),
    ("gan", 3, lambda logits: F.softplus(-logits).mean()),
]
WRONG = [
    ("activations", 1, (1.0, 0.25), "steepest"),
    ("activations", 1, "the middle", "cannot be used"),
    ("activations", 2, torch.relu, "−0.5"),
    ("activations", 3, 1.0, "too little"),
    ("optimisers", 1, 0.1, "longer than the one before"),
    ("optimisers", 1, 0.02, "larger"),
    ("optimisers", 2, momentum(10), "21 places"),
    ("optimisers", 3, "Lion", "give one of SGD"),
    ("landscape", 1, lambda w, d: d, "norm of found"),
    ("landscape", 1, lambda w, d: d * w.norm() / d.norm(), "each filter"),
    ("landscape", 2, -1.0, "mean loss"),
    ("convolution", 1, 1, "5 × 5"),
    ("convolution", 2, lambda i, k: by_loops(i, k.flip(0, 1)), "flipped"),
    ("convolution", 3, 9, "19 pixels"),
    ("convolution", 3, 20, "one layer fewer"),
    ("sight", 1, lambda v, p: area(-v, p), "other way round"),
    ("sight", 1, lambda v, p: (v[p][:, None] > v[~p]).mean(), "a half"),
    ("sight", 2, 0.5, "lucky"),
    ("sight", 2, 0.95, "less"),
    ("composition", 1, 2.0, "in bits"),
    ("composition", 1, 0.25, "−log of the chance"),
    ("composition", 2, cross_entropy, "until a logit is 1000"),
    ("composition", 2, lambda z, t: -survives(z, t), "the sign"),
    ("composition", 2, lambda z, t: 50 * survives(z, t), "give the mean"),
    ("composition", 2, lambda z, t: 0.0, "it should be"),
    ("composition", 3, lambda w, b, out, x: out @ w, "slope of tanh is missing"),
    ("composition", 3, lambda w, b, out, x: out, "two numbers"),
    ("composition", 3, lambda w, b, out, x: x, "random weights"),
    ("roofline", 1, lambda n: 2 * n / 3, "four bytes"),
    ("roofline", 1, lambda n: n / 12, "two operations"),
    ("roofline", 1, lambda n: 1.0, "for n = 64"),
    ("roofline", 2, lambda i, p, b: p, "0.5 FLOP a byte"),
    ("roofline", 3, 0, "at least one"),
    ("roofline", 3, 5, "left of the ridge"),
    ("roofline", 3, 64, "63 is enough"),
    ("gan", 1, lambda m, s, n: m[:3], "20 places"),
    ("gan", 1, lambda m, s, n: m + s.exp() * n, "the variance"),
    ("gan", 1, lambda m, s, n: m + s * n, "the logarithm"),
    ("gan", 1, lambda m, s, n: m, "deviation · noise"),
    ("gan", 2, lambda m, s: 1.0, "to itself"),
    ("gan", 2, lambda m, s: -kl(m, s), "the sign"),
    ("gan", 2, lambda m, s: 2 * kl(m, s), "a half"),
    ("gan", 2, lambda m, s: 0.0, "of means"),
    ("gan", 3, lambda logits: logits.sigmoid().neg().log1p().mean(), "log(1 − D)"),
    ("gan", 3, lambda logits: F.softplus(logits).mean(), "discriminator's"),
    ("gan", 3, lambda logits: 0.0, "it should be"),
]


@pytest.mark.parametrize(("lesson", "number", "answer"), SOLVED)
def test_a_right_answer_is_right(lesson: str, number: int, answer: Any) -> None:
    verdict = check(lesson, number, answer)
    assert verdict.right and repr(verdict) == "Right."


@pytest.mark.parametrize(("lesson", "number", "answer", "hint"), WRONG)
def test_a_wrong_answer_gets_a_hint(
    lesson: str, number: int, answer: Any, hint: str
) -> None:
    verdict = check(lesson, number, answer)
    assert not verdict.right and hint in verdict.says
    assert "<b>✘</b>" in verdict._repr_html_()


def test_exactly_the_race_knows_who_leaves_the_saddle_first() -> None:
    run = race(SADDLE, 200)
    away = {n: int((np.abs(p[:, 1]) > 0.5).argmax()) for n, p in run.paths.items()}
    left = {name: step or 201 for name, step in away.items()}
    for name in ("SGD", "RMSProp", min(left, key=left.__getitem__)):
        step = left[name]
        assert check("optimisers", 3, name).right == (step == min(left.values()))


def test_the_middle_of_the_picture_is_computed() -> None:
    subject = digits()[:200]
    assert check("landscape", 2, float(subject.losses().mean())).right


def test_an_unknown_exercise_is_refused() -> None:
    with pytest.raises(BadInput, match="no lesson 'loss': choose one of activations"):
        check("loss", 1, 0)
    with pytest.raises(BadInput, match="has no exercise 9: give a number from 1 to 3"):
        check("activations", 9, 0)


def test_every_question_has_choices_and_every_exercise_a_text() -> None:
    for lesson in LESSONS:
        asked: Any = import_module(f"workbench.lessons.questions.{lesson}")
        more = getattr(asked, "ABOUT_AUTOENCODERS", ())
        for prediction in (*asked.PREDICTIONS, *more):
            assert 0 <= prediction.right < len(prediction.choices) >= 2
        for exercise in asked.EXERCISES:
            assert exercise.text and exercise.expects


def test_the_digits_are_those_that_a_package_ships() -> None:
    images, truth = samples()
    assert images.shape == (1797, 1, 8, 8) and 0 <= images.min() < images.max() <= 1
    assert torch.bincount(truth).min() > 170
