"""Which models climb from independent pixels to PixelCNN, at the size of 4x4 pictures?"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from engine.autoregressive.density import Density
from engine.autoregressive.models import AUTOREGRESSIVE
from engine.autoregressive.models.markov import Tables
from engine.autoregressive.orders import Order
from engine.device import generator
from engine.topics.ladder.sources import PIXELS, SHAPE

BATCH = 100
ADDED = 0.01  # to every count of a table


@dataclass(frozen=True, slots=True)
class Rung:
    """A model with the size that it has here, and the rate that it learns with."""

    id: str
    model: str
    knobs: dict[str, Any]
    rate: float = 0.02
    orders: bool = True  # whether its pixels may come in any order
    share: float = 1.0  # of the updates: an update of a convolution takes long


RUNGS = {
    rung.id: rung
    for rung in (
        Rung("independent", "independent", {}, 0.05, share=0.4),
        Rung("markov", "markov", {"k": 4}),
        Rung("table", "markov", {"k": PIXELS - 1}),
        Rung("fvsbn", "fvsbn", {}),
        Rung("nade", "nade", {"hidden": 24}, 0.03),
        Rung("made", "made", {"hidden": (64,)}),
        Rung(
            "pixel_rnn", "pixel_rnn", {"channels": 12, "layers": 1}, 0.02, orders=False, share=0.6
        ),
        Rung("naive", "naive", {"channels": 12, "layers": 3}, 0.02, orders=False),
        Rung(
            "gated",
            "gated",
            {"channels": 12, "layers": 3, "first_kernel": 3},
            0.02,
            orders=False,
            share=0.4,
        ),
    )
}


def build(id: str, order: Order, seed: int) -> Density:
    """An untrained rung; convolutions and PixelRNN take row-by-row order whatever is asked."""
    rung = RUNGS[id]
    more = {"pixel_order": order} if rung.orders else {}
    return AUTOREGRESSIVE[rung.model](**rung.knobs, **more).build(SHAPE, 2, 0, seed)


def fit(model: Density, x: Tensor, steps: int, rate: float, seed: int) -> None:
    """Maximum likelihood: a table by counting, everything else by Adam with a cosine.

    Args:
        x: (n, 1, 4, 4) int64 pictures.
        steps: updates, of `BATCH` pictures each.
        rate: at the beginning.
        seed: of the batches.

    Raises:
        ValueError: the likelihood stopped being a number.
    """
    if isinstance(model.net, Tables):
        model.net.count(x, torch.zeros(len(x), dtype=torch.int64), ADDED)
        return
    optimizer = torch.optim.Adam(model.parameters(), rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    draw = generator(seed, "4x4", "batches")
    z = model.scale(x)
    for _ in range(steps):
        rows = torch.randint(len(x), (min(BATCH, len(x)),), generator=draw)
        numbers = model.parameters_at(z[rows])
        loss = -model.output.log_prob(numbers, x[rows], 2).flatten(1).sum(1).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        schedule.step()
    if not all(bool(parameter.isfinite().all()) for parameter in model.parameters()):
        raise ValueError("The likelihood stopped being a number.")
