"""The test report of a vertex classifier: numbers, tables and pictures."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from workbench.rates import Rate
from workbench.task import Evaluation, Table
from workbench.tasks.neutrino import figures
from workbench.tasks.neutrino.data import VertexData
from workbench.tasks.neutrino.evaluation import tables
from workbench.tasks.neutrino.evaluation.conditions import by_condition
from workbench.tasks.neutrino.evaluation.numbers import numbers
from workbench.tasks.neutrino.evaluation.recorded import (
    CAUSES,
    HADRONS,
    KINEMATICS,
    PLACE,
    recorded,
)
from workbench.tasks.neutrino.evaluation.residual import from_plane_codes
from workbench.tasks.neutrino.evaluation.selections import by_material, by_target
from workbench.tasks.neutrino.segments import PLANE_CODES
from workbench.tasks.neutrino.simulator.layers import PART, part_at

FULL = PLANE_CODES["full"]
TARGETS = (0, 1, 2, 4, 5)  # rows of PART: targets 1 to 5, without water


def judge(
    outputs: Mapping[str, np.ndarray], model: Any, data: VertexData
) -> Evaluation:
    """Compare a model's answers with the truth of the events they were given for.

    Args:
        outputs: ``index`` (N,) rows of the data, ``probabilities`` (N, 11) and, from
            networks that tell planes apart, ``plane_probabilities`` (N, codes).
        model: Who answered; it is also asked about each condition of the simulation.
        data: Where the truth and the events for the pictures are.
    """
    source = data.source
    assert source.truth is not None
    order = np.argsort(outputs["index"])
    index = outputs["index"][order]
    probabilities = outputs["probabilities"][order]
    truth = source.truth[index]
    predicted = probabilities.argmax(1).astype(np.uint8)
    planes = None
    if "plane_probabilities" in outputs and data.plane_codes == FULL:
        codes = outputs["plane_probabilities"][order].argmax(1)
        planes = from_plane_codes(truth["plane_code"], codes)
    conditions = by_condition(model, data) if data.path is None else {}
    found = numbers(truth, predicted, probabilities)
    return Evaluation(
        found | {f"test/accuracy_{k}": rate.value for k, rate in conditions.items()},
        tuple(_tables(truth, predicted, probabilities, conditions, model.class_counts)),
        _figures(truth, predicted, probabilities, planes)
        | _pictures(truth, probabilities, lambda row: data.sample(int(index[row]))),
    )


def _tables(
    truth: np.ndarray,
    predicted: np.ndarray,
    probabilities: np.ndarray,
    conditions: Mapping[str, Rate],
    class_counts: Sequence[int] | None,
) -> Iterator[Table]:
    missing: list[str] = []
    yield tables.segment_table(truth, predicted)
    selections = by_target(truth, predicted)
    if recorded(truth, PLACE):
        behind = materials_behind(truth["x"], truth["y"])
        selections += by_material(truth, predicted, behind)
    else:
        missing.append("purity and efficiency by material")
    yield tables.selection_table(selections)
    if recorded(truth, KINEMATICS):
        yield tables.bias_table(truth, predicted)
    else:
        missing.append("bias in Q² and W")
    if recorded(truth, HADRONS):
        yield tables.multiplicity_table(truth, predicted)
    else:
        missing.append("accuracy by hadrons")
    if conditions:
        yield tables.condition_table(conditions)
    if class_counts:
        yield tables.count_table(truth, probabilities, class_counts)
    if recorded(truth, CAUSES):
        yield tables.cause_table(truth, predicted)
    else:
        missing.append("wrong events by cause")
    yield tables.published_table()
    if missing:
        yield tables.missing_table(missing)


def _figures(
    truth: np.ndarray,
    predicted: np.ndarray,
    probabilities: np.ndarray,
    planes: np.ndarray | None,
) -> dict[str, Any]:
    return {
        "Accuracy of each segment": figures.per_segment_bars(truth, predicted),
        "What is taken for what": figures.confusion(truth, predicted),
        "How far off": figures.residuals(truth, predicted, planes),
        "How honest the probabilities are": figures.calibration(truth, probabilities),
    }


def _pictures(
    truth: np.ndarray, probabilities: np.ndarray, sample: Callable[[int], Any]
) -> dict[str, Any]:
    if not recorded(truth, CAUSES):
        return {}
    gallery = figures.causes_gallery(truth, probabilities, sample)
    return {"Wrong events, one of each cause": gallery}


def materials_behind(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """What targets 1 to 5 are made of at (x, y) mm: (N, 5) index into MATERIALS."""
    places = zip(x.tolist(), y.tolist(), strict=True)
    made = [[PART[t, part_at(t, *place)] for t in TARGETS] for place in places]
    return np.array(made, np.int64).reshape(-1, len(TARGETS))
