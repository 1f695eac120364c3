"""Shares from slopes, by Captum: one backward pass, or some hundreds.

Each takes a :class:`Question` and gives its inputs' shares and what is to be known of
them. Steps away from nothing are what slopes are taken by and shares are of.
"""

import warnings
from typing import Any

import torch
from captum.attr import (
    DeepLift,
    GradientShap,
    InputXGradient,
    IntegratedGradients,
    NoiseTunnel,
    Saliency,
)

from workbench.explain.completeness import COMPLETE, completeness_error
from workbench.explain.drawing import drawn
from workbench.explain.question import Found, Maps, Question

FIRST, MOST = 32, 512  # steps of a path
DRAWS = 32  # of what is drawn
NOISE = 0.2  # steps of the inputs' spread


def saliency(question: Question) -> Found:
    """Size of the slope at the sample: what a small change there would do.

    Simonyan et al. (2013), arXiv:1312.6034.
    """
    captum = Saliency(question.asked())
    return _plainly(captum, question), {}


def input_gradient(question: Question) -> Found:
    """Slope at the sample times what is there. Shrikumar et al., arXiv:1605.01713."""
    captum = InputXGradient(question.asked())
    return _plainly(captum, question), {}


def integrated_gradients(question: Question) -> Found:
    """Slopes on the straight way from nothing, times what is there.

    Sundararajan et al. (2017), arXiv:1703.01365. Steps are doubled until the shares
    add up to the answer within 1 %.
    """
    captum = IntegratedGradients(question.asked())
    maps = tuple(torch.zeros_like(step) for step in question.steps)
    steps, left = FIRST, torch.arange(len(question))
    rise = question.value() - question.value(maps)
    used = torch.zeros(len(question), dtype=torch.int64)
    while len(left):
        part = question[left]
        found = captum.attribute(
            part.variables,
            additional_forward_args=part.context,
            n_steps=steps,
            internal_batch_size=max(question.at_once, len(left)),
        )
        for whole, rows in zip(maps, found, strict=True):
            whole[left] = rows.detach().to(whole.dtype)
        used[left] = steps
        error = completeness_error(found, rise[left])
        steps *= 2
        left = left[error > COMPLETE] if steps <= MOST else left[:0]
    return maps, {"steps": used.tolist()}


def deeplift(question: Question) -> Found:
    """Differences from nothing, layer by layer: as a path, in one pass.

    Shrikumar et al. (2017), arXiv:1704.02685. Exact only where each change of slope
    is a module of its own; the completeness error tells.
    """
    captum = DeepLift(question.asked(dense=True))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Setting forward, backward hooks")
        return _plainly(captum, question), {}


def gradient_shap(question: Question) -> Found:
    """Slopes at random places on the way from nothing, times what is there.

    Lundberg and Lee (2017), arXiv:1705.07874.
    """
    inputs = question.variables
    with drawn():
        found = GradientShap(question.asked()).attribute(
            inputs,
            baselines=tuple(torch.zeros_like(step[:1]) for step in inputs),
            n_samples=DRAWS,
            additional_forward_args=question.context,
        )
    return found, {"draws": DRAWS}


def smoothgrad(question: Question) -> Found:
    """Slope times what is there, over samples with noise. Smilkov, arXiv:1706.03825."""
    with drawn():
        found: Any = NoiseTunnel(InputXGradient(question.asked())).attribute(
            question.variables,
            nt_type="smoothgrad",
            nt_samples=DRAWS,
            nt_samples_batch_size=max(1, question.at_once // len(question)),
            stdevs=NOISE,
            additional_forward_args=question.context,
        )
    return found, {"draws": DRAWS, "noise": NOISE}


def _plainly(captum: Any, question: Question) -> Maps:
    context = question.context
    return captum.attribute(question.variables, additional_forward_args=context)
