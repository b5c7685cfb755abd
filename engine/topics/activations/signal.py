"""What becomes of a signal, and of its gradient, in a deep network?"""

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Annotated, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.config import Config, knob
from engine.device import generator
from engine.nn.activations import ACTIVATIONS, Activation
from engine.nn.initialisers import INITIALISERS, Initialiser
from engine.nn.layers import Layers, Norm
from engine.topics.activations.health import Health, health
from engine.topics.activations.mean_field import Gains, Theory, gains, theory
from engine.topics.activations.profile import Signal, profile
from engine.topics.activations.remembered import weight_of

CLASSES = 10


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


@torch.no_grad()
def likeness(config: SignalConfig) -> float:
    """How alike all examples are to the last layer of the network, before training.

    Returns:
        Mean cosine between the activations of two examples; 1: they point the same way.

    Source: Poole et al. 2016, Exponential expressivity in deep neural networks through transient
    chaos, section 3.2: in ReLU networks it tends to 1 with depth.
    """
    x, _ = examples(config, config.batch, "probe")
    hidden = network(config).double()[:-1]
    unit = F.normalize(hidden(x.double()), dim=1)  # (B, n)
    count = len(unit)
    return ((unit.sum(0).square().sum() - count) / (count * (count - 1))).item()


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
