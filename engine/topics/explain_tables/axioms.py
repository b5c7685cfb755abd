"""Does an estimator keep the four axioms of Shapley values, on this very model?

Each axiom is asked of a model made for it: one with a column of noise that it does not read, one
with a column twice in different units, the sum of two.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from engine.device import generator, number_for
from engine.topics.explain_tables.estimators import Estimator, estimate
from engine.topics.explain_tables.shapley.explained import Array, Explained, Linear

AXIOMS = ("efficiency", "symmetry", "dummy", "additivity")


def residual(
    axiom: str, estimator: Estimator, model: Explained, row: Array, background: Array, seed: int
) -> float:
    """How far an axiom is missed, in the unit of the answer; 0 is kept, nan: it does not fit.

    efficiency: |Σ φ_i - (f(x) - base)|. symmetry: |φ_i - φ_j| of a feature i and its copy j,
    which says the same in other units and counts as much, so that v(S with i) is v(S with j) for
    every S without both. dummy: |φ_j| of a noise feature j. additivity: the largest
    |φ_i(f + g) - φ_i(f) - φ_i(g)|.

    Args:
        axiom: one of `AXIOMS`.
        estimator: what is tested.
        model: f.
        row: (F,).
        background: (B, F).
        seed: of the noise, of g, and of what the estimator draws.

    Source: Shapley 1953, axioms 1 to 3; Lundberg and Lee 2017, theorem 1.
    """
    try:
        return _RESIDUALS[axiom](estimator, model, row, background, seed)
    except ValueError:  # the estimator does not fit the changed model
        return float("nan")


def _efficiency(
    estimator: Estimator, model: Explained, row: Array, background: Array, seed: int
) -> float:
    found = estimate(estimator, model, row, background, seed)
    return abs(float(found.values.sum() - (model.predict(row[None])[0] - found.base)))


def _symmetry(
    estimator: Estimator, model: Explained, row: Array, background: Array, seed: int
) -> float:
    numeric = [i for i, own in enumerate(model.columns) if len(own) == 1]
    spread = background.std(0)
    feature = max(numeric, key=lambda i: len(np.unique(background[:, i])) * (spread[i] > 0))
    kink = float(np.median(background[:, feature]))
    both = np.append(row, bent(row[feature], kink))
    twice = np.column_stack([background, bent(background[:, feature], kink)])
    found = estimate(estimator, with_copy(model, feature, kink), both, twice, seed).values[0]
    return abs(float(found[feature] - found[-1]))


def _dummy(
    estimator: Estimator, model: Explained, row: Array, background: Array, seed: int
) -> float:
    noise = np.random.default_rng(number_for(seed, "noise column")).standard_normal
    more = np.column_stack([background, noise(len(background))])
    found = estimate(estimator, with_noise(model), np.append(row, noise()), more, seed)
    return abs(float(found.values[0, -1]))


def _additivity(
    estimator: Estimator, model: Explained, row: Array, background: Array, seed: int
) -> float:
    other = another(model, background, seed)
    one, two, both = (
        estimate(estimator, game, row, background, seed).values[0]
        for game in (model, other, sum_of(model, other))
    )
    return float(np.abs(both - one - two).max())


_RESIDUALS: dict[str, Callable[[Estimator, Explained, Array, Array, int], float]] = {
    "efficiency": _efficiency,
    "symmetry": _symmetry,
    "dummy": _dummy,
    "additivity": _additivity,
}


def with_noise(model: Explained) -> Explained:
    """The model with one feature more, its last, that it does not read."""
    width = sum(map(len, model.columns))
    network, linear = model.network, model.linear
    if network is not None:
        kind = next(network.parameters())
        front = nn.Linear(width + 1, width, bias=False, dtype=kind.dtype, device=kind.device)
        nn.init.eye_(front.weight)
        network = nn.Sequential(front.requires_grad_(False), network)
    if linear is not None:
        linear = Linear(weights=np.append(linear.weights, 0.0), bias=linear.bias)
    return replace(
        model,
        predict=lambda rows: model.predict(rows[:, :-1]),
        features=(*model.features, "noise"),
        encode=lambda rows: np.column_stack([model.encode(rows[:, :-1]), rows[:, -1]]),
        groups=(*model.columns, (width,)),
        network=network,
        linear=linear,
        trees=None,
    )


def bent(column: Array, kink: float) -> Array:
    """The same in other units: twice as steep above the kink."""
    return column + np.maximum(column - kink, 0)


def with_copy(model: Explained, feature: int, kink: float) -> Explained:
    """The model with one feature more, its last: a numeric one in other units.

    The model gets the mean of the two once both are in the first one's units. Whichever of them
    is known, the mean is the same: for a game they are twins, though not for a derivative.
    """
    (column,) = model.columns[feature]
    width = sum(map(len, model.columns))

    def joined(rows: Array) -> Array:
        found, copy = rows[:, :-1].copy(), rows[:, -1]
        found[:, feature] = (found[:, feature] + copy - np.maximum(copy - kink, 0) / 2) / 2
        return found

    def encode(rows: Array) -> Array:
        copy = rows[:, :-1].copy()
        copy[:, feature] = rows[:, -1]
        return np.column_stack([model.encode(rows[:, :-1]), model.encode(copy)[:, column]])

    network = model.network
    if network is not None:
        at = np.zeros((1, len(model.features)))
        at[0, feature] = kink
        front = _Joined(width, column, float(np.asarray(model.encode(at))[0, column]))
        network = nn.Sequential(front.to(next(network.parameters())), network)
    return replace(
        model,
        predict=lambda rows: model.predict(joined(rows)),
        features=(*model.features, "copy"),
        encode=encode,
        groups=(*model.columns, (width,)),
        network=network,
        linear=None,
        trees=None,
    )


class _Joined(nn.Module):
    """Encoded columns (n, D + 1), the last one bent, to (n, D), in layers that Deep knows."""

    def __init__(self, width: int, column: int, kink: float) -> None:
        super().__init__()
        self.mean = nn.Linear(width + 1, width, bias=False)
        self.above, self.relu = nn.Linear(width + 1, 1), nn.ReLU()
        self.back = nn.Linear(1, width, bias=False)
        for parameter in self.parameters():
            nn.init.zeros_(parameter)
        with torch.no_grad():
            self.mean.weight.copy_(torch.eye(width, width + 1))
            self.mean.weight[column, column] = self.mean.weight[column, width] = 0.5
            self.above.weight[0, width], self.above.bias[0] = 1.0, -kink
            self.back.weight[column] = -0.25
        self.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        return self.mean(x) + self.back(self.relu(self.above(x)))  # type: ignore[no-any-return]


def another(model: Explained, background: Array, seed: int) -> Explained:
    """A second model of the same rows: a small random network, as strong as the first."""
    width = sum(map(len, model.columns))
    last = nn.Linear(8, 1)
    network = nn.Sequential(nn.Linear(width, 8), nn.Tanh(), last).double()
    draw = generator(seed, "another model")
    for parameter in network.parameters():
        nn.init.normal_(parameter, generator=draw)
    network.requires_grad_(False)
    strength = model.predict(background).std() / max(
        _answers(network, model, background).std(), 1e-12
    )
    last.weight.mul_(strength or 1.0)
    return replace(
        model,
        predict=lambda rows: _answers(network, model, rows),
        network=network,
        linear=None,
        trees=None,
    )


def sum_of(one: Explained, two: Explained) -> Explained:
    """f + g of the same encoded rows."""
    networks = one.network is not None and two.network is not None
    return replace(
        one,
        predict=lambda rows: one.predict(rows) + two.predict(rows),
        network=_Sum(one.network, two.network) if networks else None,  # type: ignore[arg-type]
        linear=None,
        trees=None,
    )


class _Sum(nn.Module):
    def __init__(self, one: nn.Module, two: nn.Module) -> None:
        super().__init__()
        self.one, self.two = one, two

    def forward(self, x: Tensor) -> Tensor:
        return self.one(x) + self.two(x)


def _answers(network: nn.Module, model: Explained, rows: Array) -> Array:
    with torch.no_grad():
        encoded = torch.as_tensor(np.asarray(model.encode(rows)), dtype=torch.float64)
        return network(encoded).squeeze(1).numpy()  # type: ignore[no-any-return]
