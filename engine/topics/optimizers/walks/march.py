"""How does one rule move many points of the plane at once?

Points lie in memory one coordinate after the other, (2, R). Rules that go weight by weight take
them like this; those that look at a weight as a whole see each point as a matrix of one row.
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from engine.optim import Number, Optimizer, State

BOUND = 1e6  # farther out than this, or not finite, a walk has diverged


def begin(rule: Optimizer, x: Tensor) -> State:
    """The rule's state for points (2, R)."""
    return rule.init(x if rule.elementwise else x.T[:, None].contiguous())


def advance(
    rule: Optimizer,
    x: Tensor,
    gradient: Tensor,
    state: State,
    step: int,
    learning_rate: Number,
    knobs: Mapping[str, Number],
) -> tuple[Tensor, State]:
    """One update of all points; nothing in place.

    Args:
        x: (2, R).
        gradient: (2, R).
        state: as `begin` or the last call returned it.
        step: from 1.
        learning_rate: a number, or (R,).
        knobs: values that replace the rule's own, likewise.
    """
    if rule.elementwise:
        return rule.update(x, gradient, state, step, learning_rate, **knobs)
    new, state = rule.update(
        x.T[:, None],  # (R, 1, 2)
        gradient.T[:, None],
        state,
        step,
        _column(learning_rate),
        **{name: _column(value) for name, value in knobs.items()},
    )
    return new[:, 0].T.contiguous(), state


def keep(rule: Optimizer, state: State, rows: Tensor) -> State:
    """The state of some of the points."""
    return tuple(slot.index_select(1 if rule.elementwise else 0, rows) for slot in state)


def _column(value: Number) -> Number:
    return value[:, None, None] if isinstance(value, Tensor) and value.ndim else value


def coordinates(slot: Tensor, rule: Optimizer, points: int) -> Tensor | None:
    """A slot as (2, R), or None where the rule keeps less than a number a weight in it."""
    if rule.elementwise:
        return slot
    if slot.shape != torch.Size((points, 1, 2)):
        return None
    return slot[:, 0].T
