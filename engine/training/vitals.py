"""How does a network fare while it learns? Sizes of gradients and weights, and where it broke."""

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves

from engine.nn.taps import evaluating


@torch.no_grad()
def norms_of(weights: Mapping[str, Tensor]) -> dict[str, float]:
    """Euclidean norm of the last gradient and of the weights, by layer."""
    seen = {n: (w, w.grad) for n, w in weights.items() if w.grad is not None}
    values: dict[str, float] = {}
    for index, series in enumerate(("weight_norm", "grad_norm")):
        norms = torch._foreach_norm([pair[index] for pair in seen.values()]) if seen else []
        for name, norm in zip(seen, norms, strict=True):
            values[f"{series}/{name}"] = norm.item()
    return values


def first_non_finite(model: nn.Module, forward: Callable[[], object]) -> str:
    """Where values left the finite numbers: the first layer, in forward order, whose output is not
    finite; where only the loss overflows, the layer of the largest output.

    Args:
        model: left in its mode and without our hooks.
        forward: calls it on the batch in question.
    """
    peaks: dict[str, float] = {}
    hooks = [
        module.register_forward_hook(
            lambda module, args, out, name=name: peaks.update({name: _peak(out)})
        )
        for name, module in model.named_modules()
        if name and not any(module.children())
    ]
    try:
        with evaluating(model), torch.no_grad():
            forward()
    finally:
        for hook in hooks:
            hook.remove()
    bad = [name for name, peak in peaks.items() if not math.isfinite(peak)]
    return bad[0] if bad else max(peaks, key=peaks.__getitem__, default="the loss")


def _peak(out: object) -> float:
    """The largest size among all numbers of an output, which may be several tensors."""
    parts = [leaf.abs().max() for leaf in tree_leaves(out) if isinstance(leaf, Tensor)]
    return float(torch.stack(parts).max()) if parts else 0.0  # not finite where one is not
