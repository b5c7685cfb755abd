"""What becomes of a signal, and of its gradient, in a deep network?"""

import copy
import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from engine.activations.histogram import Histogram, histogram
from engine.activations.mean_field import Gains, Theory, gains, theory
from engine.activations.remembered import weight_of
from engine.config import Config, knob
from engine.device import generator
from engine.nn.activations import ACTIVATIONS, Activation
from engine.nn.initialisers import INITIALISERS, Initialiser
from engine.nn.layers import Layers, Norm

CLASSES = 10
FLAT = 0.05  # of the steepest slope: below it a unit counts as saturated
LOST = 100.0  # factor between first and last layer from which a signal has vanished or exploded
SEEN = 64  # examples in histograms and in the share of saturated units; all else uses every one

State = Literal["vanishing", "healthy", "exploding", "no gradient"]


class SignalConfig(Config):
    """A deep network of equal layers, and what goes in.

    Inputs are normal numbers, as many as a layer is wide. The class to learn is the largest of ten
    fixed random sums of them: so simple that only lost signals can be in the way.
    """

    depth: int = knob(20, "Depth", "Hidden layers.", ge=1, le=50)
    width: int = knob(128, "Width", "Units of each layer.", ge=4, le=256, log=True)
    activation: Annotated[Activation, ACTIVATIONS.field()] = knob(
        ACTIVATIONS["tanh"](), "Activation"
    )
    initialiser: Annotated[Initialiser, INITIALISERS.field()] = knob(
        INITIALISERS["torch_default"](), "Initial weights", "Biases start at zero."
    )
    gain: Literal["published", "matched"] = knob(
        "published",
        "Gain",
        "As the rule was published, or scaled to this activation; fixed rules have none.",
        options={"published": "as published", "matched": "matched to the activation"},
    )
    factor: float = knob(1.0, "Factor", "On every weight.", ge=0.1, le=10, log=True, more=True)
    normalisation: Norm = knob(
        "none",
        "Normalisation",
        "Between weights and activation.",
        options={"none": "none", "batch": "batch", "layer": "layer"},
    )
    input_scale: float = knob(
        1.0, "Input scale", "Standard deviation of the inputs.", ge=0.01, le=100, log=True
    )
    batch: int = knob(256, "Batch", "Examples looked at.", ge=16, le=512, log=True, more=True)
    seed: int = knob(0, "Seed", ge=0, le=2**31 - 1, more=True)

    def weight_factor(self) -> float:
        """What multiplies the published weights.

        Matched: such that their standard deviation is g / √n with the activation's exact gain g,
        whichever `scaled` rule drew them.
        """
        if self.gain == "published" or not self.initialiser.scaled:
            return self.factor
        shape = (self.width, self.width)
        exact = self.activation.exact_gain()
        return self.factor * exact / (math.sqrt(self.width) * self.initialiser.spread(shape))

    def weight_std(self) -> float:
        """Standard deviation of one hidden weight; 0 where all are the same."""
        return self.weight_factor() * self.initialiser.spread((self.width, self.width))


def network(config: SignalConfig) -> nn.Sequential:
    """dense1, norm1, act1, …, and a last dense layer to ten outputs, drawn with LeCun's rule.

    The last one is the same for every rule, so that the gradient that enters is, too. Weights of
    equal seed, rule and shape are equal at any depth.
    """
    layers = Layers(activation=config.activation, normalisation=config.normalisation)
    n, factor = config.width, config.weight_factor()
    modules: dict[str, nn.Module] = {}
    for number in range(1, config.depth + 1):
        weight = weight_of(config.initialiser, config.seed, f"dense{number}", (n, n))
        modules[f"dense{number}"] = _dense(weight * factor)
        modules |= layers.after(number, n, image=False)
    last = weight_of(INITIALISERS["lecun_normal"](), config.seed, "last", (CLASSES, n))
    modules[f"dense{config.depth + 1}"] = _dense(last)
    return nn.Sequential(OrderedDict(modules))


def _dense(weight: Tensor) -> nn.Linear:
    """A linear layer of the given weights (out, in), biases zero."""
    layer = nn.Linear(weight.shape[1], weight.shape[0], device="meta")
    layer.weight = nn.Parameter(weight.clone())
    layer.bias = nn.Parameter(torch.zeros(weight.shape[0]))
    return layer


def examples(config: SignalConfig, count: int, *purpose: str | int) -> tuple[Tensor, Tensor]:
    """(count, width) float32 inputs of std `input_scale`, and (count,) int64 classes."""
    draw = generator(config.seed, "signal", *purpose)
    x = torch.randn(count, config.width, generator=draw)
    sums = torch.randn(CLASSES, config.width, generator=generator(config.seed, "signal", "task"))
    return x * config.input_scale, (x @ sums.T).argmax(1)


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

    def arrays(self) -> dict[str, NDArray[np.float64]]:
        """Everything by name, as a `Frame` holds it; `of_arrays` is the inverse."""
        found: dict[str, NDArray[np.float64]] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Histogram):
                found[f"{field.name}_counts"] = value.counts
                found[f"{field.name}_edges"] = value.edges
            else:
                found[field.name] = np.asarray(value, np.float64)
        return found


def of_arrays(arrays: dict[str, NDArray[np.float64]]) -> Signal:
    """A `Signal` from what `Signal.arrays` gave."""
    both = {
        name: Histogram(arrays[f"{name}_counts"], arrays[f"{name}_edges"])
        for name in ("activations", "gradients")
    }
    rest = {f.name: arrays[f.name] for f in fields(Signal) if f.name not in (*both, "loss")}
    return Signal(**both, **rest, loss=float(arrays["loss"]))


def profile(model: nn.Sequential, x: Tensor, y: Tensor) -> Signal:
    """One forward and one backward pass, layer by layer, in float64 and on batch statistics.

    Works on a copy: leaves mode, parameters, `.grad` and running statistics as they were. In
    float32 a gradient of 10⁻⁴⁵ is zero, which fifty layers reach easily.

    Args:
        model: as `network` makes it, trained or not.
        x: (B, n) inputs.
        y: (B,) classes.
    """
    model = copy.deepcopy(model).double().train()
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
            std=each(_std, passed),
            before=each(_std, given),
            gradient=each(_size, gradients),
            weight_gradient=each(lambda g: g.norm() / len(x), by_weights),
            saturated=each(lambda act, z: _saturated(act, z[:SEEN]), acts, given),
            dead=each(_all_zero, gradients),
            silent=each(_all_zero, passed),
            loss=loss.item() / len(x),
        )


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """From the first layer to the last, and back."""

    state: State  # of the gradient
    forward: State  # of the signal
    gradient_decades: float  # log10(gradient of the last layer / of the first); > 0: it vanishes
    signal_decades: float  # log10(std given to the last layer / to the first); < 0: it vanishes
    gradient_factor: float  # geometric mean of the factor from a layer to the one before it
    signal_factor: float  # geometric mean of the factor from a layer to the next


def health(signal: Signal) -> Health:
    """Vanishing or exploding: a factor of `LOST` or more between the first and the last layer."""
    steps = max(1, len(signal.before) - 1)
    back = decades(signal.gradient[0], signal.gradient[-1])
    forth = decades(signal.before[0], signal.before[-1])
    return Health(
        state=_state(-back),
        forward=_state(forth),
        gradient_decades=back,
        signal_decades=forth,
        gradient_factor=10 ** (-back / steps),
        signal_factor=10 ** (forth / steps),
    )


def decades(start: float, end: float) -> float:
    """log10(end / start); nan where both are zero or one is not finite."""
    if not (np.isfinite(start) and np.isfinite(end)) or start == end == 0:
        return math.nan
    if start == 0 or end == 0:
        return math.inf if start == 0 else -math.inf
    return float(np.log10(end) - np.log10(start))


def _state(growth: float) -> State:
    if math.isnan(growth):
        return "no gradient"
    if abs(growth) < math.log10(LOST):
        return "healthy"
    return "exploding" if growth > 0 else "vanishing"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """What is measured beside what theory expects."""

    signal: Signal
    health: Health
    theory: Theory | None  # None: weights that are all the same have no variance to reason with
    gains: Gains


def signal(config: SignalConfig) -> Answer:
    """The network of a config on its batch, before training."""
    measured = profile(network(config), *examples(config, config.batch, "probe"))
    return Answer(
        signal=measured, health=health(measured), theory=expected(config), gains=right(config)
    )


def expected(config: SignalConfig) -> Theory | None:
    """The theory of a config; None where the weights are not random."""
    std = config.weight_std()
    if not std:
        return None
    return theory(
        config.activation,
        std,
        math.sqrt(config.width) * std * config.input_scale,
        config.width,
        config.depth,
        config.normalisation,
    )


def right(config: SignalConfig) -> Gains:
    """The gain there is, beside those that theory asks for."""
    return gains(config.activation, config.weight_std(), config.width)
