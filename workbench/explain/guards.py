"""Where Captum would be wrong and say nothing.

Found by calling version 0.9: a layer that is met twice answers for its last meeting
alone; changes of slope that are no module of the network are taken for straight lines;
a layer that sees several inputs as one batch mixes samples with what they are compared
with.
"""

from collections import Counter
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from workbench.explain.question import Question

BENT = {  # functions with changes of slope that modules of the same name stand for
    F.relu, F.relu_, torch.relu, torch.relu_, torch.Tensor.relu, torch.Tensor.relu_,
    F.leaky_relu, F.leaky_relu_, F.elu, F.gelu, F.silu, F.selu, F.softplus,
    torch.sigmoid, torch.Tensor.sigmoid, F.sigmoid,
    torch.tanh, torch.Tensor.tanh, F.tanh,
    F.max_pool2d, torch.max_pool2d,
}  # fmt: skip


class _Seen(TorchFunctionMode):
    """Counts bent functions that are called outside of the network's own layers."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = 0
        self.names: Counter[str] = Counter()

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        if func in BENT and not self.inside:
            self.names[func.__name__] += 1
        return func(*args, **(kwargs or {}))


def warnings_of(question: Question) -> tuple[str, ...]:
    """What about this network methods that look into layers get wrong, in words."""
    one = question[:1]
    asked = one.asked(dense=True)
    met: Counter[str] = Counter()
    joined: set[str] = set()
    seen = _Seen()
    handles: list[Any] = []

    def before(name: str) -> Any:
        def count(layer: nn.Module, given: tuple[Any, ...]) -> None:
            seen.inside += 1
            met[name] += 1
            first = given[0] if given else None
            if isinstance(first, torch.Tensor) and len(first) != len(one):
                joined.add(name)

        return count

    def after(layer: nn.Module, given: Any, answer: Any) -> None:
        seen.inside -= 1

    for name, layer in asked.network.named_modules():
        if next(layer.children(), None) is None:
            handles.append(layer.register_forward_pre_hook(before(name)))
            handles.append(layer.register_forward_hook(after))
    try:
        with torch.no_grad(), seen:
            asked(*one.steps, *one.context)
    finally:
        for handle in handles:
            handle.remove()
    twice = [name for name, times in met.items() if times > 1]
    found: list[str] = []
    if twice:
        found.append(f"met more than once: {', '.join(twice)}")
    if seen.names:
        found.append(f"no modules, so not seen: {', '.join(sorted(seen.names))}")
    if joined:
        found.append(f"reads several inputs as one batch: {', '.join(sorted(joined))}")
    return tuple(found)
