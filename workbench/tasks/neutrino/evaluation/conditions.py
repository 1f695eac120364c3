"""How a model does under each named condition of the simulated detector."""

from typing import Any

import numpy as np
import torch

from workbench.rates import Rate
from workbench.tasks.neutrino.conditions import CONDITIONS
from workbench.tasks.neutrino.data import VertexData
from workbench.tasks.neutrino.evaluation.breakdown import accuracy
from workbench.tasks.neutrino.fresh import fresh

SEED = 987_654_321  # of no training
EVENTS = 2000  # of each condition, or as many as were tested if those are fewer


@torch.no_grad()
def by_condition(model: Any, data: VertexData) -> dict[str, Rate]:
    """Accuracy on fresh events of each condition at full strength.

    A fault of the detector is seen on the same interactions as ``nominal``.

    Args:
        model: A trained vertex classifier.
        data: What it was tested on; its columns and times are used.
    """
    model.eval()
    events = min(EVENTS, data.test_events)
    rates: dict[str, Rate] = {}
    for name in CONDITIONS:
        shifted = fresh(data, events, SEED, name)
        assert shifted is not None
        shifted.prepare_data()
        shifted.setup("test")
        truth = shifted.read("test").truth
        assert truth is not None
        chosen: list[np.ndarray] = []
        for step, batch in enumerate(shifted.test_dataloader()):
            batch = model.transfer_batch_to_device(batch, model.device, 0)
            answer = model.predict_step(batch, step)
            chosen.append(answer["probabilities"].argmax(1).cpu().numpy())
        rates[name] = accuracy(truth, np.concatenate(chosen))
    return rates
