"""A run in a few lines of text."""

import math
from collections.abc import Sequence
from statistics import fmean, stdev

from workbench.errors import plain
from workbench.runs.history import Curve
from workbench.runs.members import told
from workbench.runs.run import Run

BARS = "▁▂▃▄▅▆▇█"
WIDTH = 60  # characters of a curve and of the progress bar
FRAME = 4  # curves shown at most


def summary(run: Run) -> str:
    """One line: name, state, how far, what it reached."""
    if run.members:
        states = told(member.state for member in run.members)
        return plain(f"{run.name:48} {run.state:9} {states}{_spread(run.members)}")
    status = run.status
    step, steps = status.get("step", 0), status.get("steps")
    far = f"step {step:,}" + (f" of {steps:,}" if steps else "")
    reached = "  {} {:.4f}".format(*run.reached) if run.reached else ""
    return plain(f"{run.name:48} {run.state:9} {far}{reached}")


def listing(run: Run) -> list[str]:
    """A line for the run and one for each of its members."""
    return [summary(run), *(f"  {summary(member)}" for member in run.members)]


def _spread(members: Sequence[Run]) -> str:
    """Mean and standard deviation of what members reached, once all have."""
    reached = [member.reached for member in members]
    known = [each for each in reached if each is not None]
    if len(known) < len(members):
        return ""
    values = [value for _, value in known]
    return f"  {known[0][0]} {fmean(values):.4f} ± {stdev(values):.4f}"


def frame(run: Run) -> str:
    """State, progress with the time left, curves and the log's tail."""
    if run.members:
        return "\n".join(listing(run))
    status = run.status
    lines = [summary(run)]
    if (job := run.job) is not None:
        lines.append(f"Slurm job {job.id}: {job.told}")
    step, steps = status.get("step", 0), status.get("steps")
    pace = status.get("pace")
    if steps:
        done = round(WIDTH * step / steps)
        left = ""
        if pace and run.state == "running":
            left = f"  {_duration((steps - step) / pace)} left, {pace:.1f} steps/s"
        lines.append(f"{'█' * done}{'░' * (WIDTH - done)} {step / steps:4.0%}{left}")
    for name, curve in list(run.curves().items())[:FRAME]:
        lines.append(f"{name:14} {sparkline(curve)} {curve.values[-1]:.4g}")
    for failure in run.failures()[:1]:
        lines.append(f"process {failure['process']}: {failure['message']}")
    return plain("\n".join([*lines, "", run.log(5)]).rstrip())


def sparkline(curve: Curve) -> str:
    """A curve in one line; a column shows the mean of its part."""
    values = curve.values
    parts = [
        values[i * len(values) // WIDTH : (i + 1) * len(values) // WIDTH]
        for i in range(WIDTH)
    ]
    means = [sum(part) / len(part) for part in parts if part] or values
    finite = [mean for mean in means if math.isfinite(mean)]
    if not finite:
        return " " * len(means)
    low, span = min(finite), max(finite) - min(finite) or 1.0
    return "".join(
        BARS[int((mean - low) / span * (len(BARS) - 1))] if math.isfinite(mean) else "×"
        for mean in means
    )


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"
