"""How much faster `epsilon` trains than in its plain float32 form.

One run, one machine, the same weights and events: forward, backward and the published
optimizer's step on batches of 500. The forms take turns, so that other work on the
machine slows all of them; the median of the rounds counts. Loss and gradient of the
first step, without dropout, are compared with the plain form's.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

import torch
from torch import nn
from torch.nn import functional as F

from benchmarks.machine import machine
from workbench.tasks.neutrino.dense import images
from workbench.tasks.neutrino.events import concatenate
from workbench.tasks.neutrino.networks.precision import reduced
from workbench.tasks.neutrino.networks.towers import Tower, TowerNetwork
from workbench.tasks.neutrino.optimizers import NesterovAdaGrad
from workbench.tasks.neutrino.simulator import simulate

BATCH = 500


@dataclass
class Form:
    """One way to compute the same network."""

    name: str
    network: nn.Module
    autocast: Callable[[], torch.autocast] = lambda: torch.autocast(
        "cpu", enabled=False
    )
    seconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Give it an optimizer of its own."""
        self.optimizer = NesterovAdaGrad(self.network.parameters())

    def gradient(self, views: list[torch.Tensor], truth: torch.Tensor) -> float:
        """Loss of a batch; the gradient is left in the parameters."""
        self.optimizer.zero_grad()
        with self.autocast():
            logits = self.network(*views)
        loss = F.cross_entropy(logits.float(), truth)
        loss.backward()
        return loss.item()

    def step(self, views: list[torch.Tensor], truth: torch.Tensor) -> None:
        """One training step."""
        start = time.perf_counter()
        self.gradient(views, truth)
        self.optimizer.step()
        self.seconds.append(time.perf_counter() - start)


class Whole(TowerNetwork):
    """All events of a batch at once."""

    forward = TowerNetwork.at_once


def plain() -> TowerNetwork:
    """Layers in the published order, memory as PyTorch lays it out by default."""
    network = whole()
    for number, tower in enumerate(network.towers):
        layers = list(tower.children())
        for place in [i for i, x in enumerate(layers) if isinstance(x, nn.MaxPool2d)]:
            layers[place : place + 2] = layers[place + 1], layers[place]
        network.towers[number] = nn.Sequential(*layers)
    return network.to(memory_format=torch.contiguous_format)


def whole() -> TowerNetwork:
    """Channels last, pooled before ReLU, a batch at once."""
    torch.manual_seed(0)
    return Whole(Tower(), 50, 1, 11)


def default() -> TowerNetwork:
    """As the workbench builds it: likewise, some events at a time."""
    torch.manual_seed(0)
    return TowerNetwork(Tower(), 50, 1, 11)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--compile", action="store_true", help="needs a C++ compiler")
    args = parser.parse_args()
    events = concatenate(list(simulate(BATCH, seed=1)))
    assert events.truth is not None
    batch = images(events)
    views = [batch[view] for view in "xuv"]
    truth = torch.from_numpy(events.truth["segment"].astype("int64"))
    forms = [
        Form("plain", plain()),
        Form("channels last", whole()),
        Form("the workbench's: 50 at a time", default()),
    ]
    if args.compile:
        forms.append(Form("channels last, compiled", torch.compile(whole())))  # type: ignore
    if reduced(torch.device("cpu"))._enabled:
        device = torch.device("cpu")
        forms.append(
            Form("the workbench's, bfloat16", default(), lambda: reduced(device))
        )
    report(forms, views, truth, args.rounds)


def report(
    forms: list[Form], views: list[torch.Tensor], truth: torch.Tensor, rounds: int
) -> None:
    """Compare first, then take turns."""
    print(machine())
    print(f"bfloat16 by tile instructions: {reduced(torch.device('cpu'))._enabled}\n")
    reference: list[torch.Tensor] = []
    for form in forms:
        form.network.eval()
        start = time.perf_counter()
        loss = form.gradient(views, truth)
        first = time.perf_counter() - start
        gradient = [p.grad.clone() for p in form.network.parameters()]  # type: ignore
        reference = reference or gradient
        apart = max(
            float((a - b).norm() / b.norm())
            for a, b in zip(gradient, reference, strict=True)
        )
        print(
            f"{form.name:36} loss {loss:.6f}, gradient off by {apart:.1e} at most, "
            f"first step {first:.1f} s"
        )
        form.network.train()
    print()
    for _ in range(rounds):
        for form in forms:
            form.step(views, truth)
    print(f"{'events/s':36}{'median':>8}{'ratio':>8}{'best':>10}{'ratio':>8}")
    base = median(forms[0].seconds), min(forms[0].seconds)
    for form in forms:
        typical, best = median(form.seconds), min(form.seconds)
        print(
            f"{form.name:36}{BATCH / typical:8.0f}{base[0] / typical:8.2f}"
            f"{BATCH / best:10.0f}{base[1] / best:8.2f}"
        )
    print("(bar: ratio 2)")


if __name__ == "__main__":
    main()
