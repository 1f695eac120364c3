"""The default climate network against CGNet: same maps, same machine, one run.

CGNet trains as its authors do, on four variables and on all sixteen, but with one
softmax in place of two, with our schedule, which helps it, and with edges that are
those of a sphere. The default network's steps are shorter: it trains for as many
epochs as fit into less time. Both are tested once, on maps no choice has seen, and so
are the methods without a network; the trees among them learn from the first of the
training maps.

``--peer DIR`` is a checkout of github.com/andregraubner/ClimateNet (MIT): the time of
its training step stands beside, taken in turns. Last, ``workbench predict`` on a file
of ClimateNet's own size, in a process of its own.
"""

import argparse
import importlib.util
import resource
import subprocess
import sys
import tempfile
import time
import types
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from pytorch_lightning import Trainer, seed_everything
from torch.nn import functional as F

from benchmarks.machine import machine
from workbench.runs.outputs import gathered
from workbench.tasks.climate.baselines import boosted
from workbench.tasks.climate.baselines.heuristics import heuristics, over
from workbench.tasks.climate.baselines.scores import scores
from workbench.tasks.climate.data import ClimateData
from workbench.tasks.climate.judge import judge
from workbench.tasks.climate.losses import jaccard
from workbench.tasks.climate.make import make_files
from workbench.tasks.climate.model import Segmenter
from workbench.tasks.climate.variables import NAMES, RIVER

FOUR = ["TMQ", "U850", "V850", "PSL"]  # what ClimateNet's published network reads
ROUNDS = 7
LEARN, PART = 60, 10  # maps that trees learn from, and those held at a time
GRIDS = {(96, 144): 4, (192, 288): 2}  # maps in a step
PUBLISHED: dict[str, Any] = dict(
    network="cgnet", loss="jaccard", mirror=False, area_weighted=False
) | dict(learning_rate=1e-3, weight_decay=0.0)


def peer_network(folder: Path) -> torch.nn.Module:
    """CGNet of the peer's checkout, without its high-level class, which wants CUDA."""
    package = types.ModuleType("climatenet")
    package.__path__ = [str(folder / "climatenet")]
    sys.modules["climatenet"] = package
    modules: Any = importlib.import_module("climatenet.modules")
    source = (folder / "climatenet" / "models.py").read_text()
    names: dict[str, Any] = {**vars(modules), "torch": torch, "nn": torch.nn, "F": F}
    exec(source[source.index("class CGNetModule") :], names)
    return names["CGNetModule"](classes=3, channels=len(FOUR))


def peer_loss(folder: Path) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    """The peer's loss of logits, softmax taken twice as there."""
    path = folder / "climatenet" / "utils" / "losses.py"
    spec = importlib.util.spec_from_file_location("peer_losses", path)
    assert spec is not None and spec.loader is not None
    losses: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(losses)
    return lambda logits, mask: losses.jaccard_loss(torch.softmax(logits, 1), mask)


def steps(peer: Path | None) -> list[str]:
    """Seconds of a training step a map, networks taking turns."""
    lines = [f"{'seconds a map of a training step':34}{'grid':>10}{'s':>9}{'ratio':>8}"]
    for (rows, columns), size in GRIDS.items():
        given: dict[str, tuple[int, Any, Any]] = {}
        if peer is not None:
            given["public CGNet"] = 4, peer_network(peer), peer_loss(peer)
        for name, network in (("CGNet, ours", "cgnet"), ("default", "globe")):
            channels = FOUR if network == "cgnet" else list(NAMES)
            model = Segmenter(network, channels).network
            given[name] = len(channels), model, _ours
        turns = {
            name: _step(*parts, rows, columns, size) for name, parts in given.items()
        }
        seconds: dict[str, list[float]] = {name: [] for name in turns}
        for _ in range(ROUNDS + 1):
            for name, turn in turns.items():
                start = time.perf_counter()
                turn()
                seconds[name].append((time.perf_counter() - start) / size)
        first = median(next(iter(seconds.values()))[1:])
        for name, each in seconds.items():
            mine = median(each[1:])
            grid = f"{rows}x{columns}"
            lines.append(f"{name:34}{grid:>10}{mine:9.4f}{mine / first:8.2f}")
    return lines


def _ours(logits: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    shares = F.one_hot(mask, 3).movedim(-1, 1).float()
    return jaccard(logits, shares, torch.ones(mask.shape[1], 1), torch.ones(3))


def _step(
    channels: int, network: Any, loss: Any, rows: int, columns: int, size: int
) -> Callable[[], None]:
    image = torch.randn(size, channels, rows, columns)
    image = image.contiguous(memory_format=torch.channels_last)
    mask = torch.randint(0, 3, (size, rows, columns))
    optimizer = torch.optim.Adam(network.parameters(), 1e-3)

    def step() -> None:
        optimizer.zero_grad()
        loss(network(image), mask).backward()
        optimizer.step()

    return step


def trained(name: str, epochs: int, data: ClimateData, **settings: Any) -> str:
    """Train and test one network; its line of the table."""
    seed_everything(0)
    model = Segmenter(channels=data.names, **settings)
    trainer = Trainer(
        accelerator="cpu",
        max_epochs=epochs,
        logger=False,
        enable_checkpointing=False,
        enable_model_summary=False,
        enable_progress_bar=False,
        num_sanity_val_steps=0,
        gradient_clip_val=1.0,
        use_distributed_sampler=False,
        limit_val_batches=0,
    )
    start, work = time.perf_counter(), time.process_time()
    trainer.fit(model, datamodule=data)
    passed, work = time.perf_counter() - start, time.process_time() - work
    data.setup("test")
    model.eval()
    with torch.no_grad():
        parts = [model.test_step(batch, 0) for batch in data.test_dataloader()]
    found = judge(gathered(parts), model, data).numbers
    numbers = [found[f"test/iou_{key}"] for key in ("background", "cyclone", "river")]
    scores = "".join(f"{number:9.3f}" for number in [*numbers, sum(numbers) / 3])
    line = f"{name:34}{scores}{epochs:8}{passed:8.0f}{work:8.0f}"
    print(line, flush=True)
    return line


def codes_line(name: str, truth: np.ndarray, codes: np.ndarray, passed: float) -> str:
    """A line of the table for class codes (time, rows, columns)."""
    iou = scores(truth, codes).iou
    cells = "".join(f"{number:9.3f}" for number in [*iou, iou.mean()])
    line = f"{name:34}{cells}{'':8}{passed:8.0f}"
    print(line, flush=True)
    return line


def baselines(data: ClimateData) -> list[str]:
    """Methods without a network on the test maps; the last column is seconds."""
    data.setup("test")
    test, lines = data.bounds("test"), list[str]()
    fields, truth = maps_of(data, *test)
    start = time.perf_counter()
    contours = np.zeros_like(truth)
    for name, codes in heuristics(fields):
        contours = codes if name == "closed contours" else contours
        lines.append(codes_line(name, truth, codes, time.perf_counter() - start))
        start = time.perf_counter()
    parts = (maps_of(data, k, k + PART) for k in range(0, LEARN, PART))
    codes = boosted.fit(parts, smoothed=True).classes(fields)
    passed = time.perf_counter() - start
    lines.append(codes_line("trees on smoothed fields", truth, codes, passed))
    both = over(np.where(codes == RIVER, RIVER, 0), contours)
    return [*lines, codes_line("their rivers, closed contours", truth, both, 0)]


def maps_of(
    data: ClimateData, first: int, last: int
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Channels by name, and truth, (time, rows, columns)."""
    batch = data.batches[np.arange(first, last)]
    fields = dict(zip(data.names, batch["image"].numpy().swapaxes(0, 1), strict=True))
    return fields, batch["mask"].numpy()


def comparison(maps: int, epochs: int) -> list[str]:
    """CGNet and the default network on one simulated sample."""
    titles = ("backgr.", "cyclone", "river", "mean")
    head = f"{'test IoU':34}{''.join(f'{t:>9}' for t in titles)}"
    sample = dict(maps=maps, val_maps=20, test_maps=60, annotators=0, seed=3)
    lines = [f"{head}{'epochs':>8}{'s':>8}{'cpu s':>8}"]
    for name, channels in (("CGNet, 4 variables", FOUR), ("CGNet, 16", None)):
        data = ClimateData(**sample, channels=channels)
        data.prepare_data()
        lines.append(trained(name, 15, data, **PUBLISHED))
    data = ClimateData(**sample)
    lines.append(trained("default", epochs, data))
    return lines + baselines(data)


def prediction() -> list[str]:
    """Seconds and memory of ``workbench predict`` on one map of 768 × 1152 points."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        make_files(place / "maps", 1, 5, "768x1152", annotators=0)
        words = ["--data.maps=4", "--data.val_maps=2", "--data.test_maps=1"]
        fit = ["fit", "--config", "climate", "--runs", str(place / "runs"), *words]
        _workbench(*fit, "--trainer.max_epochs=1")
        (run,) = (place / "runs").iterdir()
        start = time.perf_counter()
        _workbench("predict", str(run), str(place / "maps"), "--out", f"{name}/p.nc")
        passed = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6  # from kB
    return [
        f"predict, 768x1152: {passed:.1f} s (bar: 20), {memory:.2f} GB (bar: 4; the "
        "most of any process here)"
    ]


def _workbench(*words: str) -> None:
    command = [sys.executable, "-m", "workbench.main", *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Measure all and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", type=Path, help="a checkout of ClimateNet")
    parser.add_argument("--maps", type=int, default=400)
    parser.add_argument("--epochs", type=int, default=30, help="of the default network")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    args = parser.parse_args()
    parts = [
        prediction(),
        steps(args.peer),
        comparison(args.maps, args.epochs),
    ]
    text = "\n\n".join([machine(), *("\n".join(part) for part in parts)])
    print(text)
    (args.out / f"climate-{date.today()}.txt").write_text(text + "\n")


if __name__ == "__main__":
    main()
