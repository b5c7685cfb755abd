"""What is an activation function, to the engine and to every page?"""

import math
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import Part
from engine.nn.written import written
from engine.plain import Plain
from engine.registry import Registry


class Activation(Part):
    """An elementwise function with its knobs and its derivative in closed form.

    The facts below hold at the default knobs; a test checks each of them numerically.
    """

    derivative_formula: ClassVar[str] = ""  # LaTeX
    range: ClassVar[str] = ""  # LaTeX of the set of values; decimals are rounded to three places
    zero_centred: ClassVar[bool] = False  # mean output 0 for inputs from N(0, 1)
    saturates: ClassVar[str] = "nowhere"  # "left", "right", "both sides", "nowhere"
    can_die: ClassVar[bool] = False  # a unit may stop learning for every input
    smooth: ClassVar[bool] = True  # continuously differentiable everywhere
    monotone: ClassVar[bool] = True  # never falls
    gain: ClassVar[float | None] = None  # `exact_gain` at the default knobs; None: no gradient

    def build(self) -> nn.Module:
        """A fresh module, (...) to (...); never shared by two layers."""
        raise NotImplementedError

    def source(self, plain: Plain) -> str:
        """`build` as plain torch."""
        return written(plain, self.build())

    def derivative(self, x: Tensor) -> Tensor:
        """The closed form, (...) to (...); at a kink the value that autograd uses."""
        raise NotImplementedError

    def exact_gain(self) -> float:
        """The factor on weights of std 1/√fan_in that keeps pre-activations at variance 1.

        1 / √E[φ(z)²] with z ~ N(0, 1), by quadrature at the present knobs. It equals torch's
        `calculate_gain` for linear, ReLU and leaky ReLU. torch has rules of thumb for logistic
        (1), tanh (5/3) and SELU (3/4), which this is not. A bounded function, ELU and SELU return
        to variance 1 from any other; GELU, SiLU and Mish run away from it with depth.

        Source: He et al. 2015, Delving deep into rectifiers, equation 7, for any φ.
        """
        z = torch.linspace(-12, 12, 24_001, dtype=torch.float64)  # (Z,)
        density = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
        with torch.no_grad():
            values = self.build().double()(z)
        return torch.trapezoid(density * values**2, z).item() ** -0.5


ACTIVATIONS: Registry[Activation] = Registry("activation")
