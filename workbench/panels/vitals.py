"""How a run is getting on: progress, throughput, machine, log, as HTML."""

import json
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import yaml

from workbench.runs.run import Run
from workbench.runs.state import OVER

LOOK_BACK = 20_000  # bytes of system.jsonl that hold every node's last line
LOG_LINES = 200


def progress(run: Run, state: str, status: dict[str, Any]) -> tuple[float, str]:
    """Part that is done, and in words: steps, epoch, pace, time left."""
    step, steps, pace = status.get("step", 0), status.get("steps"), status.get("pace")
    words = [f"step {step:,}" + (f" of {steps:,}" if steps else "")]
    if "epoch" in status:
        words.append(f"epoch {status['epoch']}")
    if pace and state == "running":
        words.append(f"{pace:.3g} steps/s")
        if size := _batch(run.folder, status.get("attempt")):
            samples = pace * size * status.get("world_size", 1)
            words.append(f"{samples:,.0f} samples/s")
        if steps:
            words.append(f"{duration((steps - step) / pace)} left")
    return (step / steps if steps else 0.0), escape(" · ".join(words))


def duration(seconds: float) -> str:
    """A time to come, as people say it."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def machine(run: Run, state: str) -> str:
    """What the nodes that train do, a line each; they say so themselves."""
    if state in OVER:
        return ""
    lines = [_node(known) for _, known in sorted(_nodes(run.folder).items())]
    return "<br>".join(lines)


def log(run: Run) -> str:
    """The end of what the processes printed, failures first."""
    failed = "".join(
        f"<b>process {_told(known)}</b>\n{escape(str(known.get('traceback', '')))}\n"
        for known in run.failures()[:1]
    )
    text = failed + escape(run.log(LOG_LINES))
    return f'<pre class="wb-log-text" tabindex="0">{text}</pre>'


def _told(known: dict[str, Any]) -> str:
    return escape(f"{known.get('process')}: {known.get('message')}")


def _nodes(folder: Path) -> dict[int, dict[str, Any]]:
    """The last line of each node."""
    try:
        with (folder / "system.jsonl").open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(0, size - LOOK_BACK))
            lines = stream.read().splitlines()
    except OSError:
        return {}
    nodes: dict[int, dict[str, Any]] = {}
    for line in lines:
        try:
            known = json.loads(line)
            nodes[int(known["node"])] = known
        except (ValueError, KeyError, TypeError):
            continue  # cut at the front, or half written
    return nodes


def _node(known: dict[str, Any]) -> str:
    words = [
        f"node {known['node']}",
        f"CPU {known.get('cpu_percent', 0):.0f} %",
        f"memory {known.get('memory_mb', 0) / 1000:.1f} GB "
        f"({known.get('memory_percent', 0):.0f} %)",
    ]
    for number, gpu in enumerate(known.get("gpus", [])):
        use = f" {gpu['percent']:.0f} %," if "percent" in gpu else ""
        words.append(f"GPU {number}{use} {gpu.get('memory_mb', 0) / 1000:.1f} GB")
    if "read_mb" in known:
        words.append(f"read {known['read_mb']:g} MB, wrote {known['write_mb']:g} MB")
    return escape(" · ".join(words))


@lru_cache(64)
def _batch(folder: Path, attempt: int | None) -> int | None:
    """Samples in a step of one process, where the data module calls it so."""
    del attempt  # a resumed run may have another
    try:
        config = yaml.safe_load((folder / "config.yaml").read_text())
        return config["data"]["init_args"].get("batch_size")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
