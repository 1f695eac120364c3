"""A shortcut planted into neutrino events, and who relies on it.

Beside the plane network, which reads vertices where they are, stands a small tower
network: its last layers see the whole detector, so that it can go by a cell far from
any vertex. One is taught on planted events, one on the same events as they are. Both
are asked about planted events that neither has seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from workbench.explain.comparisons import field
from workbench.explain.methods import DEFAULT, attribute
from workbench.explain.planted import planted, planted_mask, share_planted
from workbench.explain.question import margin
from workbench.task import Task
from workbench.tasks.neutrino.model import VertexClassifier
from workbench.tasks.neutrino.networks.towers import Tower

SMALL = Tower(
    views="x",
    columns=1,
    kernels=((8, 3),),
    filters=(4,),
    pool=(8, 2),
    tower_width=64,
    joint_width=0,
)
COLUMN = 47  # of the X view, downstream of all segments but the last
CELLS = [("x", (0, 8 + 11 * code, COLUMN)) for code in range(11)]
ENERGY = 30.0  # MeV, about what a muon leaves in ten strips
EPOCHS, BATCH, RATE = 6, 64, 2e-3

Inputs = Mapping[str, torch.Tensor]


@dataclass(frozen=True)
class Found:
    """What a network makes of planted events it has not seen.

    Attributes:
        accuracy: Part that is answered rightly.
        share: Of each, the part of the map that lies in the planted cells (B,).
        plain: The same of the field's map (B,).
    """

    accuracy: float
    share: np.ndarray
    plain: np.ndarray


def taught(inputs: Inputs, labels: torch.Tensor, seed: int = 0) -> VertexClassifier:
    """A small network after a few epochs."""
    torch.manual_seed(seed)
    model = VertexClassifier(SMALL).train()
    optimizer = torch.optim.Adam(model.parameters(), RATE)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(labels)).split(BATCH):
            loss = F.cross_entropy(
                model(*(view[rows] for view in inputs.values())), labels[rows]
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model.eval()


def asked(
    task: Task, model: Any, inputs: Inputs, labels: torch.Tensor, method: str = DEFAULT
) -> Found:
    """Where a network's maps lie, of events into which the shortcut is planted."""
    assert task.evidence is not None
    lit = planted(inputs, labels, CELLS, ENERGY)
    question = margin(model, task.evidence, lit, task.classes)
    axes = task.evidence.axes
    mask = planted_mask(lit, axes, CELLS)
    with torch.no_grad():
        right = (model(*lit.values()).argmax(1) == labels).float().mean()
    plain = np.concatenate(
        [
            values.reshape(len(labels), -1)
            for values in field(question.arrays, axes).values()
        ],
        1,
    )
    found = attribute(question, method)
    return Found(
        float(right),
        share_planted(found, axes, mask),
        plain[:, mask].sum(1) / plain.sum(1),
    )


def both(
    task: Task, known: Mapping[str, Any], new: Mapping[str, Any]
) -> dict[str, Found]:
    """Teach a network with the shortcut and one without; ask both about new events.

    Args:
        task: The neutrino task.
        known: A batch to learn from.
        new: A batch to be asked about.
    """
    views = {name: known[name] for name in task.inputs}
    asks = {name: new[name] for name in task.inputs}
    labels = known["segment"]
    lit = planted(views, labels, CELLS, ENERGY)
    return {
        name: asked(task, taught(given, labels), asks, new["segment"])
        for name, given in (("with", lit), ("without", views))
    }
