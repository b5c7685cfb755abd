"""What is a way to estimate Shapley values, to the engine and to every page?"""

import copy
import importlib
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import torch
from torch import nn

from engine.config import Part
from engine.device import number_for
from engine.registry import Registry
from engine.topics.explain_tables.shapley.explained import Array, Explained
from engine.words import said

_ONE = threading.Lock()  # numpy's own state is shared by all threads


class Estimator(Part):
    """A way to say how much each feature adds to an answer, with its knobs.

    What it estimates are the Shapley values of `value.interventional`: an unknown feature is
    replaced by the background's. A field `samples`, where there is one, is what more work buys.
    """

    exact: ClassVar[bool] = False  # its values are the Shapley values, up to rounding
    adds_up: ClassVar[bool] = True  # it promises that the values sum to f(x) - base
    drawn: ClassVar[bool] = True  # it depends on the seed
    ladder: ClassVar[tuple[int, ...]] = ()  # `samples` at which its error is looked at

    def unfit(self, model: Explained) -> str:
        """Why it cannot explain this model, in one sentence; empty where it can."""
        return ""

    def values(self, model: Explained, rows: Array, background: Array, seed: int) -> Array:
        """How much each feature adds, in the unit of the answer.

        Args:
            model: what is explained; left as it was.
            rows: (R, F), in their units.
            background: (B, F), what stands for "not known".
            seed: of everything that is drawn; the same arguments give the same values.

        Returns:
            (R, F) float64.

        Raises:
            ValueError: it does not fit the model, as `unfit` says, or the sizes.
        """
        raise NotImplementedError

    def asks(self, features: int, rows: int, background: int) -> int | None:
        """Rows that the model answers, where it is known beforehand; None: they are counted."""
        return None


ESTIMATORS: Registry[Estimator] = Registry("estimator")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimate:
    """What an estimator said, and what it took."""

    values: Array  # (R, F) in the unit of the answer
    base: float  # mean answer to the background
    seconds: float
    asked: int  # rows that the model answered; 0: it was read, not asked


def estimate(
    estimator: Estimator, model: Explained, rows: Array, background: Array, seed: int = 0
) -> Estimate:
    """Run an estimator, watched.

    Raises:
        ValueError: it does not fit, in one sentence.
    """
    if why := estimator.unfit(model):
        raise ValueError(why)
    base = float(np.mean(model.predict(background)))
    asked = [0]

    def predict(some: Array) -> Array:
        asked[0] += len(some)
        return model.predict(some)

    def passed(module: nn.Module, given: Any) -> None:
        asked[0] += len(given[0])

    network = copy.deepcopy(model.network)  # what others hook into is not the page's own
    if network is not None:
        network.register_forward_pre_hook(passed)
    watched = replace(model, predict=predict, network=network)
    begun = time.perf_counter()
    values = estimator.values(watched, np.atleast_2d(rows), background, seed)
    seconds = time.perf_counter() - begun
    known = estimator.asks(len(model.features), len(values), len(background))
    return Estimate(
        values=values, base=base, seconds=seconds, asked=asked[0] if known is None else known
    )


@contextmanager
def drawn(seed: int, *purpose: str | int) -> Iterator[int]:
    """Numpy's global state, which shap draws from, seeded for a block and then as it was.

    Yields the number that it was seeded with.
    """
    number = number_for(seed, "shap", *purpose) % 2**32
    with _ONE:
        before = np.random.get_state()
        np.random.seed(number)  # noqa: TID251  # shap reads numpy's own; it is put back
        try:
            yield number
        finally:
            np.random.set_state(before)


def shap() -> Any:
    """The shap package: its import takes a second, and warns of the colours of its own plots."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("shap")


def tensor(model: Explained, rows: Array) -> torch.Tensor:
    """Encoded rows (n, D) as the network takes them.

    Raises:
        ValueError: the model is no network.
    """
    assert_network(model)
    first = next(model.network.parameters())  # type: ignore[union-attr]
    return torch.as_tensor(model.encode(rows), dtype=first.dtype, device=first.device)


def assert_network(model: Explained) -> None:
    """Raises ValueError where the model is no network."""
    if why := no_network(model):
        raise ValueError(why)


def no_network(model: Explained) -> str:
    """The sentence of an estimator that follows gradients."""
    if model.network:
        return ""
    return said("It follows gradients through a network; this is none.")
