"""Does an estimator keep the four axioms of Shapley values, on this very model?

Each axiom is asked of a model made for it: one with a column of noise that it does not read, one
with a column twice, the sum of two.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from engine.device import generator, number_for
from engine.explain.tables.estimators import Estimator, estimate
from engine.explain.tables.explained import Array, Explained, Linear

AXIOMS = ("efficiency", "symmetry", "dummy", "additivity")


def residual(
    axiom: str, estimator: Estimator, model: Explained, row: Array, background: Array, seed: int
) -> float:
    """How far an axiom is missed, in the unit of the answer; 0 is kept, nan: it does not fit.

    efficiency: |Σ φ_i - (f(x) - base)|. symmetry: |φ_i - φ_j| of a feature i and its copy j.
    dummy: |φ_j| of a noise feature j. additivity: the largest |φ_i(f + g) - φ_i(f) - φ_i(g)|.

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
    both = np.append(row, row[feature])
    twice = np.column_stack([background, background[:, feature]])
    found = estimate(estimator, with_copy(model, feature), both, twice, seed).values[0]
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
    front = np.eye(width, width + 1)
    return _behind(model, front, lambda rows: rows[:, :-1])


def with_copy(model: Explained, feature: int) -> Explained:
    """The model with one feature more, its last, that counts as half of a numeric feature."""
    (column,) = model.columns[feature]
    width = sum(map(len, model.columns))
    front = np.eye(width, width + 1)
    front[column, column] = front[column, width] = 0.5

    def joined(rows: Array) -> Array:
        rows = rows.copy()
        rows[:, feature] = (rows[:, feature] + rows[:, -1]) / 2
        return rows[:, :-1]

    return replace(
        _behind(model, front, joined), encode=lambda rows: _encoded_twice(model, rows, feature)
    )


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


def _behind(model: Explained, front: Array, rows_of: Callable[[Array], Array]) -> Explained:
    """A model behind a linear map of its encoded columns (D, D + 1), with one feature more."""
    network = model.network
    if network is not None:
        kind = next(network.parameters())
        first = nn.Linear(front.shape[1], front.shape[0], bias=False, dtype=kind.dtype)
        with torch.no_grad():
            first.weight.copy_(torch.as_tensor(front))
        network = nn.Sequential(first.requires_grad_(False).to(kind.device), network)
    linear = model.linear
    if linear is not None:
        linear = Linear(weights=linear.weights @ front, bias=linear.bias)
    return replace(
        model,
        predict=lambda rows: model.predict(rows_of(rows)),
        features=(*model.features, "one more"),
        encode=lambda rows: np.column_stack([model.encode(rows[:, :-1]), rows[:, -1]]),
        groups=(*model.columns, (front.shape[0],)),
        network=network,
        linear=linear,
        trees=None,
    )


def _encoded_twice(model: Explained, rows: Array, feature: int) -> Array:
    """Encoded columns, and once more that of a feature, from the copy."""
    swapped = rows[:, :-1].copy()
    swapped[:, feature] = rows[:, -1]
    (column,) = model.columns[feature]
    return np.column_stack([model.encode(rows[:, :-1]), model.encode(swapped)[:, column]])


def _answers(network: nn.Module, model: Explained, rows: Array) -> Array:
    with torch.no_grad():
        encoded = torch.as_tensor(np.asarray(model.encode(rows)), dtype=torch.float64)
        return network(encoded).squeeze(1).numpy()  # type: ignore[no-any-return]
