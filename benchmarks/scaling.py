"""The projected scaling of a training from its measured step: table and plot.

Reads the newest ``benchmarks/results/runs-split-DATE.json``, which ``python -m
benchmarks.runs --only split`` writes, prints the tables of ``docs/scaling.md`` and
draws ``docs/scaling.svg``. Nothing here is measured but what that file holds.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from workbench.runs.scaling import Cluster, Link, Step, exchange, strong, weak

RESULTS, DOCS = Path("benchmarks/results"), Path("docs")
COUNTS = (1, 2, 4, 8, 16, 64, 256, 1024, 4096)
# one GPU's step is not measured here: assumed, as docs/scaling.md says
GPU = Step(compute=0.1, data=0.0, gradient_bytes=100e6, fixed=0.005)
INSIDE, BETWEEN = Link(5e-6, 300e9), Link(5e-6, 25e9)
CLUSTERS = {
    "ring": Cluster(4, INSIDE, BETWEEN, "ring"),
    "tree": Cluster(4, INSIDE, BETWEEN, "tree"),
    "tree, no overlap": Cluster(4, INSIDE, BETWEEN, "tree", overlap=0.0),
}


def check(known: dict[str, Any]) -> list[str]:
    """What the model says of the two processes that were measured."""
    link = Link(**known["link"])
    one, two = known["processes"]["1"], known["processes"]["2"]
    pair = Cluster(1, link, link, overlap=0.0)
    travel = exchange(known["gradient_bytes"], 2, pair)
    rows = [
        ("one process, measured", one["compute"], one["communication"], one["data"]),
        ("two processes, projected from one", one["compute"], travel, one["data"]),
        ("two, with the compute of two", two["compute"], travel, two["data"]),
        ("two processes, measured", two["compute"], two["communication"], two["data"]),
    ]
    lines = [
        "| step in ms | compute | communication | data | all |",
        "|---|" + 4 * "--:|",
    ]
    for name, *parts in rows:
        cells = [f"{1000 * part:.2f}" for part in [*parts, sum(parts)]]
        lines.append(f"| {' | '.join([name, *cells])} |")
    return lines


def table() -> list[str]:
    """Projected efficiency of both kinds of scaling."""
    heads = [f"{kind}, {name}" for kind in ("weak", "strong") for name in CLUSTERS]
    lines = [f"| GPUs | {' | '.join(heads)} |", "|--:|" + len(heads) * "--:|"]
    columns = [f(GPU, c, COUNTS) for f in (weak, strong) for c in CLUSTERS.values()]
    for row, count in enumerate(COUNTS):
        cells = [f"{100 * column[row].efficiency:.1f} %" for column in columns]
        lines.append(f"| {count:,} | {' | '.join(cells)} |")
    return lines


def draw(path: Path) -> None:
    """Projected speed over the number of GPUs."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "scaling", "font.size": 9}):
        figure = Figure(figsize=(8, 3.6), layout="constrained")
        panels = figure.subplots(1, 2, sharey=True)
        titles = {"weak: the batch of a GPU is kept": weak}
        titles["strong: the batch of all is kept"] = strong
        for axes, (title, project) in zip(panels, titles.items(), strict=True):
            axes.plot(COUNTS, COUNTS, ":", color="#8a97a6", label="perfect")
            for name, cluster in CLUSTERS.items():
                found = project(GPU, cluster, COUNTS)
                speeds = [p.efficiency * p.processes for p in found]
                axes.plot(COUNTS, speeds, "o-", markersize=3, label=name)
            axes.set(xscale="log", yscale="log", xlabel="GPUs", title=title)
            axes.spines[["top", "right"]].set_visible(False)
        panels[0].set_ylabel("projected speed, in GPUs without exchange")
        panels[0].legend(frameon=False)
        figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Print the tables and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", type=Path, help="another file of a measured step")
    args = parser.parse_args()
    file = args.split or sorted(RESULTS.glob("runs-split-*.json"))[-1]
    known = json.loads(file.read_text())
    print(f"measured: {known['machine']}, {file.name}\n")
    print("\n".join([*check(known), "", *table()]))
    DOCS.mkdir(exist_ok=True)
    draw(DOCS / "scaling.svg")


if __name__ == "__main__":
    main()
