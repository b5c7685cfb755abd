"""Does it matter how inputs are centred and scaled? What gradient descent makes of two weights."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import torch

from engine.config import Config, knob
from engine.device import generator
from engine.topics.neurons.points import Floats

Prepared = Literal["raw", "centred", "scaled", "whitened"]
PREPARED: tuple[Prepared, ...] = get_args(Prepared)
COUNT = 60  # examples
NOISE = 0.1  # of the targets
TRUE = (1.2, -0.4)  # weights of the raw inputs, of the second one over its unit
DONE = 1e-12  # of the excess loss: what is below is rounding


class InputsConfig(Config):
    """Two inputs, how they are prepared, and how the weights go down."""

    prepared: Prepared = knob(
        "raw",
        "Inputs",
        "Whitened: decorrelated, too, so that all directions have one curvature.",
        options={
            "raw": "as they are",
            "centred": "centred",
            "scaled": "centred and scaled",
            "whitened": "whitened",
        },
    )
    mean: float = knob(4.0, "Mean of the inputs", "In standard deviations.", ge=0, le=6, step=0.25)
    unit: float = knob(
        1.0,
        "Scale of the second input",
        "As if it were measured in another unit.",
        ge=0.1,
        le=10,
        log=True,
    )
    correlation: float = knob(
        0.0, "Correlation", "Of both inputs.", ge=-0.95, le=0.95, step=0.05, more=True
    )
    batch: Literal["all", "one"] = knob(
        "all",
        "A step sees",
        "All examples, or one after another in a shuffled order.",
        options={"all": "all examples", "one": "one example"},
    )
    rate: float = knob(
        1.7,
        "Learning rate, in 1/curvature",
        "Of the largest curvature that a step can see; from 2 on descent leaves the valley.",
        ge=0.1,
        le=2.2,
        step=0.1,
    )
    updates: int = knob(200, "Updates", "", ge=1, le=3000, log=True)
    goal: float = knob(
        0.01,
        "Goal",
        "Excess over the least loss that may be left, as a share of the targets' variance.",
        ge=1e-6,
        le=0.5,
        log=True,
        more=True,
    )
    seed: int = knob(0, "Seed", "Of the examples and their order.", ge=0, le=999, more=True)


@dataclass(frozen=True, slots=True)
class Descent:
    """Two weights on inputs that are prepared in one way: $L(w)=\\frac1{2N}|y-Xw|^2$."""

    x: Floats  # (N, 2)
    hessian: Floats  # (2, 2) XᵀX/N
    curvatures: Floats  # (2,) its eigenvalues, largest first
    best: Floats  # (2,)
    step: float  # learning rate
    path: Floats  # (U + 1, 2) weights
    excess: Floats  # (U + 1,) of the loss over the least, in half the variance of the targets
    same_sign: float  # share of steps whose two parts have one sign
    turns: int  # how often a step goes back along the steepest direction, until the goal is met
    reached: int | None  # updates until the goal is met, and stays so

    @property
    def condition(self) -> float:
        return float(self.curvatures[0] / self.curvatures[1])


@dataclass(frozen=True, slots=True)
class Compared:
    """All ways of preparing the same examples."""

    raw: Floats  # (N, 2)
    descents: dict[str, Descent]
    variance: float  # of the targets
    off: float  # largest relative difference of the eigenvalues to singular values by LAPACK


def examples(config: InputsConfig) -> tuple[Floats, Floats]:
    """(N, 2) inputs, uniform about their mean with standard deviation 1, and (N,) targets.

    From a mean of $\\sqrt3$ on all inputs are positive, as long as they are not correlated.
    """
    source = generator(config.seed, "neurons", "inputs")
    z = (
        np.sqrt(12) * (torch.rand((COUNT, 2), generator=source, dtype=torch.float64) - 0.5)
    ).numpy()
    r = config.correlation
    z[:, 1] = r * z[:, 0] + np.sqrt(1 - r**2) * z[:, 1]
    noise = torch.randn(COUNT, generator=source, dtype=torch.float64).numpy()
    x = config.mean + z
    y = x @ np.array(TRUE) + NOISE * noise
    return x * np.array([1.0, config.unit]), y


def prepare(x: Floats, how: Prepared) -> Floats:
    """Inputs less their mean, over their standard deviation, or without any correlation.

    Whitening is by the inverse root of the covariance (ZCA).
    """
    if how == "raw":
        return x
    centred = x - x.mean(0)
    if how == "centred":
        return centred
    scaled: Floats = centred / centred.std(0)
    if how == "scaled":
        return scaled
    values, vectors = np.linalg.eigh(scaled.T @ scaled / len(x))
    return np.asarray(scaled @ (vectors / np.sqrt(values)) @ vectors.T)


def eigenvalues(hessian: Floats) -> Floats:
    """Of a symmetric 2 × 2 matrix, largest first: half the trace, plus or minus a root.

    The smaller one as determinant over the larger one, which loses no digits.
    """
    (a, b), (_, d) = hessian
    largest = (a + d) / 2 + np.hypot((a - d) / 2, b)
    return np.array([largest, (a * d - b * b) / largest])


def descended(x: Floats, y: Floats, config: InputsConfig) -> Descent:
    """Gradient descent from zero weights, on all examples or on one at a time.

    A step sees at most the curvature $\\lambda_{\\max}$ of all examples, or $\\max_i|x_i|^2$ of
    one; the learning rate is `rate` over that.
    """
    hessian = x.T @ x / len(x)
    curvatures = eigenvalues(hessian)
    best: Floats = np.asarray(np.linalg.lstsq(x, y, rcond=None)[0], np.float64)
    seen = curvatures[0] if config.batch == "all" else float((x**2).sum(1).max())
    step = config.rate / seen
    path = np.zeros((config.updates + 1, 2))
    slope = x.T @ y / len(x)
    with np.errstate(over="ignore", invalid="ignore"):
        if config.batch == "all":
            for k in range(config.updates):
                path[k + 1] = path[k] - step * (hessian @ path[k] - slope)
        else:
            for k, i in enumerate(order(len(x), config)):
                path[k + 1] = path[k] - step * (x[i] @ path[k] - y[i]) * x[i]
        off = path - best
        excess = ((off @ hessian) * off).sum(1) / y.var()
    above = np.flatnonzero(~(excess <= config.goal))
    after = int(above[-1]) + 1 if len(above) else 0
    reached = after if after <= config.updates else None
    moves = np.diff(path[: 1 + (config.updates if reached is None else reached)], axis=0)
    moves = moves[np.isfinite(moves).all(1) & (excess[: len(moves)] > DONE)]
    along = moves @ np.linalg.eigh(hessian)[1][:, -1]
    return Descent(
        x=x,
        hessian=hessian,
        curvatures=curvatures,
        best=best,
        step=step,
        path=path,
        excess=excess,
        same_sign=float((np.sign(moves[:, 0]) == np.sign(moves[:, 1])).mean())
        if len(moves)
        else np.nan,
        turns=int((np.sign(along[1:]) * np.sign(along[:-1]) < 0).sum()),
        reached=reached,
    )


def order(count: int, config: InputsConfig) -> list[int]:
    """Which example each update sees: shuffled anew each time round."""
    source = generator(config.seed, "neurons", "order")
    rounds = -(-config.updates // count)
    every = torch.cat([torch.randperm(count, generator=source) for _ in range(rounds)])
    return [int(i) for i in every[: config.updates]]


def compared(config: InputsConfig) -> Compared:
    """The same examples prepared in each way; where they are centred, the targets are, too."""
    raw, y = examples(config)
    descents: dict[str, Descent] = {}
    off = 0.0
    for how in PREPARED:
        x = prepare(raw, how)
        found = descended(x, y if how == "raw" else y - y.mean(), config)
        other = np.linalg.svd(x, compute_uv=False) ** 2 / len(x)
        off = max(off, float(np.abs(found.curvatures / other - 1).max()))
        descents[how] = found
    return Compared(raw, descents, float(y.var()), off)


def expected(descent: Descent, goal: float, variance: float) -> float:
    """Updates until each direction by itself has met the goal, on all examples at once.

    Along an eigenvector of curvature λ the excess is $c\\,(1-\\eta\\lambda)^{2k}$: it is at the
    goal g after $k=\\ln(g/c)/2\\ln|1-\\eta\\lambda|$; both together need a little more.

    Args:
        variance: of the targets.
    """
    values, vectors = np.linalg.eigh(descent.hessian)
    starts = values * (vectors.T @ descent.best) ** 2 / variance
    shrink = np.maximum(np.abs(1 - descent.step * values), 1e-300)
    waits = [
        0.0 if c <= goal else np.log(goal / c) / (2 * np.log(s)) if s < 1 else np.inf
        for c, s in zip(starts, shrink, strict=True)
    ]
    return float(max(waits))
