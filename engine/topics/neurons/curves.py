"""Which polynomial fits these points: how high may its degree be, and what do outliers do to it?"""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field, field_validator
from scipy.linalg import solve_triangular
from sklearn.linear_model import LinearRegression, Ridge

from engine.config import Config, knob
from engine.device import generator
from engine.topics.neurons.points import MOST, Floats
from engine.topics.neurons.robust import Robust, absolute, huber
from engine.words import said

DEGREES = 15  # the highest
ACROSS, UP = 1.0, 3.0  # how far points may lie from 0, each way
HELD_OUT = 400  # new points
FITS = ("squared", "descent", "absolute", "huber")
Measured: TypeAlias = tuple[
    Annotated[int, Field(ge=-100, le=100)],
    Annotated[int, Field(ge=-300, le=300)],
    Annotated[int, Field(ge=0, le=1)],
]


class Sample(Config):
    """Noisy values of a function that the fit does not know."""

    truth: Literal["sine", "line", "bump", "step"] = knob(
        "sine",
        "True function",
        "What the points are drawn from, with noise.",
        options={"sine": "sine", "line": "line", "bump": "bump", "step": "step"},
    )
    count: int = knob(30, "Points N", "How many are drawn.", ge=5, le=MOST)
    noise: float = knob(0.3, "Noise σ", "Standard deviation of y.", ge=0, le=1, step=0.05)
    seed: int = knob(0, "Seed", "Of the points that are drawn.", ge=0, le=999, more=True)


class CurvesConfig(Config):
    """Points, a polynomial, and the ways in which it is fitted."""

    sample: Sample = Sample()
    own: tuple[Measured, ...] = Field((), max_length=MOST)
    """x and y in hundredths, and 1 for an outlier; none: the points are drawn."""
    degree: int = knob(3, "Degree", "Highest power of x.", ge=0, le=DEGREES)
    ridge: float = knob(
        0.0,
        "Ridge λ",
        "λ times the sum of squared weights is added to the mean squared error; the bias is free.",
        ge=0,
        le=10,
        log=True,
    )
    shown: tuple[str, ...] = Field(("squared", "descent"), max_length=len(FITS))
    delta: float = knob(
        0.3,
        "Huber δ",
        "Up to this distance a point counts by its square, beyond it in proportion.",
        ge=0.01,
        le=3,
        log=True,
        more=True,
    )
    rate: float = knob(
        1.0,
        "Learning rate, in 1/curvature",
        "Of gradient descent; from 2 on it diverges.",
        ge=0.1,
        le=2.2,
        step=0.1,
        more=True,
    )
    updates: int = knob(300, "Updates", "Of gradient descent.", ge=1, le=5000, log=True)

    @field_validator("shown")
    @classmethod
    def _known(cls, ids: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [id for id in ids if id not in FITS]
        if unknown:
            name, every = repr(unknown[0][:30]), ", ".join(FITS)
            raise ValueError(said("there is no fit {name}; possible: {all}", name=name, all=every))
        return tuple(dict.fromkeys(ids))


def true(kind: str, x: Floats) -> Floats:
    """The function behind the points, of any shape of x."""
    match kind:
        case "sine":
            found = np.sin(np.pi * x)
        case "line":
            found = 0.8 * x
        case "bump":
            found = 1 / (1 + 25 * x**2)
        case _:
            found = np.where(x > 0, 0.8, -0.8)
    return np.asarray(found)


def powers(x: Floats, degree: int = DEGREES) -> Floats:
    """$1, x, \\dots, x^d$ in a new last dimension of size degree + 1."""
    return np.asarray(x[..., None] ** np.arange(degree + 1))


def measured(config: CurvesConfig) -> tuple[Measured, ...]:
    """The points as somebody could have put them: on a grid of hundredths, no two at one x."""
    if config.own:
        return config.own
    sample = config.sample
    source = generator(sample.seed, "neurons", "curves")
    places = (torch.randperm(201, generator=source)[: sample.count] - 100).numpy()
    noise = torch.randn(sample.count, generator=source, dtype=torch.float64).numpy()
    y = true(sample.truth, places / 100) + sample.noise * noise
    heights = np.clip(np.rint(100 * y), -100 * UP, 100 * UP).astype(int)
    return tuple((int(a), int(b), 0) for a, b in zip(places, heights, strict=True))


@dataclass(frozen=True, slots=True)
class Nested:
    """Least squares of every degree from one QR: columns of lower degrees come first.

    With $X=QR$, where X holds all powers, the first d+1 columns of Q and the upper left block of R
    are the QR of degree d. A ridge adds the rows $\\sqrt{\\lambda N}$ of the penalty below X; those
    of higher degrees are zero in the columns of a lower one, and change nothing.
    """

    q: Floats  # (..., N, K) the rows of the points
    rest: Floats  # (..., K, K) those of the penalty
    r: Floats  # (..., K, K)

    def parts(self, y: Floats) -> Floats:
        """(..., K) what each column of Q says of (..., N) values."""
        return np.asarray((np.swapaxes(self.q, -1, -2) @ y[..., None])[..., 0])

    def weights(self, y: Floats, degree: int) -> Floats:
        """(degree + 1,) of a single set of points."""
        k = degree + 1
        return np.asarray(solve_triangular(self.r[:k, :k], self.parts(y)[:k]))


def nested(x: Floats, ridge: float, degree: int = DEGREES) -> Nested:
    """One QR for each row of x.

    Args:
        x: (..., N) places.
        ridge: λ of a mean squared error, so that the sum's is λN.
        degree: the highest.
    """
    count, k = x.shape[-1], degree + 1
    free = np.sqrt(ridge * count) * np.eye(k)
    free[0, 0] = 0  # the bias
    below = np.broadcast_to(free, (*x.shape[:-1], k, k))
    q, r = np.linalg.qr(np.concatenate([powers(x, degree), below], axis=-2))
    return Nested(q[..., :count, :], q[..., count:, :], r)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A polynomial of one degree, fitted in several ways, and errors of all degrees."""

    x: Floats  # (N,)
    y: Floats  # (N,)
    outlier: NDArray[np.bool_]  # (N,)
    most: int  # highest degree that the points determine
    degree: int  # that is drawn, at most `most`
    weights: dict[str, Floats]  # each (degree + 1,)
    training: Floats  # (most + 1,) mean squared error of the points themselves
    left_out: Floats  # (most + 1,) each point by the fit of all others
    held_out: Floats  # (most + 1,) of new points of the same function, with noise
    library: float  # largest difference of its values to scikit-learn's, at the points
    excess: float  # of gradient descent's loss over that of the closed form
    condition: float  # of the Hessian that descends
    proofs: dict[str, float]  # how far absolute and Huber are from their optimum


def fitted(config: CurvesConfig) -> Fitted:
    """Every way of fitting the points, and all degrees by least squares with the ridge."""
    points = np.array(measured(config), dtype=np.int64)
    x, y = points[:, 0] / 100, points[:, 1] / 100
    places = len(np.unique(x))
    most = DEGREES if config.ridge else min(DEGREES, places - 1)
    degree = min(config.degree, most)
    qr = nested(x, config.ridge, most)
    parts = qr.parts(y)
    values = np.cumsum(qr.q * parts, axis=1)  # (N, K) of each degree
    leverage = np.cumsum(qr.q**2, axis=1)
    residuals = y[:, None] - values
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.where(leverage < 1 - 1e-12, residuals / (1 - leverage), np.nan)
    weights = {"squared": qr.weights(y, degree)}
    design = powers(x, degree)
    weights["descent"], excess, condition = _descended(design, y, config, weights["squared"])
    basis, rest = qr.q[:, : degree + 1], qr.rest[:, : degree + 1]
    found: dict[str, Robust] = {}
    if "absolute" in config.shown:
        found["absolute"] = absolute(nested(x, 0.0, degree).q if config.ridge else basis, y)
    if "huber" in config.shown:
        found["huber"] = huber(basis, y, config.delta, rest)
    for id, one in found.items():
        r = nested(x, 0.0, degree).r if id == "absolute" else qr.r[: degree + 1, : degree + 1]
        weights[id] = solve_triangular(r, one.parts)
    library = _library(design, y, config.ridge) - values[:, degree]
    return Fitted(
        x=x,
        y=y,
        outlier=points[:, 2] == 1,
        most=most,
        degree=degree,
        weights=weights,
        training=(residuals**2).mean(0),
        left_out=(apart**2).mean(0),
        held_out=_held_out(config, qr, parts),
        library=float(np.abs(library).max()),
        excess=excess,
        condition=condition,
        proofs={id: one.gap for id, one in found.items()},
    )


def _held_out(config: CurvesConfig, qr: Nested, parts: Floats) -> Floats:
    """Mean squared error of all degrees on points that were never fitted."""
    sample = config.sample
    source = generator(sample.seed, "neurons", "curves", "held out")
    at = (2 * torch.rand(HELD_OUT, generator=source, dtype=torch.float64) - 1).numpy()
    noise = torch.randn(HELD_OUT, generator=source, dtype=torch.float64).numpy()
    new = true(sample.truth, at) + sample.noise * noise
    values = np.cumsum(at_places(qr, at) * parts, axis=-1)
    return np.asarray(((new[:, None] - values) ** 2).mean(0))


def at_places(qr: Nested, at: Floats) -> Floats:
    """(..., G, K) the columns of Q continued to other places: $\\varphi(x)^\\top R^{-1}$."""
    design = powers(at, qr.r.shape[-1] - 1).T  # (K, G)
    if qr.r.ndim == 2:
        return np.asarray(solve_triangular(qr.r, design, trans="T").T)
    wide = np.broadcast_to(design, (*qr.r.shape[:-2], *design.shape)).copy()
    upper = torch.from_numpy(np.swapaxes(qr.r, -1, -2).copy())
    solved = torch.linalg.solve_triangular(upper, torch.from_numpy(wide), upper=False)
    return np.swapaxes(solved.numpy(), -1, -2)


def _descended(
    design: Floats, y: Floats, config: CurvesConfig, best: Floats
) -> tuple[Floats, float, float]:
    """Gradient descent on the same loss from zero weights; its excess loss; the condition.

    The loss is $\\frac1N|y-Xw|^2+\\lambda|w|^2$ without the bias, its Hessian
    $\\frac2N X^\\top X+2\\lambda I$; the step is the rate over the Hessian's largest eigenvalue.
    """
    free = config.ridge * np.eye(design.shape[1])
    free[0, 0] = 0
    hessian = 2 * (design.T @ design / len(y) + free)
    slope = 2 * design.T @ y / len(y)
    curvatures = np.linalg.eigvalsh(hessian)
    step = config.rate / curvatures[-1]
    w = np.zeros(design.shape[1])
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(config.updates):
            w = w - step * (hessian @ w - slope)
        off = w - best
        excess = float(off @ hessian @ off) / 2
    return w, excess, float(curvatures[-1] / max(curvatures[0], np.finfo(float).tiny))


def _library(design: Floats, y: Floats, ridge: float) -> Floats:
    """scikit-learn's values at the points, whose α is λN."""
    model = Ridge(ridge * len(y), solver="svd") if ridge else LinearRegression()
    if design.shape[1] == 1:
        return np.full(len(y), y.mean())
    return np.asarray(model.fit(design[:, 1:], y).predict(design[:, 1:]))
