"""Every notebook as a student runs it: wall time, memory, and the first result.

    python -m benchmarks.notebooks [NAME ...]

JupyterLab is started, a kernel asked of it, and the cells are run from the top with the
settings that stand there. Before, `00-start` and `01-neutrino` were run once in the
same way, as `binder/postBuild` does, so that kernels are compiled and the font cache is
there; runs of the others there are none, so that a notebook about a trained network
trains one first. Time is that of the kernel's start and all cells. Memory is that of
server, kernel, launcher and trainer together, what they share counted once (PSS),
looked at four times a second. The browser is left out: it is on the student's machine.

The tables of `00-start` say how long each notebook takes; ``--fill`` writes what was
measured into them.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.student import Sitting, work_through

NOTEBOOKS = sorted(Path("notebooks").glob("*.ipynb"))
WARM = ("00-start", "01-neutrino")  # what binder/postBuild runs
MEMORY = 1.6  # GB
FIRST = 60  # s from the server's start to the first result
LESSON = 120  # s; a lesson's number begins with 1


def warm(place: Path) -> None:
    """Run in a fresh cache what an image for Binder is built with."""
    caches = {"NUMBA_CACHE_DIR": "numba", "WORKBENCH_CACHE": "made"}
    caches |= {"MPLCONFIGDIR": "fonts"}
    os.environ |= {name: str(place / where) for name, where in caches.items()}
    names = [f"notebooks/{name}.ipynb" for name in WARM]
    command = [sys.executable, "-m", "jupyter", "execute", *names]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


def row(name: str, sitting: Sitting) -> str:
    """A notebook's line of the table."""
    slowest = sorted(sitting.cells, key=lambda cell: -cell[1])[:3]
    slow = ", ".join(f"[{number}] {seconds:.0f}" for number, seconds in slowest)
    parts: dict[str, int] = {}
    for part, size in sitting.parts.items():
        parts[part.split()[0]] = parts.get(part.split()[0], 0) + size
    sizes = ", ".join(f"{kind} {size / 1e9:.2f}" for kind, size in parts.items())
    gigabytes = sitting.memory / 1e9
    late = name.startswith("1") and sitting.total > LESSON
    missed = "  MISSED" if gigabytes > MEMORY or late else ""
    numbers = f"{sitting.total:7.0f} {gigabytes:7.2f}{missed:8}"
    return f"{name:18} {numbers} {sizes:56} {slow}"


def filled(text: str, seconds: dict[str, float], rate: str) -> str:
    """The text of `00-start` with these times, and the rate where it was measured."""
    for name, taken in seconds.items():
        told = f"{max(1, round(taken / 60))} min" if taken > 45 else "under a minute"
        text = re.sub(rf"(\({name}\.ipynb\) \| )[^|]*( \|)", rf"\g<1>{told}\2", text)
    return re.sub(r"\d+(  # a second)", rf"{rate}\g<1>", text) if rate else text


def main() -> None:
    """Work through the notebooks and print what that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="all if not given")
    parser.add_argument("--fill", action="store_true", help="write times into 00-start")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    args = parser.parse_args()
    chosen = [one for one in NOTEBOOKS if not args.names or one.stem in args.names]
    heading = f"{'notebook':18} {'s':>7} {'GB':>7}{'':8} {'at the most, GB':56}"
    bars = f"bars: {MEMORY} GB; {LESSON} s for each lesson, 10 and above"
    rows = [machine(), bars, "", f"{heading} slowest cells, s"]
    seconds: dict[str, float] = {}
    rate = ""
    with tempfile.TemporaryDirectory() as caches:
        warm(Path(caches))
        for notebook in chosen:
            with tempfile.TemporaryDirectory() as place:
                sitting = work_through(notebook.absolute(), Path(place))
            rows.append(row(notebook.stem, sitting))
            seconds[notebook.stem] = sitting.total
            if notebook.stem == WARM[0]:
                rows.append(f"    its first words after {sitting.words:.1f} s")
                rows[-1] += f", its first picture after {sitting.picture:.1f} s"
                rows[-1] += f", from the server's start (bar: {FIRST})"
                (rate,) = re.findall(r"(\d+) events a second", sitting.printed)
                rows[-1] += f"; {rate} events a second learned from"
            text = "\n".join(rows)
            (args.out / f"notebooks-{date.today()}.txt").write_text(text + "\n")
    print(text)
    if args.fill:
        start = Path(f"notebooks/{WARM[0]}.ipynb")
        start.write_text(filled(start.read_text(), seconds, rate))


if __name__ == "__main__":
    main()
