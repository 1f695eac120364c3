"""What runs cost: attach, write to screen, overhead on training, staging, a step.

Each part says how it measures in its own file: ``attach``, ``screen``, ``overhead``,
``staging`` and ``split``. The split of a step is also kept as JSON, from which
``python -m benchmarks.scaling`` projects. About ten minutes; with ``--only`` those
parts are measured anew and the others of the same day's file stay.
"""

import argparse
import json
import tempfile
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path

from benchmarks.attach import attach
from benchmarks.machine import machine
from benchmarks.overhead import overhead
from benchmarks.screen import screen
from benchmarks.split import split
from benchmarks.staging import staging

PARTS = ("attach", "screen", "overhead", "staging", "split")


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--seconds", type=float, default=100, help="of each overhead")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    args = parser.parse_args()
    warnings.simplefilter("ignore")

    def of_million() -> list[str]:
        with tempfile.TemporaryDirectory() as empty:
            return attach(Path(empty))

    def of_step() -> list[str]:
        told, known = split()
        file = args.out / f"runs-split-{date.today()}.json"
        file.write_text(json.dumps(known | {"machine": machine()}, indent=1) + "\n")
        return told

    parts: dict[str, Callable[[], list[str]]] = {
        "attach": of_million,
        "screen": screen,
        "overhead": lambda: overhead(args.seconds),
        "staging": staging,
        "split": of_step,
    }
    file = args.out / f"runs-{date.today()}.txt"
    kept = _parts(file.read_text()) if file.exists() else {}
    for name in args.only:
        kept[name] = "\n".join([f"{name}: {machine()}", *parts[name]()])
        print(f"{kept[name]}\n", flush=True)
        file.write_text("\n\n".join(kept[n] for n in PARTS if n in kept) + "\n")


def _parts(text: str) -> dict[str, str]:
    """Parts of an earlier output by their names."""
    return {part.split(":")[0]: part for part in text.strip().split("\n\n")}


if __name__ == "__main__":
    main()
