"""Against people, beside how far people and truth agree with each other."""

import torch

from workbench.task import Table
from workbench.tasks.climate.evaluation.confusion import confusion, overlap
from workbench.tasks.climate.evaluation.points import KEYS
from workbench.tasks.climate.samples import consensus

Comparison = dict[str, torch.Tensor]  # who → IoU of each class (3,)


def against_people(
    labels: torch.Tensor, mask: torch.Tensor, named: torch.Tensor
) -> Comparison:
    """Network, truth and the other people against each person in turn, pooled.

    Args:
        labels: What people drew, (N, people, H, W).
        mask: True codes, (N, H, W).
        named: Codes given, the same.
    """
    people = labels.shape[1]
    held = labels.unbind(1)
    said = {
        "the network": [named] * people,
        "the generator's truth": [mask.clamp(min=0)] * people,
    }
    if people > 1:
        others = [
            torch.cat([labels[:, :k], labels[:, k + 1 :]], 1) for k in range(people)
        ]
        title = "what most others say" if people > 2 else "the other person"
        said[title] = [
            torch.from_numpy(consensus(rest.numpy())).clamp(min=0) for rest in others
        ]
    return {
        who: overlap(
            torch.stack(
                [
                    confusion(person, given).sum(0)
                    for person, given in zip(held, answers, strict=True)
                ]
            ).sum(0)
        )
        for who, answers in said.items()
    }


def people_numbers(compared: Comparison) -> dict[str, float]:
    """The network's overlap with people under its keys."""
    mine = compared["the network"]
    return {f"test/iou_{key}_annotators": float(mine[k]) for k, key in enumerate(KEYS)}


def people_table(compared: Comparison, people: int) -> Table:
    """Who agrees with a person, and how far."""
    rows = tuple(
        (who, *(f"{float(value):.3f}" for value in iou))
        for who, iou in compared.items()
    )
    caption = (
        f"Intersection over union with each of {people} simulated annotators in turn, "
        "pooled. They disagree as people do: nobody can agree with one of them much "
        "better than the truth does."
    )
    return Table("Against people", caption, ("who", *KEYS), rows)
