"""What does one neuron compute, and how does its output answer to every number that enters it?"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field, model_validator

from engine.config import Config, knob
from engine.nn.activations import ACTIVATIONS, Activation
from engine.words import said

Value = Annotated[float, Field(ge=-100, le=100)]


class NeuronConfig(Config):
    """y = φ(Σ w_i x_i + b)."""

    inputs: tuple[Value, ...] = knob((1.0, -0.5, 2.0), "Inputs x", "e.g. 1~-0.5~2", max_length=8)
    weights: tuple[Value, ...] = knob((0.6, 0.8, -0.3), "Weights w", "As many.", max_length=8)
    bias: float = knob(0.1, "Bias b", ge=-10, le=10, step=0.1)
    activation: Annotated[Activation, ACTIVATIONS.field()] = knob(
        ACTIVATIONS["tanh"](), "Activation"
    )

    @model_validator(mode="after")
    def _as_many(self) -> "NeuronConfig":
        if len(self.inputs) != len(self.weights) or not self.inputs:
            raise ValueError(
                said(
                    "A neuron needs one weight for each input, and at least one input. "
                    "Received: {inputs} inputs and {weights} weights.",
                    inputs=len(self.inputs),
                    weights=len(self.weights),
                )
            )
        return self


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Neuron:
    """Everything that happens in it; gradients are of the output, by autograd."""

    products: NDArray[np.float64]  # (n,) w_i x_i
    sum: float  # z = Σ w_i x_i + b
    output: float  # y = φ(z)
    slope: float  # φ′(z) from the formula
    inputs: NDArray[np.float64]  # (n,) ∂y/∂x_i = φ′(z) w_i
    weights: NDArray[np.float64]  # (n,) ∂y/∂w_i = φ′(z) x_i
    bias: float  # ∂y/∂b = φ′(z)
    difference: float  # largest |autograd − formula| of all gradients


def neuron(config: NeuronConfig) -> Neuron:
    """Forwards and backwards through one neuron, in float64."""
    x, w, b = (
        torch.tensor(value, dtype=torch.float64, requires_grad=True)
        for value in (config.inputs, config.weights, config.bias)
    )
    z = w @ x + b
    y = config.activation.build().double()(z)
    by_x, by_w, by_b = torch.autograd.grad(y, (x, w, b))
    slope = config.activation.derivative(z.detach())
    closed = ((slope * w), (slope * x), slope)
    return Neuron(
        products=(w * x).detach().numpy(),
        sum=z.item(),
        output=y.item(),
        slope=slope.item(),
        inputs=by_x.numpy(),
        weights=by_w.numpy(),
        bias=by_b.item(),
        difference=max(
            (a - c).abs().max().item() for a, c in zip((by_x, by_w, by_b), closed, strict=True)
        ),
    )


@torch.no_grad()
def curve(activation: Activation, reach: float) -> NDArray[np.float64]:
    """(2, 301): inputs of the activation from −reach to reach, and its outputs."""
    z = torch.linspace(-reach, reach, 301, dtype=torch.float64)
    found: NDArray[np.float64] = torch.stack([z, activation.build().double()(z)]).numpy()
    return found
