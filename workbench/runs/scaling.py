"""How fast a training would be on more processes: a projection, not a measurement.

A step computes, averages the gradients over all processes, and waits for data. Part of
the averaging goes on while the backward pass computes: a stated share of the computing
can hide it. The time of an all-reduce of n bytes among p processes over a link of
latency α and bandwidth β is

    ring  2 (p - 1) α + 2 (p - 1) / p · n / β
    tree  2 log2(p) α + 2 (p - 1) / p · n / β

The ring moves the fewest bytes possible (Patarasuk & Yuan 2009,
doi:10.1016/j.jpdc.2008.09.002); so does recursive halving and doubling, which takes
fewer messages (Thakur, Rabenseifner & Gropp 2005, doi:10.1177/1094342005051521, with
log2(p) rounded up here where p is no power of two). Summing itself is not counted. On
nodes of several processes each node reduces and shares inside, and one piece of the
gradients for each of its processes goes through the node's link at the same time.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.errors import BadInput

Algorithm = Literal["ring", "tree"]
HIDDEN = 2 / 3  # of computing is the backward pass, beside which gradients can travel


@dataclass(frozen=True)
class Link:
    """What connects processes.

    Attributes:
        latency: Of a message in s.
        bandwidth: In bytes/s.
    """

    latency: float
    bandwidth: float


@dataclass(frozen=True)
class Step:
    """A training step of one process.

    Attributes:
        compute: Forward, backward and optimizer, s.
        data: Wait for the loader, s.
        gradient_bytes: What is averaged over all processes.
        fixed: Part of ``compute`` that a smaller batch does not make shorter, s.
    """

    compute: float
    data: float
    gradient_bytes: float
    fixed: float = 0.0


@dataclass(frozen=True)
class Cluster:
    """Nodes, all alike.

    Attributes:
        processes: Of each node.
        inside: The link between processes of a node.
        between: A node's link to others, shared by its processes.
        algorithm: Of the all-reduce between nodes and inside.
        overlap: Share of the computing beside which gradients travel, 0 to 1.
    """

    processes: int
    inside: Link
    between: Link
    algorithm: Algorithm = "ring"
    overlap: float = HIDDEN


@dataclass(frozen=True)
class Projected:
    """A projection for a number of processes.

    Attributes:
        processes: How many.
        step: Of one step, s.
        communication: What of it is averaging that computing does not hide, s.
        efficiency: Speed over that of so many single processes without exchange.
    """

    processes: int
    step: float
    communication: float
    efficiency: float


def all_reduce(size: float, processes: int, link: Link, algorithm: Algorithm) -> float:
    """Seconds to sum ``size`` bytes over processes, so that each has the sum."""
    if processes < 1:
        raise BadInput(f"processes {processes}: at least 1")
    messages = processes - 1
    if algorithm == "tree":
        messages = math.ceil(math.log2(processes))
    moved = (processes - 1) / processes * size
    return 2 * messages * link.latency + 2 * moved / link.bandwidth


def exchange(size: float, processes: int, cluster: Cluster) -> float:
    """Seconds to average gradients over full nodes, or over part of one.

    Raises:
        BadInput: more processes than a node has, and not full nodes.
    """
    inner = max(1, min(processes, cluster.processes))
    if processes % inner:
        raise BadInput(
            f"processes {processes}: fill nodes of {cluster.processes}: give a multiple"
        )
    algorithm = cluster.algorithm
    inside = all_reduce(size, inner, cluster.inside, algorithm)
    return inside + all_reduce(size, processes // inner, cluster.between, algorithm)


def weak(step: Step, cluster: Cluster, counts: Sequence[int]) -> list[Projected]:
    """Projected steps if every process keeps its batch."""
    return [_projected(step, n, cluster, shared=False) for n in counts]


def strong(step: Step, cluster: Cluster, counts: Sequence[int]) -> list[Projected]:
    """Projected steps if the global batch is kept, which ``step`` has alone."""
    return [_projected(step, n, cluster, shared=True) for n in counts]


def _projected(step: Step, processes: int, cluster: Cluster, shared: bool) -> Projected:
    """The step of processes that each have the batch of ``step``, or share it."""
    if not 0 <= cluster.overlap <= 1:
        raise BadInput(f"overlap {cluster.overlap}: a share of computing, 0 to 1")
    travel = exchange(step.gradient_bytes, processes, cluster)
    share = 1 / processes if shared else 1.0
    compute = step.fixed + share * (step.compute - step.fixed)
    shown = max(0.0, travel - cluster.overlap * compute)
    seconds = compute + share * step.data + shown
    done = share * processes * (step.compute + step.data)  # by single processes
    return Projected(processes, seconds, shown, done / (processes * seconds))
