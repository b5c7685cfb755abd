"""How is a picture made, one value after another?

The uniforms are an argument, so that the same ones give the same picture however it is computed.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.autoregressive.cache import Cache, cacheable
from engine.autoregressive.choice import pick, probabilities
from engine.autoregressive.density import Density
from engine.autoregressive.graph import Graphed
from engine.autoregressive.steps import Stepped, stepwise
from engine.device import generator
from engine.nn.taps import evaluating
from engine.words import said


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Pictures, and what the model said about each value when it was chosen."""

    x: Tensor  # (B, C, H, W) int64 levels
    log_prob: Tensor  # (B, C, H, W) nats under the model itself, temperature and top-k aside
    p: Tensor | None  # (B, C, K, H, W) the distribution that each value was drawn from
    calls: int  # of the whole network; 0 where features were kept


def uniforms(shape: tuple[int, ...], seed: int) -> Tensor:
    """(...) float64, 0 <= u < 1: all the chance that pictures of this shape (B, C, H, W) need."""
    return torch.rand(shape, generator=generator(seed, "sample"), dtype=torch.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """The value that comes next, and what the model says about it."""

    channel: int
    row: int
    column: int
    logits: Tensor  # (B, K) log-probabilities
    whole: bool  # whether the whole network was called for them


@torch.no_grad()
def walk(
    model: Density, x: Tensor, y: Tensor | None = None, *, cached: bool = True
) -> Generator[Turn, Tensor, None]:
    """Every value in turn: yields what the model says, and is sent the levels (B,) to go on with.

    Args:
        model: in evaluation mode.
        x: (B, C, H, W) int64 levels on the model's device; the chosen ones are written into it.
        y: (B,) int64 classes on the model's device.
        cached: see `sample`.
    """
    z = model.scale(x)
    kept = _kept(model.net, z, y) if cached else None
    for pixel in model.path(*x.shape[2:]):
        row, column = divmod(int(pixel), x.shape[3])
        for channel in model.order:
            if kept is not None:
                numbers = kept.value(channel, row, column)  # (B, P)
            else:
                numbers = model.parameters_at(z, y)[:, channel, :, row, column]
            spread = numbers[:, :, None, None]  # (B, P, 1, 1)
            logits = model.output.logits(spread, model.levels)[:, :, 0, 0].log_softmax(-1)
            level = yield Turn(channel, row, column, logits, kept is None)
            x[:, channel, row, column] = level
            z[:, channel, row, column] = model.scale(level)


def _kept(net: nn.Module, z: Tensor, y: Tensor | None) -> Cache | Stepped | None:
    """What a network keeps from value to value; None where it must be called as a whole."""
    if stepwise(net):
        return Stepped(net, z, y)
    if not cacheable(net):
        return None
    return (Graphed if z.is_cuda else Cache)(net, z, y)


@torch.no_grad()
def sample(
    model: Density,
    u: Tensor,
    y: Tensor | None = None,
    *,
    start: Tensor | None = None,
    forced: Tensor | None = None,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    slip: bool = False,
    keep: bool = False,
    cached: bool = True,
) -> Sample:
    """x_i from p(x_i | x_before), in the model's order of pixels and of channels.

    Leaves mode, parameters, `.grad` and hooks as they were.

    Args:
        model: with finite weights.
        u: (B, C, H, W) uniforms; they pick the levels by the cumulative curve.
        y: (B,) int64 classes of a conditional model.
        start: (B, C, H, W) int64 levels, where `forced` values are taken from.
        forced: bool, of a shape that broadcasts to (B, C, H, W): values that are not drawn.
        temperature, top_k, top_p: see `choice.probabilities`.
        slip: compare the wrong way round, `rand > p` for `rand < p`; with more than two levels,
            draw from the mirrored distribution.
        keep: return the distributions too.
        cached: compute only what is new; False: the whole network for each value.

    Raises:
        ValueError: an argument does not fit, or the network's outputs are not numbers.
    """
    batch, channels, height, width = shape = tuple(u.shape)
    device = next(model.parameters()).device
    probabilities(torch.zeros(1), temperature=temperature, top_k=top_k, top_p=top_p)  # checks them
    x = torch.zeros(shape, dtype=torch.int64) if start is None else start.clone().long()
    if tuple(x.shape) != shape:
        raise ValueError(f"The starting picture must be {shape}, like u. Received: {x.shape}.")
    if forced is not None and start is None:
        raise ValueError("Forced values need a starting picture to take them from.")
    if not 0 <= float(u.min()) <= float(u.max()) < 1:
        raise ValueError("Uniforms must be at least 0 and below 1.")
    model.check(x, y)
    fixed = None if forced is None else forced.expand(shape).to(device)
    x, u = x.to(device), u.to(device)
    y = None if y is None else y.to(device)
    log_prob = torch.zeros(shape, dtype=next(model.parameters()).dtype, device=device)
    kept = log_prob.new_zeros(batch, channels, model.levels, height, width) if keep else None
    calls = 0
    with evaluating(model):
        turns = walk(model, x, y, cached=cached)
        turn: Turn | None = next(turns)
        while turn is not None:
            at = (slice(None), turn.channel, turn.row, turn.column)
            p = probabilities(turn.logits, temperature=temperature, top_k=top_k, top_p=top_p)
            level = pick((p.flip(-1) if slip else p).double(), u[at])  # (B,)
            if fixed is not None:
                level = torch.where(fixed[at], x[at], level)
            log_prob[at] = turn.logits.gather(1, level[:, None])[:, 0]
            if kept is not None:
                kept[:, turn.channel, :, turn.row, turn.column] = p
            calls += turn.whole
            try:
                turn = turns.send(level)
            except StopIteration:
                turn = None
    if not log_prob.isfinite().all():
        raise ValueError(said("The network's outputs are not numbers; its weights may be damaged."))
    return Sample(x, log_prob, kept, calls)


def complete(
    model: Density,
    levels: Sequence[int],
    given: NDArray[np.bool_],
    label: int | Sequence[int],
    count: int,
    seed: int,
    temperature: float = 1.0,
) -> NDArray[np.int64]:
    """(count, C, H, W): the given pixels of a picture, and so many ways to go on.

    Args:
        levels: of the picture, flat.
        given: (H, W) pixels that stay.
        label: class of all, or of each; not looked at by a model that is not conditional.
    """
    start = torch.tensor(levels).view(1, *model.shape).expand(count, *model.shape).clone()
    y = torch.tensor(label).expand(count) if model.classes else None
    drawn = sample(
        model, uniforms((count, *model.shape), seed), y, start=start,
        forced=torch.from_numpy(given.copy()), temperature=temperature,
    )  # fmt: skip
    out: NDArray[np.int64] = drawn.x.numpy()
    return out


def each_class(model: Density, each: int, seed: int, temperature: float = 1.0) -> NDArray[np.int64]:
    """(each · classes, C, H, W): the same uniforms for every class."""
    classes = max(1, model.classes)
    u = uniforms((each, *model.shape), seed).repeat_interleave(classes, 0)
    y = torch.arange(classes).repeat(each) if model.classes else None
    out: NDArray[np.int64] = sample(model, u, y, temperature=temperature).x.numpy()
    return out
