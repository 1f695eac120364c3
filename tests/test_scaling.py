"""The scaling projection at its limits."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import BadInput
from workbench.runs.scaling import (
    Algorithm,
    Cluster,
    Link,
    Step,
    all_reduce,
    exchange,
    strong,
    weak,
)

PERFECT = Link(0.0, math.inf)
COUNTS = [1, 2, 4, 8, 16, 64, 256, 1024, 4096]
seconds = st.floats(1e-4, 10)
links = st.builds(Link, st.floats(1e-7, 1e-3), st.floats(1e8, 1e12))
steps = st.builds(Step, seconds, st.floats(0, 1), st.floats(1e3, 1e10))
algorithms = st.sampled_from(["ring", "tree"])
clusters = st.builds(
    Cluster, st.sampled_from([1, 2, 4]), links, links, algorithms, st.floats(0, 1)
)


@given(steps, clusters)
def test_one_process_is_as_fast_as_itself(step: Step, cluster: Cluster) -> None:
    for project in (weak, strong):
        (alone,) = project(step, cluster, [1])
        assert alone.efficiency == pytest.approx(1) and alone.communication == 0
        assert alone.step == pytest.approx(step.compute + step.data)


@given(steps)
def test_a_perfect_link_costs_nothing(step: Step) -> None:
    cluster = Cluster(1, PERFECT, PERFECT, overlap=0.0)
    for project in (weak, strong):
        for found in project(step, cluster, COUNTS):
            assert found.efficiency == pytest.approx(1)


@given(steps, clusters, st.floats(0, 1))
def test_more_processes_are_never_more_efficient(
    step: Step, cluster: Cluster, fixed: float
) -> None:
    part = Step(step.compute, step.data, step.gradient_bytes, fixed * step.compute)
    counts = [n for n in COUNTS if n == 1 or n % cluster.processes == 0]
    for project in (weak, strong):
        values = [found.efficiency for found in project(part, cluster, counts)]
        assert all(later <= earlier * (1 + 1e-9) for earlier, later in pairwise(values))


@given(steps, clusters)
def test_better_links_and_more_overlap_are_never_slower(
    step: Step, cluster: Cluster
) -> None:
    fast = Link(cluster.between.latency / 2, cluster.between.bandwidth * 2)
    better = [
        Cluster(cluster.processes, cluster.inside, fast, cluster.algorithm, 0.0),
        Cluster(cluster.processes, fast, fast, cluster.algorithm, 1.0),
    ]
    plain = Cluster(
        cluster.processes, cluster.between, cluster.between, cluster.algorithm, 0.0
    )
    (now,) = weak(step, plain, [64])
    assert weak(step, better[1], [64])[0].step <= now.step * (1 + 1e-9)
    slow_inside = Cluster(
        cluster.processes, cluster.inside, cluster.between, cluster.algorithm, 0.0
    )
    (now,) = weak(step, slow_inside, [64])
    assert weak(step, better[0], [64])[0].step <= now.step * (1 + 1e-9)


def test_fixed_time_bounds_strong_scaling() -> None:
    cluster = Cluster(1, PERFECT, PERFECT)
    (found,) = strong(Step(1.0, 0.0, 1e6, fixed=0.1), cluster, [1000])
    assert 1.0 / found.step == pytest.approx(1 / (0.1 + 0.9 / 1000))  # Amdahl's law


@pytest.mark.parametrize(("algorithm", "messages"), [("ring", 2 * 7), ("tree", 2 * 3)])
def test_an_all_reduce_takes_what_its_formula_says(
    algorithm: Algorithm, messages: int
) -> None:
    assert all_reduce(8e9, 8, Link(0.5, math.inf), algorithm) == messages * 0.5
    assert all_reduce(8e9, 8, Link(0.0, 1e9), algorithm) == pytest.approx(14)
    assert all_reduce(8e9, 1, Link(0.5, 1e9), algorithm) == 0


def test_a_node_shares_its_link() -> None:
    inside, between = Link(0.0, 4e9), Link(0.0, 1e9)
    cluster = Cluster(4, inside, between)
    assert exchange(1e9, 4, cluster) == pytest.approx(2 * 0.75 / 4)
    assert exchange(1e9, 8, cluster) == pytest.approx(2 * 0.75 / 4 + 2 * 0.5)


def test_what_cannot_be_projected_is_one_line() -> None:
    step = Step(1.0, 0.0, 1e6)
    with pytest.raises(BadInput, match="processes 6: fill nodes of 4: give a multiple"):
        weak(step, Cluster(4, PERFECT, PERFECT), [6])
    with pytest.raises(BadInput, match="processes 0: at least 1"):
        weak(step, Cluster(4, PERFECT, PERFECT), [0])
    with pytest.raises(BadInput, match=r"overlap 1\.5: a share of computing, 0 to 1"):
        weak(step, Cluster(4, PERFECT, PERFECT, overlap=1.5), [4])
