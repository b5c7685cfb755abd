"""What do activation functions and their derivatives look like, on the same axes?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field

from engine.config import Config, knob
from engine.nn.activations import ACTIVATIONS, Activation

POINTS = 601  # of the grid: odd, so that zero is one of them
Name = Annotated[str, Field(max_length=40)]


class GalleryConfig(Config):
    """Which functions are drawn. A knob that several of them have is set once for all."""

    shown: Annotated[tuple[Name, ...], ACTIVATIONS.several(least=0)] = knob(
        ("logistic", "tanh", "relu", "leaky_relu", "gelu"), "Functions", max_length=32
    )
    bias: float = knob(
        0.0, "Bias", "Added to the input: shifts the curve to the left.", ge=-6, le=6, step=0.1
    )
    slope: float = knob(
        0.1, "Slope a", "Share of the negative part that passes.", ge=0.001, le=0.99, log=True
    )
    alpha: float = knob(1.0, "Floor α", "Of ELU: bends towards −α.", ge=0.1, le=3, step=0.1)
    beta: float = knob(1.0, "Sharpness β", "Of softplus.", ge=0.1, le=10, log=True)
    approximate: Literal["none", "tanh"] = knob(
        "none", "GELU", options={"none": "exact", "tanh": "tanh approximation"}, more=True
    )
    values: Literal["heaviside", "sign"] = knob(
        "heaviside", "Step", options={"heaviside": "0 and 1", "sign": "−1 and 1"}, more=True
    )
    reach: float = knob(
        5.0, "Range of inputs", "Inputs from −reach to reach.", ge=1, le=30, more=True
    )

    def members(self) -> tuple[Activation, ...]:
        """The chosen functions with these knobs, in the family's order, so colours stay."""
        shared = dict(self)
        return tuple(
            member(**{name: shared[name] for name in member.model_fields if name in shared})
            for id, member in ACTIVATIONS.items()
            if id in self.shown
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curves:
    """A functions on N inputs, float64."""

    ids: tuple[str, ...]
    labels: tuple[str, ...]
    x: NDArray[np.float64]  # (N,)
    value: NDArray[np.float64]  # (A, N)
    derivative: NDArray[np.float64]  # (A, N) by autograd
    closed: NDArray[np.float64]  # (A, N) from the formula
    difference: NDArray[np.float64]  # (A,) largest |autograd − formula|


def curves(config: GalleryConfig, points: int = POINTS) -> Curves:
    """φ(x + b) and its derivative with respect to x, twice: by autograd and from the formula."""
    members = config.members()
    x = torch.linspace(-config.reach, config.reach, points, dtype=torch.float64)  # (N,)
    value, derivative, closed = (torch.empty(len(members), points).double() for _ in range(3))
    for i, member in enumerate(members):
        z = (x + config.bias).requires_grad_()
        y = member.build().double()(z)
        (derivative[i],) = torch.autograd.grad(y.sum(), z)
        value[i], closed[i] = y.detach(), member.derivative(z.detach())
    return Curves(
        ids=tuple(member.id for member in members),
        labels=tuple(member.about.label for member in members),
        x=x.numpy(),
        value=value.numpy(),
        derivative=derivative.numpy(),
        closed=closed.numpy(),
        difference=(derivative - closed).abs().amax(1).numpy(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One row of the table; true of the function as it is set."""

    id: str
    label: str
    formula: str  # LaTeX, as are the next two
    derivative: str
    range: str
    zero_centred: bool
    saturates: str
    can_die: bool
    smooth: bool
    monotone: bool
    gain: float | None
    source: str
    url: str


def facts(members: Sequence[Activation] | None = None) -> list[Facts]:
    """What is known of each function with its knobs; None: of all, at their defaults."""
    every = members if members is not None else [member() for member in ACTIVATIONS.values()]
    return [
        Facts(
            id=member.id,
            label=member.about.label,
            formula=member.about.formula,
            derivative=member.derivative_formula,
            range=member.range,
            zero_centred=member.zero_centred,
            saturates=member.saturates,
            can_die=member.can_die,
            smooth=member.smooth,
            monotone=member.monotone,
            gain=member.gain if member == type(member)() else _gain(member),
            source=member.about.source,
            url=member.about.url,
        )
        for member in every
    ]


def _gain(member: Activation) -> float | None:
    return None if member.gain is None else member.exact_gain()
