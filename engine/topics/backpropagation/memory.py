"""What must be kept for the way back, in bytes, and what does computing it again save?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.device import generator
from engine.nn.activations import ACTIVATIONS
from engine.topics.backpropagation.layers import LayersConfig, Parameters, network

FROM_OUTPUT = ("tanh", "logistic", "relu")  # torch computes their slopes from what they put out
BYTES = 4  # of a number in single precision


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """What is kept for the way back, in bytes, and what cutting into segments does to it."""

    inputs: list[int]  # what enters each layer, where the layer before has not kept it already
    own: list[int]  # what its activation's slope is computed from: its output, or its sums
    measured: list[int]  # what torch kept of each layer
    peaks: list[int]  # held at most, with 1, 2, … segments
    peak: int  # measured, with the segments of the config
    forward: int  # multiply-adds of a way forward
    again: int  # of what is computed again: all but the last segment
    gap: float  # largest difference of the slopes with recomputing from those without

    @property
    def whole(self) -> int:
        """Where everything is kept."""
        return sum(self.inputs) + sum(self.own)


def memory(config: LayersConfig) -> Memory:
    """Bytes in single precision, by counting and as torch keeps them.

    A linear layer keeps its input, B n_{l−1} numbers, for the slopes of its weights. An activation
    keeps its output where its slope follows from that, and this is the next layer's input: it is
    there once. Else it keeps its sums, and the next layer its output, too. Cut into segments, only
    what enters each is kept; at most all of these and the inside of one are held at once, and
    every layer but those of the last segment is computed once more.

    Source: Griewank and Walther 2008, Evaluating derivatives, chapter 12; Chen, Xu, Zhang and
    Guestrin 2016, Training deep nets with sublinear memory cost, section 4.
    """
    each = [config.batch * width * BYTES for width in config.widths]
    own = [*each[1:], 0]
    shared = config.activation in FROM_OUTPUT
    work = [config.batch * a * b for a, b in zip(config.sizes, config.sizes[1:], strict=False)]
    inputs = [each[0], *(0 if shared else size for size in each[1:])]
    parameters, _ = network(config)
    parameters = [(w.float(), b.float()) for w, b in parameters]
    x = torch.randn(config.batch, config.widths[0], generator=generator(config.seed, "kept"))
    plain, measured, _ = _gradient(config, parameters, x, 1)
    again, _, peak = _gradient(config, parameters, x, config.cuts)
    gap = max((a - b).abs().max().item() for a, b in zip(plain, again, strict=True))
    return Memory(
        inputs=inputs,
        own=own,
        measured=measured,
        peaks=[_peak(each, inputs, own, cuts) for cuts in range(1, config.depth + 1)],
        peak=peak,
        forward=sum(work),
        again=sum(work[at] for part in parts_of(config.depth, config.cuts)[:-1] for at in part),
        gap=gap,
    )


def parts_of(depth: int, cuts: int) -> list[range]:
    """The layers of each segment, as even as can be."""
    ends = [round(depth * k / cuts) for k in range(cuts + 1)]
    return [range(a, b) for a, b in pairwise(ends)]


def _peak(each: Sequence[int], inputs: Sequence[int], own: Sequence[int], cuts: int) -> int:
    """What enters the segments up to one, and its inside; the largest of these sums.

    Args:
        each: bytes of what enters each layer.
    """
    held, most = 0, 0
    for part in parts_of(len(each), cuts):
        held += each[part[0]]
        inside = sum(own[at] for at in part) + sum(inputs[at] for at in part[1:])
        most = max(most, held + inside)
    return most


def _gradient(
    config: LayersConfig, parameters: Parameters, x: Tensor, cuts: int
) -> tuple[list[Tensor], list[int], int]:
    """Slopes of all parameters, segment by segment; bytes kept of each layer, and held at most."""
    phi = ACTIVATIONS[config.activation]().build()
    parts = parts_of(config.depth, cuts)
    entering, last = [x], config.depth - 1
    with torch.no_grad():
        for part in parts[:-1]:
            whole = dict(enumerate(parameters))
            entering.append(_through(phi, whole, entering[-1], part, last)[0])
    found: list[Tensor] = []
    kept, most = [0] * config.depth, 0
    arrives = torch.ones(len(x), 1)
    with torch.inference_mode(False), torch.enable_grad():
        for number in reversed(range(len(parts))):
            part = parts[number]
            leaves = [(w.clone().requires_grad_(), b.clone().requires_grad_()) for w, b in
                      (parameters[at] for at in part)]  # fmt: skip
            start = entering[number].clone().requires_grad_(number > 0)
            mine = dict(zip(part, leaves, strict=True))
            z, sizes = _through(phi, mine, start, part, last)
            held = sum(t.numel() * BYTES for t in entering[: number + 1])
            first = entering[number].numel() * BYTES
            most = max(most, held - first + sum(sizes))
            for at, size in zip(part, sizes, strict=True):
                kept[at] = size
            wanted = [tensor for pair in leaves for tensor in pair]
            slopes = torch.autograd.grad(z, wanted + [start] * (number > 0), arrives)
            found = [*slopes[: len(wanted)], *found]
            arrives = slopes[-1]
    return found, kept, most


def _through(
    phi: nn.Module,
    parameters: Mapping[int, tuple[Tensor, Tensor]],
    z: Tensor,
    part: range,
    last: int,
) -> tuple[Tensor, list[int]]:
    """What leaves some layers, and the bytes that autograd kept of each that it had not yet.

    Args:
        last: number of the layer that has no activation.
    """
    seen = {tensor.data_ptr() for at in part for tensor in parameters[at]}
    sizes: list[int] = []

    def pack(tensor: Tensor) -> Tensor:
        if tensor.data_ptr() not in seen:
            seen.add(tensor.data_ptr())
            sizes[-1] += tensor.numel() * BYTES
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        for at in part:
            sizes.append(0)
            z = functional.linear(z, *parameters[at])
            if at < last:
                z = phi(z)
    return z, sizes
