"""What shall a picture make a network say? A class, a channel, a unit, or anything it sees."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from engine.words import said


@contextmanager
def answers_of(model: nn.Module, layer: str) -> Iterator[list[Tensor]]:
    """A list to which every pass adds the output of a layer, part of the graph.

    The hook is gone when the block ends.

    Raises:
        ValueError: there is no layer of that name.
    """
    modules = dict(model.named_modules())
    if layer not in modules or not layer:
        known = ", ".join(name for name in modules if name)
        raise ValueError(
            said(
                "There is no layer {layer!r} in this network. Known: {known}.",
                layer=layer[:40],
                known=known[:300],
            )
        )
    found: list[Tensor] = []
    hook = modules[layer].register_forward_hook(lambda _module, _args, out: found.append(out))
    try:
        yield found
    finally:
        hook.remove()


def answer(model: nn.Module, x: Tensor, layer: str) -> Tensor:
    """The output of a layer on x (B, C, H, W), part of the graph: (B, K, h, w) or (B, K)."""
    with answers_of(model, layer) as found:
        model(x)
    return found[-1]


def class_score(model: nn.Module, x: Tensor, target: int) -> Tensor:
    """(B,) logits of a class, before the softmax.

    A probability could also be raised by making all other classes unlikely.

    Source: Simonyan, Vedaldi and Zisserman 2014, section 2.
    """
    return model(x)[:, target]


def class_chance(model: nn.Module, x: Tensor, target: int) -> Tensor:
    """(B,) log-probabilities of a class, in nats, at most 0."""
    return torch.log_softmax(model(x), 1)[:, target]


def channel(model: nn.Module, x: Tensor, layer: str, number: int) -> Tensor:
    """(B,) mean over the positions of one channel of a layer; of a dense layer, its unit.

    Source: Erhan et al. 2009, section 3, for one unit at every place.
    """
    out = _channel(answer(model, x, layer), number)
    return out.flatten(1).mean(1)


def unit(
    model: nn.Module, x: Tensor, layer: str, number: int, row: int = -1, column: int = -1
) -> Tensor:
    """(B,) one unit: a channel of a layer at one position; below 0: in the middle.

    Source: Erhan et al. 2009, Visualizing higher-layer features of a deep network, section 3.
    """
    out = _channel(answer(model, x, layer), number)
    if out.ndim == 1:
        return out
    height, width = out.shape[1:]
    at = [
        size // 2 if place < 0 else min(place, size - 1)
        for place, size in ((row, height), (column, width))
    ]
    return out[:, at[0], at[1]]


def energy(model: nn.Module, x: Tensor, layer: str) -> Tensor:
    """(B,) half the mean square of all that a layer answers: its slope is the answer itself.

    Whatever the layer sees a little of, it sees more of after a step.

    Source: Mordvintsev, Olah and Tyka 2015; objective of their published program.
    """
    return answer(model, x, layer).square().flatten(1).mean(1) / 2


def _channel(out: Tensor, number: int) -> Tensor:
    if number >= out.shape[1]:
        raise ValueError(
            said(
                "This layer has {n} channels, numbered from 0. Received: {number}.",
                n=out.shape[1],
                number=number,
            )
        )
    return out[:, number]
