"""The test report of a generator: gates, statistics, copies and pictures."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from workbench.task import Evaluation
from workbench.tasks.cosmogan.data import ConvergenceData
from workbench.tasks.cosmogan.evaluation.copies import copies_numbers, copies_table
from workbench.tasks.cosmogan.evaluation.gating import (
    FLOOR,
    baselines,
    gate_table,
    gate_values,
)
from workbench.tasks.cosmogan.evaluation.statistics import statistics_table
from workbench.tasks.cosmogan.physics.comparison import compare
from workbench.tasks.cosmogan.physics.figures import sheet
from workbench.tasks.cosmogan.physics.gates import GATES, Measured
from workbench.tasks.cosmogan.physics.memorisation import memorisation
from workbench.tasks.cosmogan.physics.summary import Summary
from workbench.tasks.cosmogan.pictures import sample_grid

HEADLINE = ("test/power_error", "test/skewness_error", "test/summary_auc")
OURS = "this generator"
LEARNED = 8192  # training maps that the baselines are fitted to, at most
FEW = 1024  # maps of each set for tests of statistics and of copies


def judge(
    outputs: Mapping[str, np.ndarray], model: Any, data: ConvergenceData
) -> Evaluation:
    """Judge generated maps against the held-out ones.

    Args:
        outputs: ``index`` (N,) of the held-out maps, ``generated`` (N, S, S).
        model: Who drew.
        data: Where the held-out and training maps are.
    """
    generated, field = outputs["generated"], data.field
    held_out = data.source.read(np.sort(outputs["index"]))
    training = data.training_maps(LEARNED)
    summary = Summary.of(held_out, field)
    real = Measured.of(held_out, summary, "measure real maps")
    ours = Measured.of(generated, summary, "measure generated maps")
    others = baselines(training, field, len(generated))
    sets = {OURS: ours} | {
        name: Measured.of(maps, summary, f"measure {name} maps")
        for name, maps in others.items()
    }
    found = gate_values(real, sets)
    names = {OURS: "", FLOOR: "_floor"} | {name: f"_{name.lower()}" for name in others}
    numbers = {
        f"test/{key}{names[name]}": value
        for key, values in found.items()
        for name, value in values.items()
    }
    numbers["test/gates"] = float(
        np.mean([gate.passed(found[gate.key][OURS]) for gate in GATES])
    )
    compared = compare(held_out[:FEW], generated[:FEW], field, pixels=False)
    copied = memorisation(generated[:FEW], training[:FEW], held_out[:FEW])
    tables = (
        gate_table(found),
        statistics_table(compared),
        copies_table(copied),
    )
    figures = {
        "Held-out maps above, generated ones below": sample_grid(
            held_out[:FEW], generated[:FEW], field
        ),
        "Spectra, histogram, Minkowski functionals, correlations": sheet(
            summary, real.vectors, ours.vectors, ("simulated", "generated")
        ),
    }
    return Evaluation(numbers | copies_numbers(copied), tables, figures, HEADLINE)
