"""How is a picture made, one value after another?

The uniforms are an argument, so that the same ones give the same picture however it is computed.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.autoregressive.cache import Cache, cacheable
from engine.autoregressive.choice import pick, probabilities
from engine.autoregressive.density import Density
from engine.device import generator
from engine.nn.taps import evaluating


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
    keep: bool = False,
    cached: bool = True,
) -> Sample:
    """x_i from p(x_i | x_before), in raster order and the model's channel order.

    Leaves mode, parameters, `.grad` and hooks as they were.

    Args:
        model: with finite weights.
        u: (B, C, H, W) uniforms; they pick the levels by the cumulative curve.
        y: (B,) int64 classes of a conditional model.
        start: (B, C, H, W) int64 levels, where `forced` values are taken from.
        forced: bool, of a shape that broadcasts to (B, C, H, W): values that are not drawn.
        temperature, top_k, top_p: see `choice.probabilities`.
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
    fixed = None if forced is None else forced.expand(shape).cpu()
    x, u = x.to(device), u.to(device)
    y = None if y is None else y.to(device)
    log_prob = torch.zeros(shape, dtype=next(model.parameters()).dtype, device=device)
    kept = log_prob.new_zeros(batch, channels, model.levels, height, width) if keep else None
    calls = 0
    with evaluating(model):
        z = model.scale(x)
        cache = Cache(model.net, z, y) if cached and cacheable(model.net) else None
        for row in range(height):
            if cache is not None:
                cache.begin(row)
            for column in range(width):
                for channel in model.order:
                    if cache is not None:
                        numbers = cache.pixel(row, column)[:, channel]  # (B, P)
                    else:
                        numbers = model.parameters_at(z, y)[:, channel, :, row, column]
                        calls += 1
                    spread = numbers[:, :, None, None]  # (B, P, 1, 1)
                    logits = model.output.logits(spread, model.levels)[:, :, 0, 0].log_softmax(-1)
                    p = probabilities(logits, temperature=temperature, top_k=top_k, top_p=top_p)
                    level = pick(p.double(), u[:, channel, row, column])  # (B,)
                    if fixed is not None:
                        given = fixed[:, channel, row, column].to(device)
                        level = torch.where(given, x[:, channel, row, column], level)
                    x[:, channel, row, column] = level
                    z[:, channel, row, column] = model.scale(level)
                    log_prob[:, channel, row, column] = logits.gather(1, level[:, None])[:, 0]
                    if kept is not None:
                        kept[:, channel, :, row, column] = p
    if not log_prob.isfinite().all():
        raise ValueError("The network's outputs are not numbers; its weights may be damaged.")
    return Sample(x, log_prob, kept, calls)
