"""Runs side by side: what was set differently, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.runs.run import Run
from workbench.runs.trust import read_config

MISSING = "—"


@dataclass(frozen=True)
class Comparison:
    """Differences and results of some runs.

    Attributes:
        runs: Their names.
        settings: Place in the configuration → value of each run, where they differ.
        results: Name of a number → value of each run.
        curves: Name → (steps, values) of each run.
    """

    runs: tuple[str, ...]
    settings: dict[str, list[Any]]
    results: dict[str, list[float | None]]
    curves: dict[str, list[tuple[list[int], list[float]]]]

    def text(self) -> str:
        """Two tables, a column a run."""
        rows: list[list[str]] = [["", *self.runs]]
        rows += [[name, *map(str, values)] for name, values in self.settings.items()]
        if not self.settings:
            rows.append(["(same configuration)", *[""] * len(self.runs)])
        rows += [
            [name, *(MISSING if value is None else f"{value:.5g}" for value in values)]
            for name, values in self.results.items()
        ]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(
            "  ".join(
                cell.ljust(width) for cell, width in zip(row, widths, strict=True)
            )
            for row in rows
        )

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "runs": list(self.runs),
            "settings": self.settings,
            "results": self.results,
        }

    def figure(self) -> Any:
        """Each logged quantity against the step, a line a run."""
        from matplotlib.figure import Figure

        names = [name for name in self.curves if name.startswith("val_")]
        names = names or list(self.curves)
        figure = Figure(figsize=(4.8 * max(1, len(names)), 3.4), layout="constrained")
        panels = figure.subplots(1, max(1, len(names)), squeeze=False)[0]
        for axes, name in zip(panels, names, strict=False):
            for run, (steps, values) in zip(self.runs, self.curves[name], strict=True):
                axes.plot(steps, values, marker="." * (len(steps) < 30), label=run)
            axes.set(xlabel="step", ylabel=name)
            axes.spines[["top", "right"]].set_visible(False)
        panels[0].legend(fontsize=7, frameon=False)
        return figure


def compare(runs: Sequence[Run]) -> Comparison:
    """Compare runs, members one by one: configurations, results and curves."""
    runs = [one for run in runs for one in run.members or [run]]
    configs = [_flat(_config(run.folder)) for run in runs]
    places = sorted({place for config in configs for place in config})
    settings: dict[str, list[Any]] = {}
    for place in places:
        values = [config.get(place, MISSING) for config in configs]
        if len(set(map(str, values))) > 1:
            settings[place] = values
    numbers = [_numbers(run) for run in runs]
    names = sorted({name for known in numbers for name in known})
    curves = [run.curves() for run in runs]
    logged = sorted({name for known in curves for name in known})
    return Comparison(
        tuple(run.name for run in runs),
        settings,
        {name: [known.get(name) for known in numbers] for name in names},
        {
            name: [
                (list(known[name].steps), list(known[name].values))
                if name in known
                else ([], [])
                for known in curves
            ]
            for name in logged
        },
    )


def _config(folder: Path) -> dict[str, Any]:
    file = folder / "config.yaml"
    return read_config(file) if file.is_file() else {}


def _numbers(run: Run) -> dict[str, float]:
    """Results of the verbs, and the last value of each validation curve."""
    last = {
        f"last {name}": curve.values[-1]
        for name, curve in run.curves().items()
        if name.startswith("val_")
    }
    return {**last, **run.results}


def _flat(config: Any, place: str = "") -> dict[str, Any]:
    """Each plain value under its place; classes are called by their last name."""
    if isinstance(config, dict) and "class_path" in config and place:
        name = str(config["class_path"]).rpartition(".")[2]
        return {place: name} | _flat(config.get("init_args", {}), place)
    if isinstance(config, list) and any(isinstance(part, dict) for part in config):
        config = {
            str(part.get("class_path", i)).rpartition(".")[2]: part.get("init_args", {})
            for i, part in enumerate(config)
        }
    if not isinstance(config, dict):
        return {place: config}
    flat: dict[str, Any] = {}
    for key, value in config.items():
        flat |= _flat(value, f"{place}.{key}".lstrip("."))
    return flat
