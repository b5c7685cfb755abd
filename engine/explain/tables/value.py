"""What is a coalition of features worth? What the model answers on average when they are known."""

import copy
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.explain.tables.coalitions import count, members
from engine.explain.tables.explained import Array, Explained, Predict
from engine.nn.taps import evaluating

ROWS = 2**16  # rows that a model is asked at once: memory is bounded whatever the sizes
DOUBLE = 2**18  # rows up to which a network computes as it is; beyond, in single precision
HIDDEN = 2**18  # numbers of a network's first layer at once: they stay in the processor's cache


def interventional(model: Explained, row: Array, background: Array) -> Array:
    """v(S) = mean over background rows b of f(x_S, b_rest): what is not known is replaced.

    A network whose first layer is linear gets that layer's sums put together from two halves of
    the features, instead of a matrix product for every coalition. Beyond 2^18 rows it computes in
    single precision, and v is right to about 1e-7 of its size.

    Args:
        model: what is explained.
        row: (F,) x, at most 16 features.
        background: (B, F), at least one row.

    Returns:
        (2^F,) float64, in the unit of the answer.

    Raises:
        ValueError: there are more than 16 features, or the shapes do not fit.

    Source: Lundberg and Lee 2017, section 4; Janzing, Minorics and Bloebaum 2020 for "replaced".
    """
    row, background = np.asarray(row, np.float64), np.asarray(background, np.float64)
    if background.ndim != 2 or not len(background) or row.shape != background.shape[1:]:
        raise ValueError(
            "A row and at least one background row of the same features are needed. Received: "
            f"{row.shape} and {background.shape}."
        )
    if model.network is not None and (parts := _first_linear(model.network)) is not None:
        first, rest = parts
        if count(len(row)) * len(background) > DOUBLE:
            first, rest = copy.deepcopy(first).float(), copy.deepcopy(rest).float()
        with evaluating(rest), torch.no_grad():
            return _through(model, first, rest, row, background)
    return replaced(model.predict, row, background, members(len(row)))


def replaced(predict: Predict, row: Array, background: Array, known: NDArray[np.bool_]) -> Array:
    """(C,) mean answers with the features of each coalition known.

    Args:
        predict: any model.
        row: (F,).
        background: (B, F).
        known: (C, F) bool.
    """
    total = np.zeros(len(known))
    for rest in _chunks(len(background), ROWS):
        part = background[rest]
        for some in _chunks(len(known), max(1, ROWS // len(part))):
            mask = known[some]
            rows = np.where(mask[:, None], row, part)  # (c, b, F)
            answers = np.asarray(predict(rows.reshape(-1, len(row))), np.float64)
            total[some] += answers.reshape(len(mask), -1).sum(1)
    return total / len(background)


def gaussian(
    predict: Predict, row: Array, mean: Array, covariance: Array, draws: int, seed: int
) -> Array:
    """v(S) = E[f(X) | X_S = x_S] of X normal: what is not known follows from what is.

    The same standard normal draws serve every coalition, each with its mirror image.

    Args:
        predict: any model.
        row: (F,) x, at most 16 features.
        mean: (F,) of X.
        covariance: (F, F) of X, positive semidefinite.
        draws: of X, even.
        seed: of the draws.

    Returns:
        (2^F,) float64; exact for a linear model, whose mirrored draws cancel.

    Source: Aas, Jullum and Løland 2021, section 3.1.
    """
    features = len(row)
    draw = np.random.default_rng([seed, features])
    half = draw.standard_normal((draws // 2, features))
    normal = np.concatenate([half, -half])  # (n, F)
    found = np.empty(count(features))
    for coalition, known in enumerate(members(features)):
        rest = ~known
        rows = np.tile(row, (len(normal), 1)).astype(np.float64)
        across = covariance[np.ix_(rest, known)]
        slope = across @ np.linalg.pinv(covariance[np.ix_(known, known)], hermitian=True)
        middle = mean[rest] + slope @ (row[known] - mean[known])
        left = covariance[np.ix_(rest, rest)] - slope @ across.T
        level, axes = np.linalg.eigh(left)
        root = axes * np.sqrt(np.maximum(level, 0))
        rows[:, rest] = middle + normal[:, rest] @ root.T
        found[coalition] = np.mean(predict(rows))
    return found


def _chunks(count: int, size: int) -> Iterator[slice]:
    return (slice(first, min(first + size, count)) for first in range(0, count, size))


def _first_linear(network: nn.Module) -> tuple[nn.Linear, nn.Module] | None:
    """A chain's first linear layer and the rest of it; None where it begins otherwise."""

    def links(module: nn.Module) -> Iterator[nn.Module]:
        for child in module.children() if isinstance(module, nn.Sequential) else [module]:
            yield from links(child) if isinstance(child, nn.Sequential) else [child]

    first, *rest = links(network)
    return (first, nn.Sequential(*rest)) if isinstance(first, nn.Linear) else None


def _through(
    model: Explained, first: nn.Linear, rest: nn.Module, row: Array, background: Array
) -> Array:
    """W e(x_S, b) + c = (W e(b) + c) + Σ_{i in S} W_i (e_i(x) - e_i(b)), for all S and b."""
    features, width = len(row), first.out_features
    here = torch.as_tensor(model.encode(row[None])).to(first.weight)
    total = np.zeros(count(features))
    for some in _chunks(len(background), max(1, HIDDEN // (8 * width))):
        there = torch.as_tensor(model.encode(background[some])).to(first.weight)  # (b, D)
        step = torch.stack(
            [(here - there)[:, list(own)] @ first.weight[:, list(own)].T for own in model.columns]
        )  # (F, b, H)
        fits = max(1, HIDDEN // (there.shape[0] * width))
        low = min(features, fits.bit_length() - 1)
        base = _sums(first(there), step[:low])  # (2^low, b, H)
        for number, shift in enumerate(_sums(torch.zeros_like(step[0]), step[low:])):
            answers = rest(base + shift).reshape(len(base), -1).double().sum(1)
            total[number * len(base) : (number + 1) * len(base)] += answers.cpu().numpy()
    return total / len(background)


def _sums(start: Tensor, steps: Tensor) -> Tensor:
    """start plus the steps of each coalition: (b, H) and (k, b, H) to (2^k, b, H)."""
    sums = start[None]
    for step in steps:
        sums = torch.cat([sums, sums + step])
    return sums
