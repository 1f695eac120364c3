"""The figures draw every case, quietly, and show what they should."""

from collections.abc import Callable
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from workbench.tasks.neutrino import figures, published
from workbench.tasks.neutrino.events import TRUTH
from workbench.tasks.neutrino.plot import plot
from workbench.tasks.neutrino.segments import BOUNDS, Z_ORDER, segment_of


def event(columns: int = 50, channels: int = 1, seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    shapes = {"x": columns, "u": columns // 2, "v": columns // 2}
    return {
        key: rng.exponential(2.0, (channels, 127, width))
        * (rng.random((channels, 127, width)) < 0.02)
        for key, width in shapes.items()
    }


def truth_of(n: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    truth = np.zeros(n, TRUTH)
    truth["z"] = rng.uniform(4300, 6170, n)
    truth["segment"] = segment_of(truth["z"])
    truth["backward"], truth["secondary"] = rng.random((2, n)) < 0.2
    return truth


def chances(truth: np.ndarray, wrong: float = 0.2) -> np.ndarray:
    rng = np.random.default_rng(5)
    best = truth["segment"].copy()
    moved = rng.random(len(best)) < wrong
    best[moved] = rng.integers(0, 11, moved.sum())
    return 0.6 * np.eye(11)[best] + 0.4 * rng.dirichlet(np.ones(11), len(best))


def drawn(figure: Any) -> Figure:
    """Render it, so that whatever warns while drawing warns here."""
    assert isinstance(figure, Figure)
    figure.canvas.draw()
    return figure


def cells(figure: Figure) -> list[int]:
    """Hits drawn in each panel that has any."""
    return [
        len(c.get_paths())
        for axes in figure.axes
        for c in axes.collections
        if isinstance(c, PolyCollection) and c.get_array() is not None
    ][:3]


@pytest.mark.parametrize("columns", [50, 94])
@pytest.mark.parametrize("channels", [1, 2])
def test_every_strip_with_energy_is_drawn(columns: int, channels: int) -> None:
    sample = event(columns, channels)
    figure = drawn(plot(sample))
    assert cells(figure) == [(sample[key][0] > 0.15).sum() for key in "xuv"]


def test_prediction_truth_and_vertex_are_shown() -> None:
    truth = truth_of(1)[0]
    prediction = np.full(11, 0.02)
    prediction[2] = 0.8
    figure = drawn(plot(event() | {"truth": truth}, prediction))
    texts = [t.get_text() for axes in figure.axes for t in axes.texts]
    assert "80 %" in texts and [t for t in texts if t in map(str, Z_ORDER)] == [
        str(code) for code in Z_ORDER
    ]
    lines = [line.get_xdata()[0] for line in figure.axes[0].lines]
    assert pytest.approx(float(truth["z"])) in lines
    spans = [
        patch.get_x() for patch in figure.axes[0].patches if hasattr(patch, "get_x")
    ]
    assert pytest.approx(BOUNDS[2]) in spans  # target 2 begins there


def test_a_file_without_truth_is_drawn_without_vertex() -> None:
    figure = drawn(plot(event() | {"segment": 0xFF}, np.full(11, 1 / 11)))
    xs = [line.get_xdata()[0] for line in figure.axes[0].lines]
    assert sorted(xs) == pytest.approx(sorted(BOUNDS))


@pytest.mark.parametrize("empty", ["x", "u", "xuv"])
def test_an_empty_view_is_drawn(empty: str) -> None:
    sample = event()
    for key in empty:
        sample[key] = np.zeros_like(sample[key])
    drawn(plot(sample | {"z": 4500.0, "segment": 1}, np.eye(11)[1]))


@pytest.mark.parametrize("size", [0.0, 1.0])
def test_an_attribution_is_drawn(size: float) -> None:
    rng = np.random.default_rng(2)
    sample = event(channels=2)
    weights = {key: size * rng.normal(size=sample[key].shape) for key in "xuv"}
    figure = drawn(plot(sample, attribution=weights))
    assert min(cells(figure)) > 0


def test_tensors_are_drawn() -> None:
    torch = pytest.importorskip("torch")
    sample = {key: torch.as_tensor(value) for key, value in event().items()}
    drawn(plot(sample, torch.full((11,), 1 / 11)))


REPORT: dict[str, Callable[[np.ndarray, np.ndarray], Any]] = {
    "bars": lambda truth, p: figures.per_segment_bars(truth, p.argmax(1)),
    "confusion": lambda truth, p: figures.confusion(truth, p.argmax(1)),
    "residuals": lambda truth, p: figures.residuals(truth, p.argmax(1)),
    "calibration": figures.calibration,
    "gallery": lambda truth, p: figures.causes_gallery(truth, p, lambda row: event()),
}


@pytest.mark.parametrize("name", REPORT)
def test_the_report_draws(name: str) -> None:
    truth = truth_of(400)
    figure = drawn(REPORT[name](truth, chances(truth)))
    assert any(axes.has_data() for axes in figure.axes)


@pytest.mark.parametrize("name", REPORT)
@pytest.mark.parametrize("case", ["none wrong", "one class missing", "one event"])
def test_the_report_draws_edge_cases(name: str, case: str) -> None:
    truth = truth_of(1 if case == "one event" else 100)
    if case == "one class missing":
        truth = truth[truth["segment"] != 9]
    drawn(REPORT[name](truth, chances(truth, 0.0 if case == "none wrong" else 0.3)))


def test_published_marks_stand_at_the_published_numbers() -> None:
    truth = truth_of(300)
    axes = drawn(figures.per_segment_bars(truth, truth["segment"])).axes[0]
    heights = {
        line.get_label(): line.get_ydata()
        for line in axes.lines
        if len(line.get_xdata()) == 11
    }
    marks = [h for label, h in heights.items() if published.LABEL in str(label)]
    assert len(marks) == 2
    np.testing.assert_allclose(marks[0], [100 * published.PREVIOUS[c] for c in Z_ORDER])


def test_drawing_leaves_the_users_settings_and_figures_alone() -> None:
    before = dict(matplotlib.rcParams)
    truth = truth_of(50)
    drawn(plot(event(), np.full(11, 1 / 11)))
    drawn(figures.confusion(truth, truth["segment"]))
    assert dict(matplotlib.rcParams) == before
    assert not plt.get_fignums()
