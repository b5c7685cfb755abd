"""What is a deep network without non-linearity? One matrix and one bias, whatever its depth."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.config import Config, knob
from engine.device import generator
from engine.nn.activations import ACTIVATIONS, Activation
from engine.nn.initialisers import INITIALISERS, Initialiser

EXAMPLES = 256  # on which the outputs are compared
ROUNDINGS = 64  # of the largest output per layer: a difference below is rounding


class DeepLinearConfig(Config):
    """A stack of layers from `inputs` numbers to `outputs` numbers."""

    depth: int = knob(8, "Layers", "Weight matrices in a row.", ge=1, le=50)
    width: int = knob(16, "Width", "Units of each hidden layer.", ge=1, le=128, log=True)
    narrowest: int = knob(
        16,
        "Bottleneck",
        "Units of the middle hidden layer; the rank is at most this.",
        ge=1,
        le=128,
    )
    inputs: int = knob(12, "Inputs", ge=1, le=64)
    outputs: int = knob(12, "Outputs", ge=1, le=64)
    activation: Annotated[Activation, ACTIVATIONS.field()] = knob(
        ACTIVATIONS["linear"](), "Activation", "Any other one, and no matrix can replace the stack."
    )
    initialiser: Annotated[Initialiser, INITIALISERS.field()] = knob(
        INITIALISERS["lecun_normal"](), "Initial weights", more=True
    )
    bias: float = knob(0.1, "Bias", "Standard deviation of the biases.", ge=0, le=2, more=True)
    seed: int = knob(0, "Seed", ge=0, le=2**31 - 1, more=True)

    def widths(self) -> list[int]:
        """Units from input to output, depth + 1 numbers."""
        hidden = [self.width] * (self.depth - 1)
        if hidden:
            hidden[len(hidden) // 2] = min(self.narrowest, self.width)
        return [self.inputs, *hidden, self.outputs]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DeepLinear:
    """A stack beside the one affine map that should equal it, float64."""

    product: NDArray[np.float64]  # (outputs, inputs) W_D ⋯ W_1
    bias: NDArray[np.float64]  # (outputs,)
    singular: NDArray[np.float64]  # (min(outputs, inputs),) of the product, falling
    rank: int  # singular values above rounding
    most: int  # the largest rank that the narrowest layer allows
    parameters: tuple[int, int]  # of the stack, of the one layer
    stack: NDArray[np.float64]  # (N, outputs) outputs of the stack on N normal inputs
    single: NDArray[np.float64]  # (N, outputs) of the one layer
    difference: float  # largest |stack − single|
    rounding: float  # the same in units of ε · the largest output, ε = 2⁻⁵²
    unexplained: float  # share of the stack's variance that no affine map of the input explains
    constant: bool  # the stack answers the same to every input, but for rounding: it is affine


def deep_linear(config: DeepLinearConfig) -> DeepLinear:
    """Multiply the matrices, and compare.

    W = W_D ⋯ W_1 and b = Σ_l W_D ⋯ W_{l+1} b_l. With an activation between the layers the product
    is still shown, and `difference` and `unexplained` tell how far it is from the stack.

    Source: Saxe, McClelland and Ganguli 2013, section 1.
    """
    widths = config.widths()
    weights, biases = [], []
    for layer, (n, m) in enumerate(pairwise(widths), 1):
        weight = torch.empty(m, n)
        config.initialiser.fill(weight, generator(config.seed, "weights", f"dense{layer}"))
        draw = generator(config.seed, "biases", f"dense{layer}")
        weights.append(weight.double())
        biases.append(config.bias * torch.randn(m, generator=draw).double())
    product, bias = torch.eye(config.inputs).double(), torch.zeros(config.inputs).double()
    for weight, shift in zip(weights, biases, strict=True):
        product, bias = weight @ product, weight @ bias + shift
    x = torch.randn(EXAMPLES, config.inputs, generator=generator(config.seed, "x")).double()
    stack, single = x, x @ product.T + bias
    with torch.no_grad():
        for layer, (weight, shift) in enumerate(zip(weights, biases, strict=True), 1):
            stack = stack @ weight.T + shift
            if layer < config.depth:
                stack = config.activation.build().double()(stack)
    singular = torch.linalg.svdvals(product)
    ε = torch.finfo(torch.float64).eps
    difference = float((stack - single).abs().max())
    largest = float(torch.maximum(stack.abs().max(), single.abs().max()))
    spread = float((stack - stack.mean(0)).abs().max())
    constant = spread <= ROUNDINGS * config.depth * ε * float(stack.abs().max())
    return DeepLinear(
        product=product.numpy(),
        bias=bias.numpy(),
        singular=singular.numpy(),
        rank=int((singular > singular[0] * ε * max(product.shape)).sum()),
        most=min(widths),
        parameters=(
            sum(w.numel() + b.numel() for w, b in zip(weights, biases, strict=True)),
            product.numel() + bias.numel(),
        ),
        stack=stack.numpy(),
        single=single.numpy(),
        difference=difference,
        rounding=difference / (ε * largest) if largest else 0.0,
        unexplained=0.0 if constant else _unexplained(x, stack),
        constant=constant,
    )


def _unexplained(x: Tensor, y: Tensor) -> float:
    """1 − R² of the least-squares affine map from x (N, n) to y (N, m), over all outputs."""
    rows = torch.cat([x, torch.ones(len(x), 1).double()], dim=1)
    best = rows @ torch.linalg.lstsq(rows, y).solution
    total = (y - y.mean(0)).square().sum()
    return float((y - best).square().sum() / total) if total > 0 else 0.0
