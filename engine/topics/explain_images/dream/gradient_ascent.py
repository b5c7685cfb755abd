"""How does something climb a score, step by step?"""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from engine.optim import OPTIMIZERS, Optimizer
from engine.runs.events import State


def elementwise() -> list[str]:
    """Ids of the rules that treat every number alone, so that pictures of a batch never mix."""
    return [id for id, rule in OPTIMIZERS.items() if rule.elementwise]


def begin(values: Mapping[str, Tensor], rule: Optimizer) -> State:
    """What climbs, by name, each (B, ...), with the empty memory of the rule."""
    state = dict(values)
    for name, value in values.items():
        state |= {
            f"{name}/{slot}": memory
            for slot, memory in zip(rule.slots, rule.init(value), strict=True)
        }
    return state


def uphill(
    state: State,
    names: tuple[str, ...],
    rule: Optimizer,
    learning_rate: float,
    step: int,
    score: Callable[[State], Tensor],
) -> tuple[State, State]:
    """One step of an update rule towards a higher score.

    Args:
        state: as `begin` made it; not changed.
        names: what climbs.
        rule: elementwise.
        learning_rate: length of the step.
        step: steps done, this one included, from 1.
        score: from the values by name to (B,).

    Returns:
        The new state, and the gradients of the scores by name, each (B, ...).
    """
    leaves = {name: state[name].detach().requires_grad_() for name in names}
    with torch.enable_grad():
        total = score(state | leaves).sum()
        slopes = torch.autograd.grad(total, list(leaves.values()))
    new = dict(state)
    for (name, leaf), slope in zip(leaves.items(), slopes, strict=True):
        memory = tuple(state[f"{name}/{slot}"] for slot in rule.slots)
        new[name], memory = rule.update(leaf.detach(), -slope, memory, step, learning_rate)
        new |= {f"{name}/{slot}": m for slot, m in zip(rule.slots, memory, strict=True)}
    return new, dict(zip(leaves, slopes, strict=True))
