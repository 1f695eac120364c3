"""How long a new kernel takes to have all curves of a run of a million values.

Beside it, on the same machine right after: the standard library's parser on the same
lines, and TensorBoard's event accumulator, all values kept, on a tenth of the values,
written for it as its writer does. Both only load; neither thins.
"""

import json
import random
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

VALUES = 1_000_000
SHAPES = ((250_000, 4), (100_000, 10))  # lines, values of each
ROUNDS = 3
OURS = """
import time
begun = time.perf_counter()
import sys
from pathlib import Path
from workbench.panels.curves import Curves
from workbench.runs.run import Run
imported = time.perf_counter()
curves = Curves()
curves.show([Run(Path(sys.argv[1]))])
message = curves.whole()
assert all(0 < len(c["points"]) <= 2000 * 24 for c in message["curves"])
print(imported - begun, time.perf_counter() - imported)
"""
PLAIN = """
import json, sys, time
from pathlib import Path
begun = time.perf_counter()
text = (Path(sys.argv[1]) / "metrics.jsonl").read_text()
lines = [json.loads(line) for line in text.splitlines()]
print(0, time.perf_counter() - begun)
"""
PEER = """
import sys, time
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
begun = time.perf_counter()
events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})
events.Reload()
for name in events.Tags()["scalars"]:
    events.Scalars(name)
print(0, time.perf_counter() - begun)
"""


def write_run(folder: Path, lines: int, values: int) -> Path:
    """A run folder with values as a training logs them."""
    folder.mkdir()
    numbers = random.Random(0)
    with (folder / "metrics.jsonl").open("w") as stream:
        for step in range(lines):
            line = {"attempt": 1, "step": step, "epoch": step // 1000}
            line["time"] = round(step / 100, 3)
            logged = {f"loss_{k}": numbers.random() for k in range(values)}
            stream.write(json.dumps(line | logged) + "\n")
    return folder


def _write_events(folder: Path, lines: int, values: int) -> Path:
    from torch.utils.tensorboard.writer import SummaryWriter

    numbers = random.Random(0)
    with SummaryWriter(str(folder)) as writer:
        for step in range(lines):
            for k in range(values):
                writer.add_scalar(f"loss_{k}", numbers.random(), step)
    return folder


def _seconds(code: str, folder: Path) -> tuple[float, float]:
    """Best of some new processes: seconds of importing, and of the work."""
    words = [sys.executable, "-c", code, str(folder)]
    took = [
        tuple(map(float, subprocess.check_output(words, text=True).split()))
        for _ in range(ROUNDS)
    ]
    return min(i for i, _ in took), min(s for _, s in took)


def attach(place: Path) -> list[str]:
    """Lines of the report."""
    told = [f"attach to {VALUES:,} values in a new process, s, best of {ROUNDS}"]
    for lines, values in SHAPES:
        run = write_run(place / f"run-{values}", lines, values)
        imports, ours = _seconds(OURS, run)
        _, plain = _seconds(PLAIN, run)
        told += [
            f"  {lines:,} lines of {values} values",
            f"    whole run ready to be sent {ours:6.2f}    (bar: 2)",
            f"    importing the panels       {imports:6.2f}",
            f"    json.loads of each line    {plain:6.2f}    "
            f"ours / plain: {ours / plain:.2f}",
        ]
    if find_spec("tensorboard") is None:
        return [*told, "  TensorBoard is not installed here: not compared"]
    lines, values = SHAPES[0][0] // 10, SHAPES[0][1]
    _, ours = _seconds(OURS, write_run(place / "tenth", lines, values))
    _, peer = _seconds(PEER, _write_events(place / "events", lines, values))
    return [
        *told,
        f"  {lines:,} lines of {values} values, a tenth",
        f"    whole run ready to be sent {ours:6.2f}",
        f"    TensorBoard's accumulator  {peer:6.2f}    ours / peer: {ours / peer:.3f}",
    ]
