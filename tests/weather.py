"""A climate run whose network is a rule: much vapour is a river."""

from pathlib import Path

import torch
from torch import nn

import workbench
from workbench.panels.selection import Selection
from workbench.runs.lightning import lightning
from workbench.tasks.climate.variables import NAMES, RIVER


def by_vapour(
    runs: Path, maps: tuple[int, int, int], slope: float, bias: list[float]
) -> Selection:
    """The test maps of a run that hardly trained, and the rule in its network's place.

    Args:
        runs: Where the run goes.
        maps: How many for training, validation and test.
        slope: Of a river's logit by the vapour's standard deviations.
        bias: Of the logits.
    """
    sizes = dict(zip(("maps", "val_maps", "test_maps"), maps, strict=True))
    words = [f"--data.{key}={value}" for key, value in sizes.items()]
    words += ["--data.steps=1", "--data.batch_size=2"]
    words += ["--trainer.max_steps=1", "--trainer.enable_progress_bar=false"]
    fit = workbench.load("climate").fit
    selection = Selection(str(lightning("fit", fit, words, runs=runs)))
    rule = nn.Conv2d(len(NAMES), 3, 1)
    with torch.no_grad():
        rule.weight.zero_()
        rule.weight[RIVER, NAMES.index("TMQ")] = slope
        rule.bias.copy_(torch.tensor(bias))
    selection.trained.model.network = rule
    return selection
