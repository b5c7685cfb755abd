"""A noisy curve: what does each loss do with outliers, and what does a small network do between?"""

from collections.abc import Callable
from typing import ClassVar, Literal

import torch
from torch import Tensor

from engine.config import About, knob
from engine.data._spec import DATASETS, Data, Dataset, Kind
from engine.device import generator

Name = Literal["sine", "step", "cubic", "linear"]

CURVES: dict[str, Callable[[Tensor], Tensor]] = {
    "sine": lambda x: (torch.pi * x).sin(),
    "step": lambda x: torch.where(x < 0, -0.8, 0.8),
    "cubic": lambda x: x**3 - 1.5 * x,
    "linear": lambda x: 0.8 * x,
}


def truth(function: Name, x: Tensor) -> Tensor:
    """f(x) without noise: (N, 1) in [-1.5, 1.5] to (N, 1) in about [-1.2, 1.2]."""
    return CURVES[function](x)


@DATASETS.register
class RegressionCurve(Dataset):
    about: ClassVar[About] = About(
        id="regression_curve",
        label="Curve (regression)",
        summary="A number predicted from a number, with noise and, on request, outliers.",
        formula=r"y = f(x) + \sigma\varepsilon + o,\quad x\sim U[-1.5,1.5],\ "
        r"o\sim U[2,4]\ \text{in a share of the examples, else } 0",
    )
    kind: ClassVar[Kind] = "curve"
    task: ClassVar[Literal["classification", "regression"]] = "regression"
    function: Name = knob(
        "sine",
        "Function",
        options={"sine": "Sine", "step": "Step", "cubic": "Cubic", "linear": "Line"},
    )
    noise: float = knob(0.15, "Noise", "Standard deviation of y.", ge=0, le=1, step=0.01)
    outliers: float = knob(
        0.0,
        "Outliers",
        "Share of the examples whose y is too large by 2 to 4; never too small.",
        ge=0,
        le=0.3,
        step=0.01,
    )
    examples: int = knob(300, "Examples", ge=40, le=20_000, log=True, more=True)

    def load(self, seed: int) -> Data:
        draw = generator(seed, "data", "regression_curve")
        x = 3 * torch.rand(self.examples, 1, generator=draw) - 1.5  # (N, 1)
        y = truth(self.function, x) + self.noise * torch.randn(x.shape, generator=draw)
        error = 2 + 2 * torch.rand(x.shape, generator=draw)
        # one fixed order: raising the share keeps the outliers that are there
        hit = torch.randperm(self.examples, generator=draw)[: round(self.outliers * len(x))]
        y[hit] += error[hit]
        return Data(x=x, y=y, features=("x",), target="y")
