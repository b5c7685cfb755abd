"""How strong are activations and gradients in each layer of a network, and how many units work?"""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from engine.topics.activations.histogram import Histogram, histogram

FLAT = 0.05  # of the steepest slope: below it a unit counts as saturated
SMALL = 1e-150  # below it squares are lost
SEEN = 64  # examples in histograms and in the share of saturated units; all else uses every one


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Signal:
    """L layers on one batch, float64. Gradients are of an example's cross-entropy in nats.

    Activations are what a layer passes on; gradients are with respect to what its activation
    function is given.
    """

    activations: Histogram
    gradients: Histogram
    mean: NDArray[np.float64]  # (L,) of activations
    std: NDArray[np.float64]  # (L,) of activations
    before: NDArray[np.float64]  # (L,) std of what the activation function is given
    gradient: NDArray[np.float64]  # (L,) root mean square of gradients
    weight_gradient: NDArray[np.float64]  # (L,) norm of the batch's mean gradient of the weights
    saturated: NDArray[np.float64]  # (L,) share of (example, unit) with |φ′| < 5 % of its largest
    dead: NDArray[np.float64]  # (L,) share of units whose gradient is exactly 0 for every example
    silent: NDArray[np.float64]  # (L,) share of units whose output is exactly 0 for every example
    loss: float  # nats an example

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Everything by name, as a `Frame` holds it; `of_arrays` is the inverse."""
        found: dict[str, NDArray[np.generic]] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Histogram):
                found[f"{field.name}_counts"] = value.counts
                found[f"{field.name}_edges"] = value.edges
            else:
                found[field.name] = np.asarray(value, np.float64)
        return found


def of_arrays(arrays: Mapping[str, NDArray[Any]]) -> Signal:
    """A `Signal` from what `Signal.arrays` gave."""
    found: dict[str, Any] = {
        name: Histogram(arrays[f"{name}_counts"], arrays[f"{name}_edges"])
        for name in ("activations", "gradients")
    }
    rest = {f.name: arrays[f.name] for f in fields(Signal) if f.name not in found}
    # A store gives a single number back as an array of one.
    return Signal(**found | rest | {"loss": arrays["loss"].item()})


def profile(model: nn.Sequential, x: Tensor, y: Tensor) -> Signal:
    """One forward and one backward pass, layer by layer, in float64 and on batch statistics.

    Works on a copy: leaves mode, parameters, `.grad` and running statistics as they were. In
    float32 a gradient of 10⁻⁴⁵ is zero, which fifty layers reach easily.

    Args:
        model: as `network` makes it, trained or not.
        x: (B, n) inputs.
        y: (B,) classes.
    """
    model = copy.deepcopy(model).to("cpu", torch.float64).train()
    given: list[Tensor] = []
    passed: list[Tensor] = []
    acts: list[nn.Module] = []
    h = x.double()
    for name, module in model.named_children():
        before, h = h, module(h)
        if name.startswith("act"):
            given.append(before)
            passed.append(h)
            acts.append(module)
    loss = F.cross_entropy(h, y, reduction="sum")
    weights = [m.weight for m in model if isinstance(m, nn.Linear)][:-1]
    found = torch.autograd.grad(loss, [*given, *weights])
    with torch.no_grad():
        gradients, by_weights = found[: len(given)], found[len(given) :]

        def each(measure: Callable[..., Tensor], *parts: Sequence[object]) -> NDArray[np.float64]:
            """One number a layer, while the layer is in the processor's cache."""
            return torch.stack([measure(*part) for part in zip(*parts, strict=True)]).numpy()

        return Signal(
            activations=histogram(torch.stack([a[:SEEN].flatten() for a in passed])),
            gradients=histogram(torch.stack([g[:SEEN].flatten() for g in gradients])),
            mean=each(Tensor.mean, passed),
            std=each(partial(strength, _std), passed),
            before=each(partial(strength, _std), given),
            gradient=each(partial(strength, _size), gradients),
            weight_gradient=each(lambda g: strength(torch.norm, g) / len(x), by_weights),
            saturated=each(lambda act, z: _saturated(act, z[:SEEN]), acts, given),
            dead=each(_all_zero, gradients),
            silent=each(_all_zero, passed),
            loss=loss.item() / len(x),
        )


def strength(measure: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """A measure in the unit of x, where the squares of x may leave the range of numbers.

    Args:
        measure: of a tensor, such that measure(c x) = c measure(x).
        x: any shape.
    """
    found = measure(x)
    if SMALL < found < torch.inf:
        return found
    peak = x.abs().max()
    return peak * measure(x / peak) if 0 < peak < torch.inf else peak


def _std(x: Tensor) -> Tensor:
    """Population standard deviation over all values; three times as fast as `Tensor.std`."""
    return (x - x.mean()).square_().mean().sqrt()


def _size(x: Tensor) -> Tensor:
    """Root mean square."""
    return x.square().mean().sqrt()


def _all_zero(x: Tensor) -> Tensor:
    """Share of the columns of (B, n) that are exactly zero in every row."""
    return (x.abs().amax(0) == 0).double().mean()


def _saturated(act: nn.Module, z: Tensor) -> Tensor:
    """Share of the values where |φ′| is below `FLAT` of the largest slope; () in [0, 1]."""
    grid = torch.linspace(-10, 10, 2001, dtype=z.dtype)
    with torch.enable_grad():
        at = torch.cat([grid, z.flatten()]).requires_grad_()
        (slope,) = torch.autograd.grad(act(at).sum(), at)
    steepest = slope[: len(grid)].abs().max()
    return (slope[len(grid) :].abs() <= FLAT * steepest).double().mean()
