"""A boundary, or a density for each class? Four classifiers of the same points."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from engine.config import Config, knob
from engine.device import generator
from engine.topics.neurons.clouds import Clouds, points_of
from engine.topics.neurons.points import REACH, Floats, arrays

Method = Literal["logistic", "lda", "qda", "bayes"]
METHODS: tuple[str, ...] = get_args(Method)
GENERATIVE = METHODS[1:]
GRID = 61  # places of the map, each way
DRAWN = 150  # points of one sample
SMOOTH = 1e-9  # of naive Bayes' variances, in the largest one: scikit-learn's default
FLAT = 1e-12  # a covariance whose ends differ by more has no density


class DensityConfig(Config):
    """Points, and who is looked at."""

    clouds: Clouds = Clouds()
    method: Method = knob(
        "lda",
        "Whose probabilities",
        "The classifier whose map, density and samples are drawn.",
        options={
            "logistic": "logistic regression",
            "lda": "LDA",
            "qda": "QDA",
            "bayes": "naive Bayes",
        },
    )
    penalty: float = knob(
        0.01,
        "Penalty λ",
        "Of the logistic regression: λ/2 times |w|², as among the losses.",
        ge=0.0001,
        le=1,
        log=True,
        more=True,
    )
    size: Literal["4", "6", "10", "16", "30", "60", "120", "250"] = knob(
        "6",
        "Judged at N",
        "Training points of each class at which the verdict is made.",
        options={n: n for n in ("4", "6", "10", "16", "30", "60", "120", "250")},
    )
    extra: int = knob(
        8,
        "Further inputs",
        "That say nothing of the class; only in the comparison over N.",
        ge=0,
        le=20,
    )
    draw: int = knob(0, "Samples drawn", "How often; 0: none are shown.", ge=0, le=999, more=True)


@dataclass(frozen=True, slots=True)
class Gaussians:
    """$p(x,k)=\\pi_k\\,\\mathcal N(x;\\mu_k,\\Sigma_k)$ of two classes; many fits at once."""

    shares: Floats  # (..., 2) π
    means: Floats  # (..., 2, D)
    covariances: Floats  # (..., 2, D, D)

    def joint(self, x: Floats) -> Floats:
        """(..., M, 2) ln p(x, k) of (M, D) places."""
        off = x[:, None, :] - self.means[..., None, :, :]  # (..., M, 2 classes, D)
        inverse = np.linalg.inv(self.covariances)
        distance = np.einsum("...mki,...kij,...mkj->...mk", off, inverse, off)
        height = np.log(self.shares) - np.linalg.slogdet(self.covariances)[1] / 2
        return np.asarray(height[..., None, :] - distance / 2 - x.shape[1] * np.log(2 * np.pi) / 2)

    def score(self, x: Floats) -> Floats:
        """(..., M) ln p(x, 1) − ln p(x, 0) of (M, D) places: above 0 it is class 1.

        The same as the difference of `joint`, as a polynomial $c+b^\\top x-\\frac12x^\\top Ax$.
        """
        inverse = np.linalg.inv(self.covariances)
        toward = (inverse @ self.means[..., None])[..., 0]  # (..., 2, D)
        height = np.log(self.shares) - np.linalg.slogdet(self.covariances)[1] / 2
        height = height - (toward * self.means).sum(-1) / 2
        line = toward[..., 1, :] - toward[..., 0, :]
        found = (height[..., 1] - height[..., 0])[..., None] + line @ x.T
        bend = inverse[..., 1, :, :] - inverse[..., 0, :, :]
        if bend.any():
            found = found - ((x @ bend) * x).sum(-1) / 2
        return np.asarray(found)

    def probability(self, x: Floats) -> Floats:
        """(..., M) of class 1, by Bayes' rule."""
        return np.asarray(expit(self.score(x)))

    @property
    def proper(self) -> bool:
        """Whether every covariance has a density."""
        ends = np.linalg.eigvalsh(self.covariances)
        return bool((ends[..., 0] > FLAT * np.maximum(ends[..., 1], FLAT)).all())


def gaussians(x: Floats, y: NDArray[np.int64], method: str) -> Gaussians:
    """Means, shares and covariances of (..., N, D) points; y is the same for all fits.

    All are of maximum likelihood, sums of squares over the number of points: LDA pools both
    classes, QDA has one covariance a class, naive Bayes only their diagonals.

    Source: Hastie, Tibshirani and Friedman 2009, The elements of statistical learning, 4.3, 6.6.3.
    """
    parts = [x[..., y == k, :] for k in (0, 1)]
    counts = np.array([part.shape[-2] for part in parts])
    means = np.stack([part.mean(-2) for part in parts], axis=-2)
    off = [part - part.mean(-2, keepdims=True) for part in parts]
    scatter = np.stack([np.swapaxes(o, -1, -2) @ o for o in off], axis=-3)  # (..., 2, D, D)
    if method == "lda":
        pooled = scatter.sum(-3, keepdims=True) / counts.sum()
        covariances = np.broadcast_to(pooled, scatter.shape)
    elif method == "qda":
        covariances = scatter / counts[:, None, None]
    else:
        smooth = SMOOTH * x.var(-2).max(-1)[..., None, None, None]
        covariances = (scatter / counts[:, None, None] + smooth) * np.eye(x.shape[-1])
    shares = np.broadcast_to(counts / counts.sum(), means.shape[:-1])
    return Gaussians(shares, means, covariances)


def logistic(x: Floats, y: NDArray[np.int64], penalty: float, rounds: int = 100) -> Floats:
    """(..., D + 1) weights of the least mean logistic loss with a penalty, the bias first.

    Newton's method, each step halved until the loss falls, on all of (..., N, D) points at once.
    """
    rows = np.concatenate([np.ones((*x.shape[:-1], 1)), x], axis=-1) * (2.0 * y - 1)[:, None]
    free = np.full(rows.shape[-1], penalty)
    free[0] = 0
    w = np.zeros((*x.shape[:-2], len(free)))

    def height(at: Floats) -> Floats:
        margins = (rows @ at[..., None])[..., 0]
        return np.asarray(np.logaddexp(0, -margins).mean(-1) + (free * at**2).sum(-1) / 2)

    for _ in range(rounds):
        share = expit(-(rows @ w[..., None])[..., 0])  # (..., N)
        slope = free * w - (share[..., None] * rows).mean(-2)
        if np.abs(slope).max() < 1e-12:
            break
        bent = rows * (share * (1 - share))[..., None]
        bend = np.swapaxes(bent, -1, -2) @ rows / x.shape[-2] + np.diag(free)
        bend = bend + 1e-12 * np.eye(len(free))  # where all are far on their side the bias is flat
        step = np.linalg.solve(bend, slope[..., None])[..., 0]
        size, now = np.ones(w.shape[:-1]), height(w)
        for _ in range(40):
            worse = height(w - size[..., None] * step) > now + 1e-15
            if not worse.any():
                break
            size = np.where(worse, size / 2, size)
        w = w - size[..., None] * step
    return w


def score(weights: Floats, x: Floats) -> Floats:
    """(..., M) $w\\cdot x+b$ at (M, 2) places: the logarithm of the odds of class 1."""
    return np.asarray(weights[..., :1] + weights[..., 1:] @ x.T)


@dataclass(frozen=True, slots=True)
class Classified:
    """The same points, told apart in four ways."""

    x: Floats  # (N, 2)
    y: NDArray[np.int64]  # (N,)
    weights: Floats  # (3,) of the logistic regression
    densities: dict[str, Gaussians]  # of those that have one here
    maps: dict[str, Floats]  # (GRID, GRID) probability of class 1; rows are x2
    right: dict[str, float]  # share of the points
    library: dict[str, float]  # largest difference of a probability to scikit-learn's
    sampled: tuple[Floats, NDArray[np.int64]] | None  # points that the density made up


def classified(config: DensityConfig) -> Classified | None:
    """All four on the points; None where they are not of both classes."""
    seed = config.clouds.seed
    x, y = arrays(points_of(config.clouds))
    if len(set(y.tolist())) < 2:
        return None
    at = grid()
    weights = logistic(x, y, config.penalty)
    maps = {"logistic": expit(score(weights, at))}
    right = {"logistic": expit(score(weights, x))}
    found = {id: gaussians(x, y, id) for id in GENERATIVE}
    enough = min(np.bincount(y)) > 2
    found = {id: g for id, g in found.items() if g.proper and (enough or id != "qda")}
    for id, one in found.items():
        maps[id], right[id] = one.probability(at), one.probability(x)
    others = {id: _library(id, x, y, config.penalty) for id in maps}
    library = {
        id: float(np.abs(others[id].predict_proba(at)[:, 1] - maps[id]).max()) for id in maps
    }
    chosen = found.get(config.method)
    return Classified(
        x=x,
        y=y,
        weights=weights,
        densities=found,
        maps={id: values.reshape(GRID, GRID) for id, values in maps.items()},
        right={id: float(((p > 0.5) == y).mean()) for id, p in right.items()},
        library=library,
        sampled=sample(chosen, config.draw, seed) if chosen and config.draw else None,
    )


def grid() -> Floats:
    """(GRID², 2) places of the map."""
    along = np.linspace(-REACH, REACH, GRID)
    return np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2)


def sample(density: Gaussians, draw: int, seed: int) -> tuple[Floats, NDArray[np.int64]]:
    """(DRAWN, 2) new points and their classes: first a class by its share, then its cloud."""
    source = generator(seed, "neurons", "sample", draw)
    coin = torch.rand(DRAWN, generator=source, dtype=torch.float64).numpy()
    z = torch.randn((DRAWN, 2), generator=source, dtype=torch.float64).numpy()
    kind = (coin < density.shares[1]).astype(np.int64)
    roots = np.linalg.cholesky(density.covariances)
    return density.means[kind] + (roots[kind] @ z[:, :, None])[:, :, 0], kind


def _library(id: str, x: Floats, y: NDArray[np.int64], penalty: float) -> Any:
    """scikit-learn's own, fitted."""
    model = {
        "logistic": LogisticRegression(C=1 / (penalty * len(y)), tol=1e-10, max_iter=1000),
        "lda": LinearDiscriminantAnalysis(),
        "qda": QuadraticDiscriminantAnalysis(),
        "bayes": GaussianNB(),
    }[id]
    return model.fit(x, y)
