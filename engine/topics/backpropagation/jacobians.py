"""What does each layer's Jacobian look like?"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import model_validator
from torch import Tensor
from torch.nn import functional

from engine.config import Config, knob
from engine.device import generator
from engine.words import said

Floats = NDArray[np.float64]
POOL = 2  # window and stride of the pooling


class ChainConfig(Config):
    """A convolution, ReLU, max pooling, a linear layer and softmax over one line of inputs."""

    inputs: int = knob(12, "Inputs", "Length of the line x.", ge=4, le=40)
    kernel: int = knob(3, "Kernel", "Weights that slide over x.", ge=1, le=7)
    classes: int = knob(5, "Classes", "Outputs of the linear layer.", ge=2, le=16)
    seed: int = knob(0, "Seed", "Of weights and inputs.", ge=0, le=9999)

    @model_validator(mode="after")
    def _fits(self) -> "ChainConfig":
        if self.slid < POOL:
            raise ValueError(
                said(
                    "A kernel of {kernel} leaves too little of {inputs} inputs: at least two "
                    "outputs are pooled.",
                    kernel=self.kernel,
                    inputs=self.inputs,
                )
            )
        return self

    @property
    def slid(self) -> int:
        """Outputs of the convolution."""
        return self.inputs - self.kernel + 1


@dataclass(frozen=True, slots=True, eq=False)
class Jacobian:
    """∂ output / ∂ input of a layer, a row an output."""

    layer: str
    matrix: Floats  # (outputs, inputs), by its formula
    by_torch: Floats
    needed: int  # numbers that say it all

    @property
    def gap(self) -> float:
        return float(np.abs(self.matrix - self.by_torch).max())

    @property
    def filled(self) -> int:
        """Entries that are not 0."""
        return int(np.count_nonzero(self.matrix))


def jacobians(config: ChainConfig) -> list[Jacobian]:
    """Of each layer by its formula, and last that of the whole chain as their product.

    Convolution: ∂y_i/∂x_j = k_{j−i}, one value a diagonal (Toeplitz); ReLU: Diag([u > 0]); maximum:
    a 1 at each winner; linear: W; softmax: ∂p_i/∂u_j = p_i (1[i = j] − p_j).

    Source: Goodfellow, Bengio and Courville 2016, Deep learning, sections 6.5 and 9.1; Bridle 1990,
    Probabilistic interpretation of feedforward classification network outputs.
    """
    draw = generator(config.seed, "jacobians")
    x = torch.randn(config.inputs, generator=draw, dtype=torch.float64)
    k = torch.randn(config.kernel, generator=draw, dtype=torch.float64)
    pooled = config.slid // POOL
    w = torch.randn(config.classes, pooled, generator=draw, dtype=torch.float64) / pooled**0.5
    layers: list[tuple[str, Callable[[Tensor], Tensor]]] = [
        ("convolution", lambda v: functional.conv1d(v[None, None], k[None, None])[0, 0]),
        ("relu", torch.relu),
        ("max_pooling", lambda v: functional.max_pool1d(v[None, None], POOL)[0, 0]),
        ("linear", lambda v: w @ v),
        ("softmax", lambda v: v.softmax(0)),
    ]
    formulas = (
        lambda v: _toeplitz(k.numpy(), len(v)),
        lambda v: np.diag((v > 0).astype(float)),
        _selection,
        lambda v: w.numpy(),
        _softmax,
    )
    needed = (config.kernel, config.slid, pooled, w.numel(), config.classes)
    found, value = [], x
    for (name, layer), formula, count in zip(layers, formulas, needed, strict=True):
        found.append(Jacobian(name, formula(value.numpy()), _torch(layer, value), count))
        value = layer(value)

    def chain(v: Tensor) -> Tensor:
        for _, layer in layers:
            v = layer(v)
        return v

    product = np.linalg.multi_dot([one.matrix for one in reversed(found)])
    return [*found, Jacobian("chain", product, _torch(chain, x), sum(needed))]


def _torch(layer: Callable[[Tensor], Tensor], at: Tensor) -> Floats:
    with torch.inference_mode(False), torch.enable_grad():
        found: Tensor = torch.autograd.functional.jacobian(  # type: ignore[no-untyped-call]
            layer, at.clone()
        )
    return found.numpy()


def _toeplitz(k: Floats, inputs: int) -> Floats:
    found = np.zeros((inputs - len(k) + 1, inputs))
    for row in range(len(found)):
        found[row, row : row + len(k)] = k
    return found


def _selection(v: Floats) -> Floats:
    """A 1 in each row, where the maximum of its window is; the first of equal ones."""
    found = np.zeros((len(v) // POOL, len(v)))
    for row in range(len(found)):
        window = v[POOL * row : POOL * (row + 1)]
        found[row, POOL * row + int(window.argmax())] = 1
    return found


def _softmax(u: Floats) -> Floats:
    p = np.exp(u - u.max())
    p /= p.sum()
    found: Floats = np.diag(p) - np.outer(p, p)
    return found
