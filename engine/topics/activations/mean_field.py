"""What does theory say of a signal's strength from layer to layer, before anything is computed?

In a wide layer with random weights the pre-activations are normal; their variance, and that of the
gradients, follow from two integrals over the activation function.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.nn.activations import Activation
from engine.nn.layers import Norm

POINTS, REACH = 4000, 10.0  # of the quadrature over z ~ N(0, 1); even: no point on a kink at 0


@dataclass(frozen=True, slots=True)
class Moments:
    """Of φ at z ~ N(0, variance)."""

    mean: float  # E[φ]
    square: float  # E[φ²]
    slope: float  # E[φ′²]


def moments(activation: Activation, variance: float) -> Moments:
    """E[φ(√q z)], E[φ(√q z)²] and E[φ′(√q z)²] with z ~ N(0, 1), by the trapezoidal rule."""
    return _moments(activation, math.sqrt(variance), 1.0)


def _moments(activation: Activation, std: float, unit: float) -> Moments:
    """The same at z ~ N(0, std²), of φ / unit and φ′: a square of φ may be too large."""
    z = torch.linspace(-REACH, REACH, POINTS, dtype=torch.float64)  # (Z,)
    share = torch.exp(-(z**2) / 2) * (z[1] - z[0]) / math.sqrt(2 * math.pi)
    x = std * z
    with torch.no_grad():
        value = activation.build().double()(x) / unit
    slope = activation.derivative(x)
    return Moments(
        float(share @ value), float(share @ value.square()), float(share @ slope.square())
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Theory:
    """What to expect of L layers."""

    std: NDArray[np.float64]  # (L,) of pre-activations
    gradient: NDArray[np.float64]  # (L,) std of gradients there, relative to the last layer
    forward: NDArray[np.float64]  # (L-1,) factor on the std from a layer to the next
    backward: NDArray[np.float64]  # (L-1,) √χ: factor on the gradient's std from l+1 back to l


def theory(
    activation: Activation, weight_std: float, first: float, width: int, depth: int, norm: Norm
) -> Theory:
    """The recursion for L = depth layers of equal width, biases zero.

    q_{l+1} = n σ_w² E[φ(√q_l z)²] and χ_l = n σ_w² E[φ′(√q_l z)²]. Normalisation sets q to 1 and
    divides by what it found: χ = E[φ′²] / E[φ²] over the features of a layer, and
    χ = E[φ′²] / Var[φ] over the batch, which for ReLU is π / (π − 1): it explodes.

    Args:
        activation: φ.
        weight_std: σ_w of one weight.
        first: std of the first layer's pre-activations.
        width: n, what one unit reads.
        depth: L, at least 1.
        norm: between weights and activation.

    Source: Poole et al. 2016, Exponential expressivity in deep neural networks through transient
    chaos, equation 3; Schoenholz et al. 2017, Deep information propagation, equation 6; for ReLU,
    He et al. 2015, equations 10 and 14; over the batch, Yang et al. 2019, A mean field theory of
    batch normalization.
    """
    gain = width * weight_std**2
    stds = [first if norm == "none" else 1.0]
    χ: list[float] = []
    for _ in range(depth - 1):
        unit = stds[-1] or 1.0
        m = _moments(activation, stds[-1], unit)
        if norm == "none":
            stds.append(unit * math.sqrt(gain * m.square))
            χ.append(gain * m.slope)
        else:
            kept = m.square - (m.mean**2 if norm == "batch" else 0.0)
            stds.append(1.0)
            χ.append(m.slope / kept if kept > 1e-300 else 0.0)
    std, back = np.array(stds), np.sqrt(χ)
    with np.errstate(divide="ignore", invalid="ignore"):
        forward = std[1:] / std[:-1]
    gradient = np.append(np.cumprod(back[::-1])[::-1], 1.0)
    return Theory(std=std, gradient=gradient, forward=forward, backward=back)


@dataclass(frozen=True, slots=True)
class Gains:
    """Numbers g such that weights of std g / √n keep what they name, at pre-activation variance 1.

    They are equal where φ(cx) = c φ(x) for c > 0 (linear, ReLU, leaky ReLU, PReLU, |x|); otherwise
    no one gain serves both ways,
    and their mean is a compromise, as Glorot and Bengio 2010 take one between two fans.
    """

    present: float  # √n σ_w of the weights there are
    forward: float | None  # 1 / √E[φ²]: the variance of pre-activations
    backward: float | None  # 1 / √E[φ′²]: the variance of gradients; None: no gradient passes


def gains(activation: Activation, weight_std: float, width: int) -> Gains:
    """What there is beside what would be right."""
    m = moments(activation, 1.0)
    return Gains(
        present=math.sqrt(width) * weight_std,
        forward=m.square**-0.5 if m.square > 0 else None,
        backward=m.slope**-0.5 if m.slope > 0 else None,
    )
