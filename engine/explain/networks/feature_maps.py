"""Which layers of a network answer with feature maps, and what do they hold for an image?"""

import difflib
from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.explain.networks.private import private
from engine.nn.taps import outputs_of
from engine.words import said

IDLE = ("Pool", "Drop", "Identity")  # in class names: these learn nothing of their own


def feature_layers(model: nn.Module, x: Tensor) -> dict[str, tuple[int, int, int]]:
    """Layers whose output is (B, C, h, w) with more than one pixel, in the order they finish.

    A module that a network calls more than once is left out: it has no single answer. Works on a
    copy of the model.

    Args:
        model: from (B, C, H, W) to logits (B, K).
        x: (B, C, H, W), of which the first image is used.

    Returns:
        Dotted module name to (C, h, w).
    """
    twin = private(model)
    found: list[tuple[str, Tensor]] = []
    for name, module in twin.named_modules():
        if name:
            module.register_forward_hook(lambda _m, _a, o, name=name: found.append((name, o)))
    with torch.no_grad():
        twin(x[:1])
    calls = [name for name, _ in found]
    return {
        name: tuple(out.shape[1:])  # type: ignore[misc]
        for name, out in found
        if isinstance(out, Tensor)
        and out.ndim == 4
        and out[0, 0].numel() > 1
        and calls.count(name) == 1
    }


def choose_layer(model: nn.Module, x: Tensor, name: str = "") -> str:
    """The layer of that name; the last one that learns or activates where the name is empty.

    Raises:
        ValueError: there is no such layer, or it gives no feature maps.
    """
    layers = feature_layers(model, x)
    if not layers:
        raise ValueError(
            said("This model has no feature maps: it takes a network with a convolution.")
        )
    if name in layers:
        return name
    if name:
        close = difflib.get_close_matches(name, list(layers), n=1)
        missing = said("There is no layer {name!r} with feature maps in this model.", name=name)
        if close:
            missing = said("{missing} Did you mean {close!r}?", missing=missing, close=close[0])
        raise ValueError(missing)
    modules = dict(model.named_modules())
    busy = [n for n in layers if not any(word in type(modules[n]).__name__ for word in IDLE)]
    return (busy or list(layers))[-1]


def maps_of(model: nn.Module, x: Tensor, layers: Iterable[str]) -> dict[str, Tensor]:
    """The feature maps (B, K, h, w) of some layers, by name, without gradients."""
    return outputs_of(private(model), layers, x)


def maps_and_gradients(
    model: nn.Module, x: Tensor, target: Tensor, layer: str
) -> tuple[Tensor, Tensor]:
    """The feature maps A of a layer and ∂S_c/∂A, both (B, K, h, w), detached.

    Args:
        model: a private one: it is given a hook.
        x: (B, C, H, W).
        target: (B,) classes c.
        layer: dotted name, as `choose_layer` gives it.
    """
    found: list[Tensor] = []

    def cut(_module: nn.Module, _args: object, out: Tensor) -> Tensor:
        found.append(out.detach().requires_grad_())  # what lies before needs no gradient
        return found[-1]

    hook = model.get_submodule(layer).register_forward_hook(cut)
    try:
        with torch.enable_grad():
            score = model(x.detach()).gather(1, target[:, None]).sum()
        (gradient,) = torch.autograd.grad(score, found[0])
    finally:
        hook.remove()
    return found[0].detach(), gradient


def enlarge(maps: Tensor, size: tuple[int, int]) -> Tensor:
    """Maps (B, K, h, w) at the size (H, W) of the image, bilinear.

    Where H and W are whole multiples of h and w, the mean of each map stays the same.
    """
    return F.interpolate(maps, size, mode="bilinear", align_corners=False)
