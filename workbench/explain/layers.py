"""Shares seen from inside a network, by Captum."""

from typing import Any

import torch
from captum.attr import (
    LRP,
    LayerActivation,
    LayerConductance,
    LayerGradCam,
    NeuronConductance,
)
from captum.attr._core.lrp import (
    SUPPORTED_LAYERS_WITH_RULES,
    SUPPORTED_NON_LINEAR_LAYERS,
)
from captum.attr._utils.lrp_rules import IdentityRule
from torch import nn
from torch.nn import functional as F

from workbench.errors import BadInput
from workbench.evidence import CHANNEL
from workbench.explain.question import Asked, Found, Maps, Question

STEPS = 32
RESCALES = "Normalisation"  # every task's layer that gives numbers their scale


def grad_cam(question: Question) -> Found:
    """Where a tower's last pictures speak for the answer, drawn over its input.

    Selvaraju et al. (2017), arXiv:1610.02391; each tower by itself.

    Raises:
        BadInput: the task names no tower, or one reads several inputs as one batch.
    """
    asked = question.asked(dense=True)
    towers = question.evidence.towers(asked.network)
    if not towers:
        raise BadInput(
            "grad-cam: the task names no layer whose output is a picture of an input: "
            "take integrated-gradients or occlusion, which ask nothing of layers"
        )
    maps: list[torch.Tensor] = []
    for name, step in zip(question.names, question.steps, strict=True):
        if name not in towers:
            maps.append(torch.zeros_like(step))
            continue
        coarse: Any = LayerGradCam(asked, towers[name]).attribute(
            question.variables,
            additional_forward_args=question.context,
            relu_attributions=True,
        )
        if len(coarse) != len(step):
            raise BadInput(
                f"grad-cam: the layer of {name} reads several inputs as one batch: "
                "take integrated-gradients or occlusion, which ask nothing of layers"
            )
        place = question.evidence.axes[name].index(CHANNEL) + 1
        size = step.shape[place + 1 :]
        fine = F.interpolate(coarse, size, mode="bilinear").detach()
        maps.append(fine.expand_as(step) / step.shape[place])
    return tuple(maps), {}


def grad_cam_input(question: Question) -> Found:
    """Grad-CAM where there is something, by how much there is."""
    maps, notes = grad_cam(question)
    return tuple(a * s.abs() for a, s in zip(maps, question.steps, strict=True)), notes


def lrp(question: Question) -> Found:
    """The answer passed back from layer to layer, each to what brought it about.

    Bach et al. (2015), PLoS ONE 10, e0130140, by the ε rule. It explains the class by
    itself: relevance has no meaning for a difference of classes.

    Raises:
        BadInput: the network has layers that know no rule.
    """
    asked = question.asked(dense=True)
    for name, layer in asked.network.named_modules():
        if next(layer.children(), None) is None and not _has_rule(layer):
            raise BadInput(
                f"lrp: no rule for {name}, a {type(layer).__name__}: take "
                "integrated-gradients or shapley, which ask nothing of layers"
            )
    weights = question.weights.clamp(min=0)
    context = (weights, *question.context[1:])
    found = LRP(asked).attribute(question.variables, additional_forward_args=context)
    return found, {"explains": "the class by itself"}


def _has_rule(layer: nn.Module) -> bool:
    """Whether ε's rule holds; what only moves or rescales numbers passes all on."""
    if type(layer) in (*SUPPORTED_LAYERS_WITH_RULES, *SUPPORTED_NON_LINEAR_LAYERS):
        return True
    bare = next(layer.parameters(), None) is None
    if bare and type(layer).__name__ == RESCALES:
        layer.rule = IdentityRule()  # pyright: ignore
        return True
    return False


def activation(question: Question, layer: str) -> torch.Tensor:
    """What a layer makes of the samples (B, …)."""
    asked, found = layer_of(question, layer)
    return LayerActivation(asked, found).attribute(  # pyright: ignore
        question.variables, additional_forward_args=question.context
    )


def conductance(question: Question, layer: str) -> torch.Tensor:
    """What each unit of a layer adds to the answer (B, …).

    Dhamdhere et al. (2018), arXiv:1805.12233.
    """
    asked, found = layer_of(question, layer)
    return LayerConductance(asked, found).attribute(  # pyright: ignore
        question.variables, additional_forward_args=question.context, n_steps=STEPS
    )


def through(question: Question, layer: str, unit: tuple[int, ...]) -> Maps:
    """What each cell adds to the answer through one unit of a layer."""
    asked, found = layer_of(question, layer)
    return NeuronConductance(asked, found).attribute(
        question.variables,
        unit,
        additional_forward_args=question.context,
        n_steps=STEPS,
    )


def layer_of(question: Question, name: str) -> tuple[Asked, nn.Module]:
    """The network as a module for Captum, and one of its layers.

    Raises:
        BadInput: there is none of that name.
    """
    asked = question.asked(dense=True)
    known = dict(asked.network.named_modules())
    if name not in known or not name:
        leaves = [k for k, m in known.items() if next(m.children(), None) is None]
        raise BadInput(f"no layer {name!r}: choose from {', '.join(leaves)}")
    return asked, known[name]
