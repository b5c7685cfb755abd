"""How much of a picture can a unit of any network see, and how much of it does it really use?

The first is arithmetic over the layers, the second is a measurement: far inputs have few paths to a
unit, so that the effective field is a bell inside the theoretical square.
"""

import operator
from dataclasses import dataclass
from math import sqrt
from typing import Any

import torch
from torch import Tensor, fx, nn

from engine.device import generator
from engine.nn.taps import evaluating

WHOLE = (nn.Linear, nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d, nn.GroupNorm, nn.LayerNorm)


@dataclass(frozen=True, slots=True)
class Row:
    """One layer. Pixels are counted from 0; a centre may lie between two of them."""

    layer: str  # dotted name of the module
    kind: str  # its class
    kernel: int
    stride: int
    dilation: int
    size: int | None  # pixels a side of a unit's field; None: the whole picture
    jump: int  # pixels between the fields of two neighbouring units
    start: float  # centre of the first unit's field


@dataclass(frozen=True, slots=True)
class _Reach:
    """The field of unit 0 along one side: first and last pixel, and the jump to the next unit."""

    low: float = 0
    high: float = 0
    jump: int = 1
    whole: bool = False


class _Tracer(fx.Tracer):
    """Looks into every module that has modules, and into no other."""

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return not any(m.children())


def table(model: nn.Module) -> list[Row]:
    """Size, jump and start of the field of every layer, in forward order.

    size_l = size_{l-1} + (k - 1) d jump_{l-1};  jump_l = jump_{l-1} s;
    start_l = start_{l-1} + ((k - 1) d / 2 - p) jump_{l-1}.
    Where paths meet in a sum the field is what any of them sees. Normalisation over a whole picture
    and dense layers see all of it; batch normalisation is taken as in evaluation, pixel by pixel.

    Args:
        model: of square kernels; any graph that `torch.fx` can trace, of modules and sums.

    Source: Araujo, Norris and Sim 2019, Computing receptive fields of convolutional neural
    networks, single-path networks and arbitrary computation graphs.
    """
    graph = _Tracer().trace(model)
    modules = dict(model.named_modules())
    reaches: dict[fx.Node, _Reach] = {}
    rows = []
    for node in graph.nodes:
        before = [reaches[n] for n in node.all_input_nodes if n in reaches]
        if node.op == "placeholder":
            reaches[node] = _Reach()
        elif node.op == "call_module":
            module = modules[str(node.target)]
            row, reaches[node] = _layer(str(node.target), module, before[0])
            rows.append(row)
        elif node.target in (operator.add, operator.iadd, torch.add):
            reaches[node] = _join(before)
        elif before:
            reaches[node] = before[0]
    return rows


def _layer(name: str, module: nn.Module, at: _Reach) -> tuple[Row, _Reach]:
    kernel, stride, dilation, padding = 1, 1, 1, 0
    whole = at.whole or isinstance(module, WHOLE)
    if isinstance(module, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
        kernel, stride = _side(module.kernel_size), _side(module.stride)
        dilation, padding = _side(getattr(module, "dilation", 1)), _side(module.padding)
    low = at.low - padding * at.jump
    high = low + (at.high - at.low) + (kernel - 1) * dilation * at.jump
    reach = _Reach(low, high, at.jump * stride, whole)
    row = Row(
        name,
        type(module).__name__,
        kernel,
        stride,
        dilation,
        None if whole else round(high - low) + 1,
        reach.jump,
        (low + high) / 2,
    )
    return row, reach


def _join(paths: list[_Reach]) -> _Reach:
    return _Reach(
        min(path.low for path in paths),
        max(path.high for path in paths),
        max(path.jump for path in paths),
        any(path.whole for path in paths),
    )


def _side(value: Any) -> int:
    sides = value if isinstance(value, tuple) else (value, value)
    if sides[0] != sides[1]:
        raise ValueError(f"Only square kernels have one receptive-field size. Received: {sides}.")
    return int(sides[0])


def measure(
    model: nn.Module,
    layer: str,
    shape: tuple[int, int, int],
    unit: tuple[int, int] | None = None,
    *,
    pictures: int = 64,
    seed: int = 0,
) -> Tensor:
    """Mean over random pictures of |d unit / d pixel|, summed over the picture's channels.

    Leaves mode, parameters, `.grad` and hooks as they were.

    Args:
        model: (B, C, H, W) to anything.
        layer: dotted name of the module whose output is looked at.
        shape: (C, H, W) of a picture.
        unit: row and column in the layer's map; None: its middle. Ignored for a dense layer.
        pictures: drawn from N(0, 1).

    Returns:
        (H, W) at least 0. Its support lies in the theoretical field and, over enough pictures,
        fills it.
    """
    found: list[Tensor] = []
    device = next(model.parameters()).device
    draw = generator(seed, "pictures")
    x = torch.randn(pictures, *shape, generator=draw).to(device).requires_grad_()
    handle = dict(model.named_modules())[layer].register_forward_hook(
        lambda module, args, out: found.append(out)
    )
    try:
        with evaluating(model), torch.enable_grad():
            model(x)
    finally:
        handle.remove()
    out = found[0]
    if out.ndim == 4:
        row, column = unit or (out.shape[2] // 2, out.shape[3] // 2)
        out = out[:, :, row, column]
    mix = torch.randn(out.shape, generator=draw).to(device)  # no channel cancels another
    return torch.autograd.grad((out * mix).sum(), x)[0].abs().sum(1).mean(0)  # (H, W)


@dataclass(frozen=True, slots=True, eq=False)
class Effective:
    """What a unit really uses, against what it could see."""

    weights: Tensor  # (H, W), largest 1
    size: float  # pixels a side: root of the number of pixels above 4.55 % of the largest
    deviation: tuple[float, float]  # pixels, down and across, of the weights as a distribution
    theoretical: int | None  # pixels a side; None: the whole picture


def effective(
    model: nn.Module, layer: str, shape: tuple[int, int, int], *, pictures: int = 64, seed: int = 0
) -> Effective:
    """The effective field of the middle unit of a layer.

    A Gaussian is at 4.55 % of its top 2.49 deviations away from it.

    Source: Luo et al. 2016, Understanding the effective receptive field in deep convolutional
    neural networks, section 4.1, for the threshold and the size.
    """
    weights = measure(model, layer, shape, pictures=pictures, seed=seed)
    total = weights.sum().clamp(min=torch.finfo(weights.dtype).tiny)
    deviations = []
    for axis in (1, 0):
        profile = weights.sum(axis) / total
        place = torch.arange(len(profile), dtype=profile.dtype, device=profile.device)
        mean = (profile * place).sum()
        deviations.append(float((profile * (place - mean).square()).sum().sqrt()))
    weights = weights / weights.max().clamp(min=torch.finfo(weights.dtype).tiny)
    size = sqrt(int((weights > 1 - 0.9545).sum()))
    theoretical = {row.layer: row.size for row in table(model)}[layer]
    return Effective(weights, size, (deviations[0], deviations[1]), theoretical)
