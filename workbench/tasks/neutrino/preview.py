"""What a network in training says of four events of the validation sample."""

from typing import Any

import numpy as np

from workbench.style import PREDICTED, TRUTH, new_figure, style
from workbench.tasks.neutrino.batches import VertexBatches
from workbench.tasks.neutrino.data import VertexData
from workbench.tasks.neutrino.model import VertexClassifier
from workbench.tasks.neutrino.plot import draw_view, edges, name_places
from workbench.tasks.neutrino.segments import CLASS_NAMES, RANK, Z_ORDER

EVENTS = 4
LOOKED_AT = 2000  # validation events that these are chosen from


def preview(model: VertexClassifier, data: VertexData) -> Any:
    """Draw the X view of four events, and where the network finds their vertices.

    Args:
        model: Is asked for the probabilities of the segments.
        data: Gives the events, from along the whole detector.
    """
    rows = _rows(data)
    batch = VertexBatches(data.source, data.x_columns, data.times)[rows]
    moved = {name: values.to(model.device) for name, values in batch.items()}
    chances = model.predict_step(moved, 0)["probabilities"].float().cpu().numpy()
    with style():
        figure = new_figure(11, 6.8)
        figure.set_layout_engine("none")  # which would take longer than the drawing
        places = figure.add_gridspec(
            -(-len(rows) // 2),
            2,
            left=0.062,
            right=0.985,
            bottom=0.08,
            top=0.92,
            hspace=0.4,
            wspace=0.14,
        )
        for i, (row, probabilities) in enumerate(zip(rows, chances, strict=True)):
            place = places[divmod(i, 2)]
            _event(figure, place, data.sample(int(row)), probabilities)
    return figure


def _rows(data: VertexData) -> np.ndarray:
    """The first validation event of some segments, from upstream to downstream."""
    first, last = data.bounds("val")
    truth = data.source.truth
    assert truth is not None
    codes, places = np.unique(
        truth["segment"][first : min(last, first + LOOKED_AT)], return_index=True
    )
    along = places[np.argsort(RANK[codes])]
    chosen = np.linspace(0, len(along) - 1, min(EVENTS, len(along))).round()
    return first + along[chosen.astype(int)]


def _event(
    figure: Any, place: Any, sample: dict[str, Any], chances: np.ndarray
) -> None:
    """One event above the probabilities of the segments that it shows."""
    found, true = int(np.argmax(chances)), int(sample["segment"])
    parts = place.subgridspec(2, 1, height_ratios=(2.6, 1), hspace=0.08)
    above = figure.add_subplot(parts[0])
    below = figure.add_subplot(parts[1], sharex=above)
    draw_view(above, 0, sample, found)
    name_places(above)
    above.set(yticks=[])
    above.tick_params(bottom=False, labelbottom=False)
    look: dict[str, Any] = {"fontsize": 10, "fontweight": "bold", "pad": 16}
    above.set_title(f"truth: {CLASS_NAMES[true]}", loc="left", color=TRUTH, **look)
    verdict = "✓" if found == true else "✗"
    told = f"network: {CLASS_NAMES[found]}, {100 * chances[found]:.0f} %  {verdict}"
    above.set_title(told, loc="right", color=PREDICTED, **look)
    bounds = edges(above)
    order = np.array(Z_ORDER)
    below.bar(
        bounds[:-1],
        chances[order],
        np.diff(bounds),
        align="edge",
        color=[PREDICTED if code == found else "#b6c3cf" for code in order],
    )
    below.axvline(float(sample["truth"]["z"]), color=TRUTH, lw=1, ls=(0, (4, 3)))
    below.set(ylim=(0, 1), yticks=[0, 1], ylabel="probability", xlabel="z [mm]")
