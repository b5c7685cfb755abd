"""How does a network answer to all coalitions at once? Its first layer is put together from two
halves of the features: one addition for what would be a product with every weight."""

import copy
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from engine.nn.taps import evaluating
from engine.topics.explain_tables.shapley.coalitions import count, members
from engine.topics.explain_tables.shapley.explained import Array, Explained
from engine.topics.explain_tables.shapley.unit import links, without_unit

DOUBLE = 2**18  # rows up to which a network computes as it is; beyond, in single precision
HIDDEN = 2**18  # numbers of the first layer at once: they stay in the processor's cache


def through_network(model: Explained, row: Array, background: Array) -> Array | None:
    """v(S) of every coalition, of a network that begins with a linear layer.

    Args:
        model: what is explained.
        row: (F,).
        background: (B, F).

    Returns:
        (2^F,) float64; None where there is no such network.
    """
    if model.network is None:
        return None
    network, factor, shift = model.network, 1.0, 0.0
    single = count(len(row)) * len(background) > DOUBLE
    if single:
        network, factor, shift = without_unit(network)
    parts = _first_linear(network)
    if parts is None:
        return None
    first, rest = parts
    if single:
        first, rest = copy.deepcopy(first).float(), _single(rest)
    with evaluating(rest), torch.no_grad():
        return shift + factor * _through(model, first, rest, row, background)


class QuickTanh(nn.Module):
    """tanh z = 2 σ(2 z) - 1, which torch computes four times as fast in single precision."""

    def forward(self, z: Tensor) -> Tensor:
        return z.mul(2).sigmoid_().mul_(2).sub_(1)


def _single(module: nn.Module) -> nn.Module:
    """A copy in single precision."""
    found = copy.deepcopy(module).float()
    if isinstance(found, nn.Sequential):
        return nn.Sequential(*(QuickTanh() if type(m) is nn.Tanh else m for m in found))
    return found


def chunks(count: int, size: int) -> Iterator[slice]:
    """Slices of at most `size` that cover 0 to `count`."""
    return (slice(first, min(first + size, count)) for first in range(0, count, size))


def _first_linear(network: nn.Module) -> tuple[nn.Linear, nn.Module] | None:
    """A chain's first linear layer and the rest of it; None where it begins otherwise."""
    first, *rest = links(network)
    return (first, nn.Sequential(*rest)) if isinstance(first, nn.Linear) else None


def _through(
    model: Explained, first: nn.Linear, rest: nn.Module, row: Array, background: Array
) -> Array:
    """W e(x_S, b) + c = (W e(b) + c) + Σ_{i in S} W_i (e_i(x) - e_i(b)), for all S and b."""
    features, width = len(row), first.out_features
    here = torch.as_tensor(model.encode(row[None])).to(first.weight)
    total = np.zeros(count(features))
    for some in chunks(len(background), max(1, HIDDEN // (8 * width))):
        there = torch.as_tensor(model.encode(background[some])).to(first.weight)  # (b, D)
        step = torch.stack(
            [(here - there)[:, list(own)] @ first.weight[:, list(own)].T for own in model.columns]
        )  # (F, b, H)
        fits = max(1, HIDDEN // (there.shape[0] * width))
        low = min(features, fits.bit_length() - 1)
        base = first(there)[None]
        for one in step[:low]:
            base = torch.cat([base, base + one])  # (2^low, b, H)
        others = torch.from_numpy(members(features - low)).to(first.weight)
        for number, known in enumerate(others):
            shift = torch.tensordot(known, step[low:], 1)  # (b, H)
            rows = (base + shift).flatten(0, 1)  # (2^low b, H): some layers count their dimensions
            answers = rest(rows).reshape(len(base), -1).double().sum(1)
            total[number * len(base) : (number + 1) * len(base)] += answers.cpu().numpy()
    return total / len(background)
