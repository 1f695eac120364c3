"""The default generator against CosmoGAN's network: same maps, same time, one machine.

Both see maps through the same normal scores, average their weights alike, and keep the
network that scores best on validation maps. They are trained for equally long, counted
in steps of the speed that they reach when they take turns; CosmoGAN's network also to
``--plateau`` steps. Two fitted generators and halves of the held-out maps stand beside.
Lognormal maps reward whoever knows the power spectrum and the skewness; maps from boxes
of particles do not.

Trainings are run folders under ``--work``: what was stopped goes on where it was, and
what is finished is read. The paper's training step stands beside a plain port of it,
and maps drawn a second beside maps simulated.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import torch
from pytorch_lightning import Trainer
from torch import nn
from torch.nn import functional as F

from benchmarks.machine import machine
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.flow import Flow
from workbench.tasks.cosmogan.gan import Gan
from workbench.tasks.cosmogan.networks.dcgan import WIDTHS
from workbench.tasks.cosmogan.physics.gates import GATES
from workbench.tasks.cosmogan.simulation import simulate

ROUNDS, BATCH, PIXELS = 5, 64, 64
KINDS = {
    "lognormal": ["--data.kind=lognormal"],
    "particles": ["--data.kind=particles", "--data.boxes=12", "--data.particles=128"],
}
MODELS = {
    "flow": "workbench.tasks.cosmogan.flow.Flow",
    "CosmoGAN": "workbench.tasks.cosmogan.gan.Gan",
}
BESIDE = {"Gaussian": "_gaussian", "lognormal": "_lognormal", "real maps": "_floor"}
Step = Callable[[], object]


def plain() -> Step:
    """A training step of the paper's networks as one would port it."""
    side = PIXELS // 16
    up: list[nn.Module] = [nn.Linear(64, WIDTHS[0] * side**2)]
    up.append(nn.Unflatten(1, (WIDTHS[0], side, side)))
    down: list[nn.Module] = []
    for wide, narrow in zip(WIDTHS, (*WIDTHS[1:], 1), strict=True):
        up += [nn.BatchNorm2d(wide), nn.ReLU()]
        up.append(nn.ConvTranspose2d(wide, narrow, 5, 2, 2, 1))
        norm = [nn.BatchNorm2d(wide)] if narrow > 1 else []
        down[:0] = [nn.Conv2d(narrow, wide, 5, 2, 2), *norm, nn.LeakyReLU(0.2)]
    artist = nn.Sequential(*up, nn.Tanh())
    judge = nn.Sequential(*down, nn.Flatten(), nn.Linear(WIDTHS[0] * side**2, 1))
    one, two = (torch.optim.Adam(m.parameters(), 2e-4) for m in (judge, artist))
    real, yes = torch.randn(BATCH, 1, PIXELS, PIXELS), torch.ones(BATCH, 1)

    def step() -> None:
        loss = F.binary_cross_entropy_with_logits
        drawn = artist(torch.randn(BATCH, 64))
        one.zero_grad()
        (loss(judge(real), yes) + loss(judge(drawn.detach()), 0 * yes)).backward()
        one.step()
        two.zero_grad()
        loss(judge(drawn), yes).backward()
        two.step()

    return step


def of(model: Any) -> Step:
    """A training step of a generator of ours, without the data's part."""
    trainer = Trainer(
        accelerator="cpu", logger=False, enable_checkpointing=False, max_steps=10**6
    )
    model.trainer = trainer
    maps = 0.01 * torch.randn(BATCH, 1, PIXELS, PIXELS)
    model.fit_values(maps[:, 0])
    model.log = lambda *_, **__: None
    if isinstance(model, Gan):
        pair = [_Plain(each) for each in model.configure_optimizers()]
        model.optimizers = lambda: pair  # type: ignore[method-assign]
        return lambda: model.training_step({"image": maps}, 0)
    optimizer = torch.optim.AdamW(model.network.parameters(), 1e-3)

    def step() -> None:
        optimizer.zero_grad()
        model.training_step({"image": maps}, 0).backward()
        optimizer.step()
        model.kept.update_parameters(model.network)

    return step


class _Plain:
    """An optimizer as Lightning hands it out."""

    def __init__(self, optimizer: torch.optim.Optimizer) -> None:
        self.optimizer, self.step = optimizer, optimizer.step


def seconds(steps: dict[str, Step]) -> dict[str, float]:
    """Median seconds of steps that take turns, after one that warms up."""
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(ROUNDS + 1):
        for name, step in steps.items():
            start = time.perf_counter()
            step()
            times[name].append(time.perf_counter() - start)
    return {name: median(each[1:]) for name, each in times.items()}


def training_steps() -> tuple[list[str], dict[str, float]]:
    """Seconds of a training step of 64 maps, and the table of it."""
    flow, gan = Flow(PIXELS), Gan(PIXELS)
    found = seconds({"plain port": plain(), "CosmoGAN": of(gan), "flow": of(flow)})
    lines = [f"{'a training step of 64 maps of 64²':40}{'s':>9}{'ratio':>9}"]
    for name, each in found.items():
        lines.append(f"{name:40}{each:9.3f}{each / found['plain port']:9.2f}")
    return lines, found


def drawing() -> list[str]:
    """Maps of 64² a second: drawn, and simulated."""

    def draw(model: Any) -> Step:
        return lambda: [*model.sample(2 * BATCH, 0)]

    def make() -> None:
        for _ in simulate(2 * BATCH, 0, Field.named("wide", PIXELS)):
            pass

    flow, gan = Flow(PIXELS), Gan(PIXELS)
    found = seconds({"simulated": make, "flow": draw(flow), "CosmoGAN": draw(gan)})
    lines = [f"{'maps of 64² a second':40}{'maps/s':>9}{'ratio':>9}"]
    for name, each in found.items():
        rate = f"{2 * BATCH / each:9.1f}{found['simulated'] / each:9.3f}"
        lines.append(f"{name:40}{rate}")
    return lines


def trained(work: Path, kind: str, name: str, steps: int) -> dict[str, float]:
    """Results of a run of so many steps, which goes on or is read if it is there."""
    folder = work / f"{kind}-{name.lower()}-{steps}"
    words = ["--folder", str(folder)]
    if not (folder / "results" / "test.json").exists():
        given = [f"--model={MODELS[name]}", *KINDS[kind]]
        given += [f"--trainer.max_steps={steps}", "--trainer.max_epochs=-1"]
        given += [f"--trainer.val_check_interval={max(1, steps // 6)}"]
        given += ["--trainer.check_val_every_n_epoch=null"]
        given += ["--trainer.enable_progress_bar=false"]
        _workbench("fit", "--config", "cosmogan", *words, *given)
        best = folder / "checkpoints" / "best.ckpt"
        config = str(folder / "config.yaml")
        _workbench("test", "--config", config, *words, f"--ckpt_path={best}")
    return json.loads((folder / "results.json").read_text())


def _workbench(*words: str) -> None:
    command = [sys.executable, "-m", "workbench.main", *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def table(kind: str, runs: dict[str, dict[str, float]]) -> list[str]:
    """Gates of the runs of one kind of maps, and what stands beside."""
    names = [*runs, *BESIDE]
    head = "".join(f"{name:>18}" for name in names)
    lines = [f"{kind + ' maps':52}{'bar':>7}{head}"]
    any_run = next(iter(runs.values()))
    for gate in GATES:
        values = [found[f"test/{gate.key}"] for found in runs.values()]
        values += [
            any_run.get(f"test/{gate.key}{end}", float("nan"))
            for end in BESIDE.values()
        ]
        cells = "".join(
            f"{value:16.3f} {'+' if gate.passed(value) else '-'}" for value in values
        )
        sign = ">" if gate.above else "<"
        lines.append(f"{gate.title:52}{sign + format(gate.bar, 'g'):>7}{cells}")
    return lines


def main() -> None:
    """Measure, train, compare, and keep the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("runs/cosmogan"))
    parser.add_argument("--minutes", type=float, default=10, help="of each training")
    parser.add_argument("--plateau", type=int, default=5000, help="steps of CosmoGAN")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    args = parser.parse_args()
    lines, speed = training_steps()
    text = [machine(), "\n".join(lines), "\n".join(drawing())]
    for kind in args.kinds:
        runs: dict[str, dict[str, float]] = {}
        for name in MODELS:
            steps = round(args.minutes * 60 / speed[name] / 10) * 10
            runs[f"{name}, {steps}"] = trained(args.work, kind, name, steps)
        if args.plateau:
            last = trained(args.work, kind, "CosmoGAN", args.plateau)
            runs[f"CosmoGAN, {args.plateau}"] = last
        text.append("\n".join(table(kind, runs)))
        print(text[-1], flush=True)
    whole = "\n\n".join(text)
    print(whole)
    (args.out / f"cosmogan-{date.today()}.txt").write_text(whole + "\n")


if __name__ == "__main__":
    main()
