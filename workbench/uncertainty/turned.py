"""A network that is asked about a sample and its mirror images.

Where the truth has a symmetry, each answer is as good as the other, and their mean is
better: Shanmugam et al., Better Aggregation in Test-Time Augmentation, ICCV 2021,
arXiv:2011.11156.
"""

from typing import Any

import torch

from workbench.errors import BadInput
from workbench.task import Symmetry, Task
from workbench.uncertainty.answers import How


def changed(task: Task, symmetry: Symmetry, model: Any, batch: Any) -> Any:
    """A batch of changed samples."""
    inputs = symmetry.there(model, [batch[name] for name in task.inputs])
    return {**batch, **dict(zip(task.inputs, inputs, strict=True))}


def turned(task: Task) -> How:
    """How to ask a network about samples as they are and under each symmetry.

    Raises:
        BadInput: the task names none.
    """
    if not task.symmetries:
        raise BadInput(
            f"the task {task.name} names no symmetry of its samples: leave out "
            "--methods symmetry"
        )

    def ask(model: Any, batch: Any, step: int) -> torch.Tensor:
        said = [model.predict_step(batch, step)["probabilities"]]
        for symmetry in task.symmetries.values():
            new = changed(task, symmetry, model, batch)
            answer = model.predict_step(new, step)["probabilities"]
            said.append(symmetry.back(answer))
        return torch.stack(said)

    return ask
