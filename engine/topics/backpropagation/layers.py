"""How do slopes go back a layer at a time?"""

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field, model_validator
from torch import Tensor
from torch.nn import functional

from engine.config import Config, knob
from engine.device import generator
from engine.nn.activations import ACTIVATIONS
from engine.topics.backpropagation.gradient_check import KINKED, SMOOTH, Function
from engine.words import said

Floats = NDArray[np.float64]
DEEPEST = 12
Width = Annotated[int, Field(ge=1, le=64)]


class LayersConfig(Config):
    """Fully connected layers with one output, a batch, and how they are cut for recomputing."""

    widths: tuple[Width, ...] = knob(
        (2, 3, 2),
        "Widths",
        "Inputs and hidden layers; the output is one number.",
        max_length=DEEPEST,
    )
    activation: Function = knob(
        "tanh",
        "Activation",
        "Of every hidden layer.",
        options={id: ACTIVATIONS[id].about.label for id in (*SMOOTH, *KINKED)},
    )
    batch: int = knob(64, "Batch", "Examples that are kept.", ge=1, le=1024, log=True)
    segments: int = knob(
        2,
        "Segments",
        "Only what enters a segment is kept; its inside is computed again on the way back.",
        ge=1,
        le=DEEPEST,
    )
    seed: int = knob(0, "Seed", "Of weights and inputs.", ge=0, le=9999, more=True)

    @model_validator(mode="after")
    def _deep(self) -> "LayersConfig":
        if len(self.widths) < 2:
            raise ValueError(said("A network needs inputs and a hidden layer: two widths."))
        return self

    @property
    def sizes(self) -> tuple[int, ...]:
        """The widths with the output."""
        return (*self.widths, 1)

    @property
    def depth(self) -> int:
        """Layers with weights."""
        return len(self.widths)

    @property
    def cuts(self) -> int:
        """Segments, at most one a layer."""
        return min(self.segments, self.depth)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One equation, computed by hand and by torch."""

    way: Literal["forward", "back"]
    latex: str
    value: Floats  # (rows, columns); a vector is a column
    by_torch: Floats

    @property
    def gap(self) -> float:
        return float(np.abs(self.value - self.by_torch).max())


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """A value and its slope, which has the same shape."""

    name: str  # LaTeX-free: W₁, u₁, z₁
    value: Floats
    slope: Floats  # ∂y/∂value


@dataclass(frozen=True, slots=True, eq=False)
class Walked:
    """Every line of both passes for one input."""

    lines: list[Line]
    quantities: list[Quantity]

    @property
    def worst(self) -> float:
        return max(line.gap for line in self.lines)


Parameters = list[tuple[Tensor, Tensor]]  # (n_l, n_{l−1}) and (n_l,) each


def network(config: LayersConfig) -> tuple[Parameters, Tensor]:
    """Weights and biases in double precision, and one input."""
    draw = generator(config.seed, "layer by layer")
    found = []
    for fan_in, out in zip(config.sizes, config.sizes[1:], strict=False):
        weight = torch.randn(out, fan_in, generator=draw, dtype=torch.float64) / fan_in**0.5
        bias = 0.3 * torch.randn(out, generator=draw, dtype=torch.float64)
        found.append((weight, bias))
    x = torch.randn(config.widths[0], generator=draw, dtype=torch.float64)
    return found, x


def _low(number: int) -> str:
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(number))


def walk(config: LayersConfig) -> Walked:
    """Both passes, an equation a line.

    u_l = W_l z_{l−1} + b_l, z_l = φ(u_l), z_0 = x, y = w_Lᵀ z_{L−1} + b_L; and back
    ∂y/∂z_{L−1} = w_L, ∂y/∂u_l = Diag(φ′(u_l)) ∂y/∂z_l, ∂y/∂W_l = ∂y/∂u_l z_{l−1}ᵀ,
    ∂y/∂b_l = ∂y/∂u_l, ∂y/∂z_{l−1} = W_lᵀ ∂y/∂u_l.

    Source: Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating
    errors, equations 4 to 7; Goodfellow, Bengio and Courville 2016, Deep learning, algorithm 6.4.
    """
    parameters, x = network(config)
    torchs = _by_torch(config, parameters, x)
    slope = ACTIVATIONS[config.activation]().derivative
    phi = ACTIVATIONS[config.activation]().build().double()
    last = config.depth
    value: dict[str, Floats] = {"z0": _column(x)}
    lines: list[Line] = []

    def line(way: Literal["forward", "back"], name: str, latex: str, found: Floats) -> None:
        value[name], torch_has = found, torchs[name]
        if name == f"dW{last}":  # w_L is a column, as one writes it; the layer holds it as a row
            found, torch_has = found.T, torch_has.T
        lines.append(Line(way, latex, found, torch_has))

    def z(at: int) -> str:
        return f"z_{{{at}}}" if at else "x"

    for at, (w, b) in enumerate(parameters, 1):
        value[f"W{at}"], value[f"b{at}"] = w.numpy(), _column(b)
        u = value[f"W{at}"] @ value[f"z{at - 1}"] + value[f"b{at}"]
        if at == last:
            line("forward", f"u{at}", rf"y = w_{{{at}}}^\top {z(at - 1)} + b_{{{at}}}", u)
            break
        line("forward", f"u{at}", rf"u_{{{at}}} = W_{{{at}}}\,{z(at - 1)} + b_{{{at}}}", u)
        z_at = phi(torch.from_numpy(u)).numpy()
        line("forward", f"z{at}", rf"z_{{{at}}} = \varphi(u_{{{at}}})", z_at)
    value[f"du{last}"] = np.ones((1, 1))
    for at in range(last, 0, -1):
        weight, before, arrives = value[f"W{at}"], value[f"z{at - 1}"], value[f"du{at}"]
        if at == last:
            below, left = f"w_{{{at}}}", z(at - 1)
            line("back", f"dW{at}", rf"\frac{{\partial y}}{{\partial {below}}} = {left}",
                 arrives @ before.T)  # fmt: skip
            line("back", f"db{at}", rf"\frac{{\partial y}}{{\partial b_{{{at}}}}} = 1", arrives)
        else:
            by_u = rf"\frac{{\partial y}}{{\partial u_{{{at}}}}}"
            line("back", f"dW{at}",
                 rf"\frac{{\partial y}}{{\partial W_{{{at}}}}} = {by_u}\,{z(at - 1)}^\top",
                 arrives @ before.T)  # fmt: skip
            line("back", f"db{at}", rf"\frac{{\partial y}}{{\partial b_{{{at}}}}} = {by_u}",
                 arrives)  # fmt: skip
        right = f"w_{{{at}}}" if at == last else (
            rf"W_{{{at}}}^\top\frac{{\partial y}}{{\partial u_{{{at}}}}}"
        )  # fmt: skip
        line("back", f"dz{at - 1}", rf"\frac{{\partial y}}{{\partial {z(at - 1)}}} = {right}",
             weight.T @ arrives)  # fmt: skip
        if at > 1:
            bend = slope(torch.from_numpy(value[f"u{at - 1}"])).numpy()
            line("back", f"du{at - 1}",
                 rf"\frac{{\partial y}}{{\partial u_{{{at - 1}}}}} = \mathrm{{Diag}}"
                 rf"(\varphi'(u_{{{at - 1}}}))\,\frac{{\partial y}}{{\partial z_{{{at - 1}}}}}",
                 bend * value[f"dz{at - 1}"])  # fmt: skip
    return Walked(lines, _quantities(value, last))


def _quantities(value: dict[str, Floats], last: int) -> list[Quantity]:
    found = [Quantity("x", value["z0"], value["dz0"])]
    for at in range(1, last + 1):
        names = ["W", "u", "z"] if at < last else ["W", "u"]
        for name in names:
            title = "y" if (name, at) == ("u", last) else f"{name}{_low(at)}"
            title = f"w{_low(at)}ᵀ" if (name, at) == ("W", last) else title
            found.append(Quantity(title, value[f"{name}{at}"], value[f"d{name}{at}"]))
    return found


def _column(vector: Tensor) -> Floats:
    found: Floats = vector.detach().numpy()[:, None]
    return found


def _by_torch(config: LayersConfig, parameters: Parameters, x: Tensor) -> dict[str, Floats]:
    """All values by torch's own layers, and all slopes by autograd."""
    phi = ACTIVATIONS[config.activation]().build().double()
    with torch.inference_mode(False), torch.enable_grad():
        kept = {"z0": x.clone().requires_grad_()}
        z = kept["z0"]
        for at, (weight, bias) in enumerate(parameters, 1):
            kept[f"W{at}"] = weight.clone().requires_grad_()
            kept[f"b{at}"] = bias.clone().requires_grad_()
            kept[f"u{at}"] = functional.linear(z, kept[f"W{at}"], kept[f"b{at}"])
            if at < len(parameters):
                z = kept[f"z{at}"] = phi(kept[f"u{at}"])
        y = kept[f"u{len(parameters)}"].sum()
        slopes = torch.autograd.grad(y, list(kept.values()))
    found = {name: _matrix(tensor) for name, tensor in kept.items()}
    return found | {f"d{n}": _matrix(s) for n, s in zip(kept, slopes, strict=True)}


def _matrix(tensor: Tensor) -> Floats:
    return _column(tensor) if tensor.ndim == 1 else tensor.detach().numpy()
