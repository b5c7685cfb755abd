"""What may an explanation know of a model? How it answers, and, where it has one, its structure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

Array = NDArray[np.float64]
Predict = Callable[[Array], Array]  # rows in their units (n, F) to answers (n,)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Linear:
    """f(x) = weights · encode(x) + intercept."""

    weights: Array  # (D,)
    intercept: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Explained:
    """One number that a model answers to a row, and what is known of how it comes about.

    Every feature is a player, a category too: the D columns that a network or a linear model is
    given may be more than the F features, and `groups` says which of them a feature became.
    """

    predict: Predict
    features: tuple[str, ...]  # F names
    encode: Callable[[Array], Array] = field(default=np.asarray)  # (n, F) to (n, D), row by row
    groups: tuple[tuple[int, ...], ...] = ()  # F times its columns of D; empty: one each
    network: nn.Module | None = None  # from encoded rows (n, D) to the answer (n, 1)
    linear: Linear | None = None  # of encoded rows
    trees: Any = None  # a scikit-learn ensemble of rows as they are; its raw output is the answer

    @property
    def columns(self) -> tuple[tuple[int, ...], ...]:
        """The encoded columns of each feature."""
        return self.groups or tuple((i,) for i in range(len(self.features)))

    def gathered(self, values: Array) -> Array:
        """Values of encoded columns (R, D), summed over those of each feature: (R, F)."""
        return np.stack([values[:, list(own)].sum(1) for own in self.columns], axis=1)
