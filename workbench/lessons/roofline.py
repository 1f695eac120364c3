"""What a machine can do at most, measured, and what a network's layers make of it.

Williams, Waterman and Patterson (2009), Roofline, Communications of the ACM 52, 65.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import torch
from torch.utils.flop_counter import FlopCounterMode

from workbench.lessons.steps import ACTIVE, Step, watching
from workbench.lessons.subject import Subject
from workbench.progress import with_progress

BYTES = 4  # of a number in single precision
CACHE = 32 << 20  # bytes, where the system does not say
LEAST, MOST = 16 << 20, 128 << 20  # bytes of an array that no cache should hold
HELD = {  # bytes of arrays that a cache holds: the smallest wait for the call itself
    "cpu": (64 << 10, 256 << 10, 1 << 20),
    "cuda": (2 << 20, 8 << 20),
}
SIDE = {"cpu": 1024, "cuda": 8192}  # of the matrices of the peak
SECONDS = 0.4  # of each measurement
ROUNDS = 3  # at least
BATCHES = (1, 4, 16, 64, 256)
SLOW = 1.0  # seconds of a forward pass beyond which no larger batch is tried


@dataclass(frozen=True)
class Roof:
    """What a machine does at most.

    Attributes:
        name: Of the machine.
        peak: FLOP/s of a product of large matrices.
        bandwidth: Byte/s from memory and back.
        cache: Byte/s of arrays that stay in the cache; ``None`` if not known.
        call: Seconds of the smallest operation; ``None`` if not known.
    """

    name: str
    peak: float
    bandwidth: float
    cache: float | None = None
    call: float | None = None

    @property
    def ridge(self) -> float:
        """FLOP a byte from which on arithmetic is the limit, not memory."""
        return self.peak / self.bandwidth

    def at(self, intensity: float) -> float:
        """FLOP/s at most, at so many FLOP a byte of memory."""
        return min(self.peak, intensity * self.bandwidth)


LECTURED = (
    Roof("Core i7-7700K, 4 cores (2017)", 540e9, 35e9),
    Roof("RTX 2080 Ti (2018)", 13.4e12, 616e9),
)  # as M. Mustafa's overview lecture (NERSC, July 2019) has them, after CS231n


def devices() -> list[str]:
    """Where layers can run: the processor, and a GPU if torch sees one."""
    return ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


def name_of(device: str) -> str:
    """The device, as people call it."""
    if device == "cuda":
        return torch.cuda.get_device_name()
    threads = torch.get_num_threads()
    return f"processor, {threads} thread{'s' if threads > 1 else ''}"


def times(call: Callable[[], object], device: str, seconds: float) -> list[float]:
    """Seconds of one call after another, for so long; the first does not count."""
    call()
    _wait(device)
    took: list[float] = []
    end = time.perf_counter() + seconds
    while len(took) < ROUNDS or time.perf_counter() < end:
        begun = time.perf_counter()
        call()
        _wait(device)
        took.append(time.perf_counter() - begun)
    return took


def _wait(device: str) -> None:
    """Until a GPU has done what it was told."""
    if device == "cuda":
        torch.cuda.synchronize()


def last_cache() -> int:
    """Bytes of the largest cache of the processor."""
    places = Path("/sys/devices/system/cpu/cpu0/cache").glob("index*/size")
    sizes = [place.read_text().strip() for place in places]
    units = {"K": 10, "M": 20, "G": 30}
    known = [int(size[:-1]) << units[size[-1]] for size in sizes if size[-1:] in units]
    return max(known, default=CACHE)


def triad(size: int, device: str, seconds: float = SECONDS) -> float:
    """Byte/s of a = b + s c over arrays of a size in bytes, the best of many.

    Two are read and one is written, three numbers an operation, as McCalpin's STREAM
    counts (1995); what a processor fetches before it writes is not counted.
    """
    a, b, c = (torch.ones(size // BYTES, device=device) for _ in range(3))
    best = min(times(lambda: torch.add(b, c, alpha=3.0, out=a), device, seconds))
    return 3 * a.numel() * BYTES / best


def product(side: int, device: str, seconds: float = SECONDS) -> float:
    """FLOP/s of a product of two square matrices, the best of many."""
    a, b = (torch.rand(side, side, device=device) for _ in range(2))
    best = min(times(lambda: torch.mm(a, b), device, seconds))
    return 2 * side**3 / best


def measured(device: str = "cpu", seconds: float = SECONDS) -> Roof:
    """The roof of this machine, in single precision with what torch does for it.

    Args:
        device: ``cpu`` or ``cuda``.
        seconds: Of each of the four measurements.
    """
    size = MOST
    if device == "cpu":
        size = min(MOST, max(LEAST, 4 * last_cache()))
    one = torch.ones(1, device=device)
    return Roof(
        name_of(device),
        product(SIDE[device], device, seconds),
        triad(size, device, seconds),
        max(triad(held, device, seconds / 3) for held in HELD[device]),
        median(times(lambda: torch.add(one, one), device, seconds / 4)),
    )


@dataclass(frozen=True)
class Layer:
    """What a layer does for a batch.

    Attributes:
        name: Whose weights it uses; of an activation, those used before it.
        kind: Of torch's function.
        flops: Operations, a multiplication and an addition being two. Of convolutions
            and products as torch counts them; of activations one a number made.
        read: Bytes of what it is given and of what it makes, each moved once.
        weights: Bytes of weights and biases, read once for the whole batch.
        seconds: The median of several calls, what it needs being at hand.
    """

    name: str
    kind: str
    flops: float
    read: float
    weights: float
    seconds: float

    @property
    def bytes(self) -> float:
        """All that must be moved at least."""
        return self.read + self.weights

    @property
    def intensity(self) -> float:
        """FLOP a byte."""
        return self.flops / self.bytes

    @property
    def rate(self) -> float:
        """FLOP/s."""
        return self.flops / self.seconds

    @property
    def active(self) -> bool:
        """Whether it is an activation."""
        return self.kind in ACTIVE

    def intensity_at(self, factor: float) -> float:
        """FLOP a byte with a batch so many times as large."""
        return self.flops * factor / (self.read * factor + self.weights)


@dataclass(frozen=True)
class Pass:
    """A forward pass of a batch.

    Attributes:
        batch: Events in it.
        layers: Its convolutions, linear layers and activations, in order.
        seconds: Of the whole pass, with all that lies between them.
    """

    batch: int
    layers: tuple[Layer, ...]
    seconds: float


def passed(subject: Subject, batch: int, device: str, seconds: float = 0.02) -> Pass:
    """Measure each layer with a batch of a size; events come again if there are few.

    Args:
        subject: The network and its events.
        batch: How many events at once.
        device: ``cpu`` or ``cuda``.
        seconds: Of each layer's measurement, but at least three calls.
    """
    rows = torch.arange(batch) % len(subject)
    network = subject.network.to(device)
    inputs = tuple(value[rows].to(device) for value in subject.inputs.values())
    found: list[Layer] = []

    def heed(step: Step) -> None:
        made = step.made.numel()
        flops = made if step.kind in ACTIVE else _counted(step)
        took = median(times(lambda: step.again(step.given), device, seconds))
        moved = BYTES * (step.given.numel() + made)
        weights = BYTES * step.weights
        found.append(Layer(step.layer, step.kind, flops, moved, weights, took))

    with torch.no_grad():
        with watching(network, heed):
            network(*inputs)
        whole = median(times(lambda: network(*inputs), device, 5 * seconds))
    network.to("cpu")
    return Pass(batch, tuple(found), whole)


def _counted(step: Step) -> int:
    with FlopCounterMode(display=False) as counter:
        step.again(step.given)
    return counter.get_total_flops()


def passes(
    subject: Subject, device: str = "cpu", batches: Sequence[int] = BATCHES
) -> list[Pass]:
    """Passes of growing batches, as far as one does not take too long."""
    found: list[Pass] = []
    shown = with_progress(
        batches, lambda _: 1, len(batches), "batches", what="time the layers"
    )
    for batch in shown:
        if not found or found[-1].seconds < SLOW:
            found.append(passed(subject, batch, device))
    return found


def product_intensity(side: int) -> float:
    """FLOP a byte of a product of square matrices in single precision, each moved once.

    2 n³ operations on 3 n² numbers.
    """
    return 2 * side**3 / (3 * side**2 * BYTES)


def linear_intensity(batch: int, inputs: int, outputs: int) -> float:
    """FLOP a byte of a linear layer without bias, everything moved once."""
    moved = batch * inputs + inputs * outputs + batch * outputs
    return 2 * batch * inputs * outputs / (BYTES * moved)
