"""How do slopes go back through convolution and pooling? By formula, torch and differences."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field, model_validator
from torch.nn import functional

from engine.config import Config, knob
from engine.device import generator
from engine.words import said

Floats = NDArray[np.float64]
Cell = tuple[int, int]
STEP = 1e-2  # of differences: exact for what is linear, up to rounding
Value = Annotated[float, Field(ge=-99, le=99)]
MOST = 64  # cells of an input
WIDEST = 14  # rows of an output, at most


class KernelConfig(Config):
    """One channel: an input, a window that slides over it, and the slopes that arrive."""

    op: Literal["convolution", "max", "average"] = knob(
        "convolution",
        "Layer",
        "What slides over the input.",
        options={"convolution": "convolution", "max": "max pooling", "average": "average pooling"},
    )
    size: int = knob(5, "Input", "Rows and columns.", ge=2, le=8, unit="pixels")
    kernel: int = knob(3, "Window", "Rows and columns.", ge=1, le=5, unit="pixels")
    stride: int = knob(1, "Stride", "From one window to the next.", ge=1, le=3)
    padding: int = knob(0, "Padding", "Zeros around the input; none for a maximum.", ge=0, le=3)
    dilation: int = knob(1, "Dilation", "From one cell of the window to the next.", ge=1, le=3)
    way: Literal["gather", "hand"] = knob(
        "gather",
        "Step by",
        "Each input cell gathers from the outputs, or each output hands to its window.",
        options={"gather": "input cells", "hand": "outputs"},
    )
    weights: tuple[Value, ...] = knob((), "Kernel", "Row by row.", max_length=25, more=True)
    pixels: tuple[Value, ...] = knob((), "Pixels", "Row by row.", max_length=MOST, more=True)
    seed: int = knob(0, "Seed", "Of whole numbers where nothing is set.", ge=0, le=9999, more=True)

    @model_validator(mode="after")
    def _fits(self) -> "KernelConfig":
        if self.reach > self.size + 2 * self.pad:
            raise ValueError(
                said(
                    "A window that reaches over {reach} pixels does not fit into {room}: take a "
                    "larger input, a smaller window, less dilation or more padding.",
                    reach=self.reach,
                    room=self.size + 2 * self.pad,
                )
            )
        return self

    @property
    def spacing(self) -> int:
        """Dilation, which average pooling does not have."""
        return 1 if self.op == "average" else self.dilation

    @property
    def pad(self) -> int:
        """Padding; a pooling takes at most half its window."""
        return self.padding if self.op == "convolution" else min(self.padding, self.kernel // 2)

    @property
    def reach(self) -> int:
        """Rows that a window reaches over."""
        return self.spacing * (self.kernel - 1) + 1

    @property
    def outputs(self) -> int:
        """Rows of the output."""
        return (self.size + 2 * self.pad - self.reach) // self.stride + 1

    @property
    def image(self) -> Floats:
        """(H, H) what is set, or whole numbers."""
        return self._numbers("pixels", self.size, self.pixels, 0, 5)

    @property
    def filter(self) -> Floats:
        """(K, K) the kernel that is set, or whole numbers; of an average 1/K²."""
        if self.op == "average":
            return np.full((self.kernel, self.kernel), 1 / self.kernel**2)
        return self._numbers("kernel", self.kernel, self.weights, -2, 4)

    @property
    def arriving(self) -> Floats:
        """(O, O) slopes of the loss with respect to the outputs."""
        return self._numbers("slopes", self.outputs, (), -3, 4)

    def _numbers(self, what: str, side: int, own: tuple[float, ...], low: int, high: int) -> Floats:
        if len(own) == side**2:
            return np.array(own).reshape(side, side)
        draw = generator(self.seed, f"backpropagation {what}")
        found: Floats = torch.randint(low, high, (WIDEST, WIDEST), generator=draw).double().numpy()
        return found[:side, :side].copy()


@dataclass(frozen=True, slots=True, eq=False)
class Three:
    """The same slopes by three ways."""

    formula: Floats
    autograd: Floats
    numeric: Floats

    def worst(self, apart: NDArray[np.bool_] | None = None) -> float:
        """The largest difference of any two, where `apart` is not set."""
        ways = np.stack([self.formula, self.autograd, self.numeric])
        gap = ways.max(0) - ways.min(0)
        return float(gap[~apart].max(initial=0.0) if apart is not None else gap.max(initial=0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Backwards:
    """Everything about the way back through one layer."""

    output: Floats  # (O, O)
    input: Three  # (H, H) ∂L/∂x
    filter: Three | None  # (K, K) ∂L/∂k, of a convolution
    spread: Floats  # arriving slopes with s − 1 zeros between, and zeros around: what is gathered
    flipped: Floats  # the kernel, dilated and turned by half a turn
    tied: NDArray[np.bool_]  # (H, H) cells that share a window's maximum with another one
    routes: dict[Cell, list[Cell]]  # output cell -> the cells of its window that are inside


def backwards(config: KernelConfig, arriving: Floats | None = None) -> Backwards:
    """The way back, in double precision.

    Args:
        arriving: (O, O) slopes of the outputs; None: those of the config.

    Forward: y_pq = Σ_ab k_ab x_{sp+da−P, sq+db−P}. Backwards, with g = ∂L/∂y:

    ∂L/∂x_ij = Σ_ab k_ab g_{(i+P−da)/s, (j+P−db)/s} over whole indices: a full convolution of g,
    spread by the stride, with the kernel turned by half a turn;
    ∂L/∂k_ab = Σ_pq g_pq x_{sp+da−P, sq+db−P}.

    Source: LeCun et al. 1989, Backpropagation applied to handwritten zip code recognition;
    Dumoulin and Visin 2016, A guide to convolution arithmetic, section 4.
    """
    x, k = config.image, config.filter
    g = config.arriving if arriving is None else arriving
    routes = {
        (p, q): [cell for cell in _window(config, p, q) if _inside(cell, config.size)]
        for p in range(config.outputs)
        for q in range(config.outputs)
    }
    spread, flipped = _spread(config, g), _flipped(config, k)
    tied = np.zeros(x.shape, bool)
    if config.op == "max":
        formula = np.zeros_like(x)
        for (p, q), cells in routes.items():
            values = [x[cell] for cell in cells]
            first = [cell for cell in cells if x[cell] == max(values)]
            formula[first[0]] += g[p, q]
            for cell in first if len(first) > 1 else ():
                tied[cell] = True
    else:
        formula = _gathered(config, spread, flipped)

    def loss(pixels: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
        return (torch.from_numpy(g) * layer(config, pixels, kernel)).sum()

    pixels, kernel = torch.from_numpy(x), torch.from_numpy(k)
    with torch.inference_mode(False), torch.enable_grad():
        leaves = pixels.clone().requires_grad_(), kernel.clone().requires_grad_()
        by_x, by_k = torch.autograd.grad(loss(*leaves), leaves, allow_unused=True)
    slopes = None
    if config.op == "convolution" and by_k is not None:
        slopes = Three(
            _by_kernel(config, x, g), by_k.numpy(), _numeric(lambda v: loss(pixels, v), kernel)
        )
    return Backwards(
        output=layer(config, pixels, kernel).numpy(),
        input=Three(formula, by_x.numpy(), _numeric(lambda v: loss(v, kernel), pixels)),
        filter=slopes,
        spread=spread,
        flipped=flipped,
        tied=tied,
        routes=routes,
    )


def layer(config: KernelConfig, x: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
    """Torch's own layer, (H, H) to (O, O)."""
    image = x[None, None]
    match config.op:
        case "max":
            y = functional.max_pool2d(
                image, config.kernel, config.stride, config.pad, config.spacing
            )
        case "average":
            y = functional.avg_pool2d(image, config.kernel, config.stride, config.pad)
        case _:
            y = functional.conv2d(
                image,
                k[None, None],
                stride=config.stride,
                padding=config.pad,
                dilation=config.spacing,
            )
    return y[0, 0]


def _window(config: KernelConfig, p: int, q: int) -> list[Cell]:
    """The cells of an output's window, row by row; some may be in the padding."""
    top, left = p * config.stride - config.pad, q * config.stride - config.pad
    steps = range(0, config.reach, config.spacing)
    return [(top + a, left + b) for a in steps for b in steps]


def _inside(cell: Cell, size: int) -> bool:
    return 0 <= cell[0] < size and 0 <= cell[1] < size


def _spread(config: KernelConfig, g: Floats) -> Floats:
    """g with s − 1 zeros between, and so many around that every input cell has a whole window."""
    border = config.reach - 1
    wide = config.size + 2 * config.pad + border
    found = np.zeros((wide, wide))
    ends = border + config.stride * (config.outputs - 1) + 1
    found[border : ends : config.stride, border : ends : config.stride] = g
    return found


def _flipped(config: KernelConfig, k: Floats) -> Floats:
    found = np.zeros((config.reach, config.reach))
    found[:: config.spacing, :: config.spacing] = k[::-1, ::-1]
    return found


def _gathered(config: KernelConfig, spread: Floats, flipped: Floats) -> Floats:
    """Every input cell's sum over the flipped kernel on the spread slopes."""
    windows = np.lib.stride_tricks.sliding_window_view(spread, flipped.shape)
    inner = slice(config.pad, config.pad + config.size)
    found: Floats = (windows[inner, inner] * flipped).sum((-2, -1))
    return found


def _by_kernel(config: KernelConfig, x: Floats, g: Floats) -> Floats:
    """Every weight's sum over all places of its window."""
    padded = np.pad(x, config.pad)
    found = np.zeros((config.kernel, config.kernel))
    last = config.stride * (config.outputs - 1) + 1
    for a, b in np.ndindex(*found.shape):
        top, left = a * config.spacing, b * config.spacing
        part = padded[top : top + last : config.stride, left : left + last : config.stride]
        found[a, b] = (g * part).sum()
    return found


def _numeric(loss: Callable[[torch.Tensor], torch.Tensor], at: torch.Tensor) -> Floats:
    """Central differences of a step of 1e-2."""
    found = np.zeros(at.shape)
    for place in np.ndindex(*at.shape):
        ends = []
        for sign in (1, -1):
            moved = at.clone()
            moved[place] += sign * STEP
            ends.append(loss(moved).item())
        found[place] = (ends[0] - ends[1]) / (2 * STEP)
    return found


def ties() -> dict[str, tuple[float, float]]:
    """What each of torch's functions gives back for the maximum of two equal numbers; and what a
    difference says."""
    functions: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
        "max_pool1d": lambda v: functional.max_pool1d(v[None, None], 2)[0, 0, 0],
        "max(dim=0)": lambda v: v.max(dim=0).values,
        "amax": torch.amax,
        "maximum": lambda v: torch.maximum(v[0], v[1]),
    }
    found = {}
    with torch.inference_mode(False), torch.enable_grad():
        for name, function in functions.items():
            v = torch.tensor([3.0, 3.0], dtype=torch.float64, requires_grad=True)
            (slope,) = torch.autograd.grad(function(v), v)
            found[name] = (slope[0].item(), slope[1].item())
    numeric = _numeric(torch.amax, torch.tensor([3.0, 3.0], dtype=torch.float64))
    found["difference"] = (float(numeric[0]), float(numeric[1]))
    return found
