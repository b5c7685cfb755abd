"""What may an explanation know of a model? How it answers, and, where it has one, its structure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from engine.topics.explain_tables.models import Fitted

Array = NDArray[np.float64]
Predict = Callable[[Array], Array]  # rows in their units (n, F) to answers (n,)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Linear:
    """f(x) = weights · encode(x) + bias."""

    weights: Array  # (D,)
    bias: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trees:
    """f(x) = readout · raw output of the ensemble, which is given rows as they are."""

    ensemble: Any  # of scikit-learn
    readout: Array  # (1,), or (K,) where it has an output for each of K > 2 classes


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
    linear: Linear | None = None
    trees: Trees | None = None

    @property
    def columns(self) -> tuple[tuple[int, ...], ...]:
        """The encoded columns of each feature."""
        return self.groups or tuple((i,) for i in range(len(self.features)))

    def gathered(self, values: Array) -> Array:
        """Values of encoded columns (R, D), summed over those of each feature: (R, F)."""
        return np.stack([values[:, list(own)].sum(1) for own in self.columns], axis=1)


def explained(model: Fitted) -> Explained:
    """A model of a table, for its explanation."""
    classes = len(model.table.classes)
    is_score = model.config.output == "score" or not classes
    trees = None
    if model.learnt.trees is not None and is_score:
        # Of two classes the ensemble gives the second one's log-odds alone.
        readout = model.readout[1:] if classes == 2 else model.readout
        trees = Trees(ensemble=model.learnt.trees, readout=readout * model.learnt.unit)
    return Explained(
        predict=model.predict,
        features=model.features,
        encode=model.encoding,
        groups=model.encoding.groups,
        network=model.module,
        linear=Linear(weights=model.linear[0], bias=model.linear[1]) if model.linear else None,
        trees=trees,
    )
