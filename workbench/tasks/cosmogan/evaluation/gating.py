"""Gates of a generator and of the baselines, beside what real maps themselves give."""

from collections.abc import Mapping

import numpy as np

from workbench.errors import BadInput
from workbench.progress import with_progress
from workbench.task import Table
from workbench.tasks.cosmogan.baselines import Gaussian, Lognormal
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.physics.gates import GATES, Measured, floor_of

FLOOR, SPLITS = "real maps", 4
SEED = 11  # of the baselines' maps


def baselines(training: np.ndarray, field: Field, maps: int) -> dict[str, np.ndarray]:
    """Maps (N, S, S) of the generators with two numbers, fitted to training maps."""
    found = {"Gaussian": Gaussian.fit(training, field).sample(maps, SEED)}
    try:
        found["lognormal"] = Lognormal.fit(training, field).sample(maps, SEED)
    except BadInput:  # maps whose skewness no lognormal field has
        pass
    return found


def gate_values(
    real: Measured, sets: Mapping[str, Measured]
) -> dict[str, dict[str, float]]:
    """Key of each gate → its value for each set of maps, by name, and the floor."""
    every = [(gate, name) for gate in GATES for name in (*sets, FLOOR)]
    shown = with_progress(every, lambda _: 1, len(every), "gates", what="judge")
    found: dict[str, dict[str, float]] = {gate.key: {} for gate in GATES}
    for gate, name in shown:
        value = (
            floor_of(gate, real, splits=SPLITS)
            if name == FLOOR
            else gate(real, sets[name])
        )
        found[gate.key][name] = value
    return found


def gate_table(found: Mapping[str, Mapping[str, float]]) -> Table:
    """The gates as a table, a row each."""
    names = list(next(iter(found.values())))
    rows: list[tuple[str, ...]] = []
    for gate in GATES:
        sign = ">" if gate.above else "<"
        cells = [
            f"{found[gate.key][name]:.3f}" + (" ✓" if gate.passed(value) else " ✗")
            for name, value in found[gate.key].items()
        ]
        rows.append((gate.title, f"{sign} {gate.bar:g}", *cells))
    return Table(
        "Gates",
        "Generated maps against held-out ones; ✓ on the right side of the bar. Beside "
        "it two generators that were fitted, not trained; last, what halves of the "
        "held-out maps give against each other: no generator can be better. Where maps "
        "come from few boxes of particles, halves share boxes, and the floor is lower "
        "than what maps of other boxes would give.",
        ("gate", "bar", *names),
        tuple(rows),
    )
