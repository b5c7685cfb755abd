"""What is a model of a table, to the engine and to every page?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import nn

from engine.config import Part
from engine.registry import Registry
from engine.topics.explain_tables.tables.data import Encoding, Floats, Table


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Learnt:
    """What came out of learning; beside `logits` only what the kind of model has.

    A classification of K classes has K logits, whose softmax are the probabilities. A regression
    has one, K = 1: the target in its unit.
    """

    logits: Callable[[Floats], Floats]  # raw rows (n, F) to (n, K)
    parameters: int
    module: nn.Module | None = None  # float64, from encoded rows (n, D) to (n, K)
    weights: tuple[Floats, Floats] | None = None  # (K, D) and (K,): logits = W encoded + b
    trees: Any = None  # scikit-learn's ensemble, of raw rows
    remarks: tuple[str, ...] = ()  # sentences that whoever reads the model must know
    unit: float = 1.0  # of what the ensemble of a regression answers, in the target's


class Predictor(Part):
    """A kind of model with its knobs."""

    def fit(self, table: Table, encoding: Encoding, seed: int) -> Learnt:
        """Learn from the training part; the same for the same arguments."""
        raise NotImplementedError


PREDICTORS: Registry[Predictor] = Registry("model of a table")
