from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.tasks.pebbles.data import PebbleData
from workbench.tasks.pebbles.neutrino import Pebbles

from workbench.cards import Card
from workbench.task import Evaluation, Task

FIT = Path(__file__).with_name("fit.yaml")


def _evaluate(outputs: Mapping[str, Any], model: Any, data: Any) -> Evaluation:
    index = outputs["index"]
    return Evaluation(
        {"test/rows": float(len(index)), "test/last": float(index[-1])},
    )


task = Task(
    name="pebbles",
    card=Card("pebbles", "Pebbles", "round or flat", "CC0", "me"),
    data=PebbleData,
    model=Pebbles,
    inputs=("x",),
    target="y",
    classes=("flat", "round"),
    plot=lambda sample, prediction=None, attribution=None: None,
    fit=FIT,
    demo=FIT,
    evaluate=_evaluate,
    check=lambda path: None,
)
