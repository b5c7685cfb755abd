"""Is a gradient right? Every parameter of a network is moved a little, and the loss is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field, model_validator
from torch import Tensor, nn

from engine.config import Config, knob
from engine.device import generator
from engine.nn.activations import ACTIVATIONS
from engine.words import said

Floats = NDArray[np.float64]
Layers = list[Tensor]  # (out, in + 1) each: weights, and the bias as the last column
MOST_PARAMETERS = 20_000
AT_ONCE = 2**18  # numbers that are held at once
SMOOTH = ("tanh", "logistic", "softplus", "gelu", "silu")
KINKED = ("relu", "leaky_relu", "absolute", "hard_tanh")
BUGS: Mapping[str, str] = {
    "none": said("none"),
    "factor": said("forgotten slope"),
    "sign": said("wrong sign of a bias"),
    "batch": said("forgotten mean"),
    "stale": said("stale weights"),
}
Function: TypeAlias = Literal[
    "tanh", "logistic", "softplus", "gelu", "silu", "relu", "leaky_relu", "absolute", "hard_tanh"
]
Width = Annotated[int, Field(ge=1, le=256)]


class CheckConfig(Config):
    """A network, a batch, and how its gradient is asked for."""

    widths: tuple[Width, ...] = knob(
        (6, 12, 8, 3), "Widths", "Inputs, hidden layers and outputs.", max_length=6
    )
    activation: Function = knob(
        "tanh",
        "Activation",
        "Smooth ones first; the last four have kinks.",
        options={id: ACTIVATIONS[id].about.label for id in (*SMOOTH, *KINKED)},
    )
    loss: Literal["cross_entropy", "squared"] = knob(
        "cross_entropy",
        "Loss",
        "Of the class, or of random targets.",
        options={"cross_entropy": "cross-entropy", "squared": "squared error"},
    )
    bug: Literal["none", "factor", "sign", "batch", "stale"] = knob(
        "none",
        "Bug",
        "In the gradient that is checked: the slope of the activations left out; the first layer's "
        "biases of the wrong sign; the batch summed, not averaged; the last layer's weights "
        "updated before they are used.",
        options=dict(BUGS),
    )
    step: float = knob(1e-5, "Step h", "How far a parameter is moved.", ge=1e-12, le=1, log=True)
    scheme: Literal["central", "forward"] = knob(
        "central",
        "Difference",
        "To both sides, or to one.",
        options={"central": "central", "forward": "forward"},
    )
    precision: Literal["float64", "float32"] = knob(
        "float64",
        "Precision",
        "In which the losses are computed.",
        options={"float64": "float64", "float32": "float32"},
    )
    batch: int = knob(8, "Batch", "Examples.", ge=1, le=32, more=True)
    seed: int = knob(0, "Seed", "Of weights and examples.", ge=0, le=9999, more=True)

    @model_validator(mode="after")
    def _fits(self) -> "CheckConfig":
        if len(self.widths) < 2:
            raise ValueError(said("A network needs at least inputs and outputs: two widths."))
        if self.parameters > MOST_PARAMETERS:
            raise ValueError(
                said(
                    "At most {most:,} parameters are checked. Received: {n:,}.",
                    most=MOST_PARAMETERS,
                    n=self.parameters,
                )
            )
        return self

    @property
    def parameters(self) -> int:
        return sum((a + 1) * b for a, b in zip(self.widths, self.widths[1:], strict=False))

    @property
    def kinked(self) -> bool:
        return self.activation in KINKED

    @property
    def dtype(self) -> torch.dtype:
        return torch.float64 if self.precision == "float64" else torch.float32


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Weights, a batch, and what is asked of them."""

    layers: Layers
    x: Tensor  # (B, in)
    target: Tensor  # (B,) classes, or (B, out)
    activation: nn.Module
    slope: Callable[[Tensor], Tensor]

    def to(self, dtype: torch.dtype) -> "Problem":
        target = self.target if self.target.dtype == torch.int64 else self.target.to(dtype)
        layers = [layer.to(dtype) for layer in self.layers]
        return Problem(layers, self.x.to(dtype), target, self.activation, self.slope)

    def losses(self, outputs: Tensor) -> Tensor:
        """Of each example: (B, …, K) to (B, …)."""
        shape = (len(self.x), *[1] * (outputs.ndim - 2))
        if self.target.dtype == torch.int64:
            where = self.target.view(*shape, 1).expand(*outputs.shape[:-1], 1)
            return outputs.logsumexp(-1) - outputs.gather(-1, where).squeeze(-1)
        return ((outputs - self.target.view(*shape, -1)) ** 2).sum(-1)


def problem(config: CheckConfig) -> Problem:
    """The network and the batch of a config, in double precision."""
    draw = generator(config.seed, "gradient check")
    layers = []
    for fan_in, out in zip(config.widths, config.widths[1:], strict=False):
        weight = torch.randn(out, fan_in + 1, generator=draw, dtype=torch.float64)
        weight[:, :-1] /= fan_in**0.5
        weight[:, -1] *= 0.1
        layers.append(weight)
    x = torch.randn(config.batch, config.widths[0], generator=draw, dtype=torch.float64)
    if config.loss == "cross_entropy":
        target = torch.randint(config.widths[-1], (config.batch,), generator=draw)
    else:
        target = torch.randn(config.batch, config.widths[-1], generator=draw, dtype=torch.float64)
    part = ACTIVATIONS[config.activation]()
    return Problem(layers, x, target, part.build().double(), part.derivative)


def forward(task: Problem) -> tuple[list[Tensor], list[Tensor]]:
    """What enters each layer, with a last 1 for the bias (B, in + 1), and what it sums (B, out)."""
    entering, sums = [], []
    z = task.x
    for at, layer in enumerate(task.layers):
        entering.append(torch.cat([z, z.new_ones(len(z), 1)], 1))
        sums.append(entering[-1] @ layer.T)
        if at + 1 < len(task.layers):
            z = task.activation(sums[-1])
    return entering, sums


def by_hand(task: Problem, bug: str = "none") -> Layers:
    """The gradient of the mean loss, layer by layer, with a bug or without.

    δ_L = ∂ℓ/∂u_L, δ_l = (W_{l+1}ᵀ δ_{l+1}) ⊙ φ′(u_l), ∂ℓ/∂W_l = δ_l z_{l−1}ᵀ.

    Source: Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating
    errors, equations 4 to 7.
    """
    entering, sums = forward(task)
    outputs = sums[-1]
    if task.target.dtype == torch.int64:
        delta = outputs.softmax(-1)
        delta[torch.arange(len(delta)), task.target] -= 1
    else:
        delta = 2 * (outputs - task.target)
    delta = delta if bug == "batch" else delta / len(delta)
    found: Layers = []
    for at in reversed(range(len(task.layers))):
        gradient = delta.T @ entering[at]
        if bug == "sign" and at == 0:
            gradient[:, -1] *= -1
        found.insert(0, gradient)
        if at:
            weight = task.layers[at][:, :-1]
            if bug == "stale" and at == len(task.layers) - 1:
                weight = weight - 0.1 * gradient[:, :-1]  # updated before it was used
            delta = delta @ weight
            if bug != "factor":
                delta = delta * task.slope(sums[at - 1])
    return found


def by_autograd(task: Problem) -> Layers:
    """The same by torch."""
    with torch.inference_mode(False), torch.enable_grad():
        layers = [layer.clone().requires_grad_() for layer in task.layers]
        x, target = task.x.clone(), task.target.clone()
        copy = Problem(layers, x, target, task.activation, task.slope)
        loss = copy.losses(forward(copy)[1][-1]).mean()
        return [part.detach() for part in torch.autograd.grad(loss, layers)]


@dataclass(frozen=True, slots=True, eq=False)
class Numeric:
    """Differences of losses, and where the way of a parameter crossed a kink."""

    gradient: Layers
    crossed: list[Tensor]  # bool, of the same shapes


@torch.no_grad()
def by_differences(
    task: Problem,
    step: float,
    *,
    central: bool = True,
    kinks: tuple[float, ...] = (),
    sampled: int = MOST_PARAMETERS,
) -> Numeric:
    """(ℓ(θ + h e) − ℓ(θ − h e)) / 2h for every parameter, or (ℓ(θ + h e) − ℓ(θ)) / h.

    To move one weight W_ij moves the sum of one unit alone, by h z_j; so the next layer moves by
    one column of its weights, W_·i (φ(u_i + h z_j) − φ(u_i)): a change of rank one in place of a
    forward pass. All weights of a layer are moved at once, side by side.

    Args:
        kinks: places where the activation has one.
        sampled: weights of each layer, at most, in whole rows from the first unit on.
    """
    entering, sums = forward(task)
    base = task.losses(sums[-1])
    gradient, crossed = [], []
    for at, layer in enumerate(task.layers):
        fan_in = layer.shape[1]
        out = max(1, min(len(layer), sampled // fan_in))
        widest = max([len(task.x) * part.shape[0] for part in task.layers[at + 1 :]] + [out])
        rows = max(1, min(out, AT_ONCE // (widest * fan_in)))
        values, hits = [], []
        for first in range(0, out, rows):
            units = torch.arange(first, min(first + rows, out))
            value = torch.zeros(len(units), fan_in, dtype=layer.dtype)
            hit = torch.zeros(len(units), fan_in, dtype=torch.bool)
            for sign in (1, -1) if central else (1,):
                losses, over = _moved(task, entering, sums, at, units, sign * step, kinks)
                value += sign * (losses - (0 if central else base.view(-1, 1, 1))).mean(0)
                hit |= over
            values.append(value / (2 * step if central else step))
            hits.append(hit)
        gradient.append(torch.cat(values))
        crossed.append(torch.cat(hits))
    return Numeric(gradient, crossed)


def _moved(
    task: Problem,
    entering: list[Tensor],
    sums: list[Tensor],
    at: int,
    units: Tensor,
    step: float,
    kinks: tuple[float, ...],
) -> tuple[Tensor, Tensor]:
    """Losses (B, units, in + 1) after each weight of these units moved by a step; whether any sum
    of the network came over a kink on the way."""
    before = sums[at][:, units].unsqueeze(-1)  # (B, U, 1)
    after = before + step * entering[at].unsqueeze(1)  # (B, U, in + 1)
    over = torch.zeros(after.shape[1:], dtype=torch.bool)
    if at + 1 == len(task.layers):
        outputs = sums[at].view(len(after), 1, 1, -1).repeat(1, *after.shape[1:], 1)
        where = units.view(1, -1, 1, 1).expand(*after.shape, 1)
        return task.losses(outputs.scatter(-1, where, after.unsqueeze(-1))), over
    over |= _over(before, after, kinks).any(0)
    change = task.activation(after) - task.activation(before)  # (B, U, in + 1)
    columns = task.layers[at + 1][:, units].T  # (U, next)
    moved = sums[at + 1][:, None, None] + change.unsqueeze(-1) * columns[None, :, None]
    for later in range(at + 1, len(task.layers) - 1):
        over |= _over(sums[later][:, None, None], moved, kinks).any(-1).any(0)
        layer = task.layers[later + 1]
        moved = task.activation(moved) @ layer[:, :-1].T + layer[:, -1]
    return task.losses(moved), over


def _over(before: Tensor, after: Tensor, kinks: tuple[float, ...]) -> Tensor:
    found = torch.zeros(torch.broadcast_shapes(before.shape, after.shape), dtype=torch.bool)
    for kink in kinks:
        found |= (before > kink) != (after > kink)
    return found


def places(activation: str) -> tuple[float, ...]:
    """Where it has kinks."""
    if activation not in KINKED:
        return ()
    return (-1.0, 1.0) if activation == "hard_tanh" else (0.0,)


def relative(one: Tensor, other: Tensor) -> Tensor:
    """|a − b| / max(|a|, |b|), 0 where both are 0."""
    size = torch.maximum(one.abs(), other.abs())
    return torch.where(size > 0, (one - other).abs() / size, 0.0)


WRONG = 1e-3  # relative distance from which on a gradient is called wrong


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """A check of every parameter; lists go by layer."""

    error: list[Floats]  # (out, in + 1) relative error of the gradient by hand
    crossed: list[NDArray[np.bool_]]  # whether a step came over a kink
    analytic: list[Floats]
    numeric: list[Floats]
    distance: list[tuple[float, float]]  # of all weights and of all biases, relative
    from_autograd: float  # the same distance, of the gradient by hand from torch's, at most
    median: float  # of all errors

    @property
    def wrong(self) -> list[tuple[int, str]]:
        """Layer, from 1, and which of its parameters are far off."""
        return [
            (layer, name)
            for layer, both in enumerate(self.distance, 1)
            for name, gap in zip(("weights", "biases"), both, strict=True)
            if not gap <= WRONG
        ]


def distances(one: Layers, other: Layers) -> list[tuple[float, float]]:
    """‖a − b‖ / max(‖a‖, ‖b‖) of the weights and of the biases of each layer."""
    found = []
    for a, b in zip(one, other, strict=True):
        both = []
        for part in (slice(None, -1), slice(-1, None)):
            size = max(a[:, part].norm().item(), b[:, part].norm().item())
            both.append((a[:, part] - b[:, part]).norm().item() / size if size else 0.0)
        found.append((both[0], both[1]))
    return found


def check(config: CheckConfig) -> Checked:
    """Every parameter of the network of a config."""
    exact = problem(config)
    analytic = by_hand(exact, config.bug)
    found = by_differences(
        exact.to(config.dtype),
        config.step,
        central=config.scheme == "central",
        kinks=places(config.activation),
    )
    numeric = [part.double() for part in found.gradient]
    errors = [relative(a, b).numpy() for a, b in zip(analytic, numeric, strict=True)]
    return Checked(
        error=errors,
        crossed=[part.numpy() for part in found.crossed],
        analytic=[part.numpy() for part in analytic],
        numeric=[part.numpy() for part in numeric],
        distance=distances(analytic, numeric),
        from_autograd=max(map(max, distances(analytic, by_autograd(exact)))),
        median=float(np.median(np.concatenate([part.ravel() for part in errors]))),
    )
