"""Ways of explaining, by name."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from workbench.errors import BadInput
from workbench.explain import ablations, gradients, layers
from workbench.explain.attribution import Attribution
from workbench.explain.guards import warnings_of
from workbench.explain.question import Found, Question


@dataclass(frozen=True)
class Method:
    """A way of sharing an answer out.

    Attributes:
        says: What a share is, in words.
        run: Gives the shares of a question's inputs, and what is to be known of them.
        complete: Whether shares ought to add up to the answer.
        looks: Whether it looks into layers, and errs where Captum cannot see them.
        parts: Whether it takes parts away, which ``parts=`` names.
    """

    says: str
    run: Callable[..., Found]
    complete: bool = False
    looks: bool = False
    parts: str | None = None


METHODS = {
    "saliency": Method(
        "how steeply the answer changes with a cell, whichever way", gradients.saliency
    ),
    "input-gradient": Method(
        "what is in a cell times the slope of the answer there",
        gradients.input_gradient,
    ),
    "integrated-gradients": Method(
        "what is in a cell times the mean slope on the way from an empty input; shares "
        "add up to the answer",
        gradients.integrated_gradients,
        complete=True,
    ),
    "deeplift": Method(
        "differences from an empty input, carried back layer by layer",
        gradients.deeplift,
        complete=True,
        looks=True,
    ),
    "gradient-shap": Method(
        "what is in a cell times slopes at random places from an empty input on",
        gradients.gradient_shap,
        complete=True,
    ),
    "smoothgrad": Method(
        "what is in a cell times the slope, averaged over samples with noise",
        gradients.smoothgrad,
    ),
    "grad-cam": Method(
        "how much the network's own coarse pictures of an input speak for the answer",
        layers.grad_cam,
        looks=True,
    ),
    "grad-cam-input": Method(
        "the same, laid over what is in each cell", layers.grad_cam_input, looks=True
    ),
    "lrp": Method(
        "the answer handed back from layer to layer in proportion",
        layers.lrp,
        looks=True,
    ),
    "occlusion": Method(
        "what the answer loses when a small patch is emptied",
        ablations.ablation,
        parts="patches",
    ),
    "ablation": Method(
        "what the answer loses without a whole view or other part",
        ablations.ablation,
        parts="views",
    ),
    "shapley": Method(
        "what a view or other part adds, on average over orders of adding them",
        ablations.shapley,
        complete=True,
        parts="views",
    ),
}
DEFAULT = "integrated-gradients"


def attribute(
    question: Question, method: str = DEFAULT, parts: str | None = None
) -> Attribution:
    """Share what a network says out among the cells of its inputs.

    Args:
        question: What of its answers, about which samples.
        method: One of ``METHODS``.
        parts: What is taken away together, where the method takes away.

    Raises:
        BadInput: no such method, one that does not apply to this network, or shares
            that are no numbers.
    """
    way = chosen(method)
    options = {"parts": parts or way.parts} if way.parts else {}
    if parts and not way.parts:
        able = [name for name, one in METHODS.items() if one.parts]
        raise BadInput(f"{method} takes no parts away: ask {', '.join(able)}")
    warned = warnings_of(question) if way.looks else ()
    try:
        found, notes = way.run(question, **options)
    except RuntimeError as error:
        if "more than once" not in str(error):
            raise
        raise BadInput(
            f"{method}: layers {'; '.join(warned)}: take integrated-gradients or "
            "occlusion, which ask nothing of layers"
        ) from error
    maps = {
        name: values.detach().cpu().numpy()
        for name, values in zip(question.names, found, strict=True)
    }
    for name, values in zip(question.names, found, strict=True):
        if not values.isfinite().all():
            raise BadInput(
                f"{method}: shares of {name} that are no numbers: the network is "
                "broken there; compare with another method, such as occlusion"
            )
    nothing = question.value(tuple(torch.zeros_like(step) for step in question.steps))
    return Attribution(
        method,
        question.about,
        maps,
        question.value().cpu().numpy(),
        nothing.cpu().numpy(),
        notes | ({"warnings": warned} if warned else {}),
    )


def chosen(method: str) -> Method:
    """The method of a name."""
    if method not in METHODS:
        raise BadInput(f"no method {method!r}: choose from {', '.join(METHODS)}")
    return METHODS[method]
