"""How far is each rung from the source, to the last digit? And does the order of pixels matter?"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field

from engine.autoregressive.density import Density
from engine.autoregressive.models.made import MaskedLayers
from engine.autoregressive.orders import ORDERS
from engine.autoregressive.orders.random import Random
from engine.config import knob
from engine.device import generator
from engine.runs.events import Done, Event, Frame, Metrics, Started, State
from engine.runs.store import Series
from engine.runs.work import Work, work
from engine.topics.ladder.exact import Exact, exact, log_q, mean_of_logits, mixture
from engine.topics.ladder.rungs import RUNGS, build, fit
from engine.topics.ladder.sources import (
    PIXELS,
    Floats,
    Source,
    distribution,
    drawn,
    entropy,
    pictures,
)

TOP = 1200  # pictures whose probability is kept, the most likely ones of the source
SAMPLES = 16
CHEAT = "cheat"  # MADE with one connection that it must not have
LOTTERY = 16  # random orders
NAMED = ("raster", "column", "snake", "diagonal", "reverse")


class Trained(Work):
    """What both pieces of work share: pictures of a source, and how long a rung learns."""

    source: Source = Source()
    examples: int = knob(
        2000, "Training pictures", "Drawn from the source.", ge=20, le=50_000, log=True
    )
    steps: int = knob(800, "Updates", "Of each model.", ge=10, le=5000, log=True, more=True)
    seed: int = knob(0, "Seed", "Of pictures, weights and batches.", ge=0, le=2**31 - 1)

    def learnt(self, id: str, order: object, seed: int, leak: int | None = None) -> Density:
        """A rung after its training; with a leak, that output sees its own pixel."""
        model = build(id, order, seed)  # type: ignore[arg-type]
        if leak is not None:
            net = model.net
            assert isinstance(net, MaskedLayers)
            net.get_buffer("mask_direct")[leak, leak] = 1
        chosen = drawn(self.source, self.examples, seed, "pictures")
        rung = RUNGS[id]
        fit(model, pictures()[chosen], round(self.steps * rung.share), rung.rate, seed)
        return model.eval()


@work
class ExactLadder(Trained):
    """Every rung learns the same pictures, and is then asked for all that there are."""

    kind: ClassVar[str] = "exact_ladder"
    hashed: ClassVar[str] = "ExactLadder"
    revision: int = Field(1, ge=1)

    seeds: int = knob(1, "Seeds", "Trainings of each rung.", ge=1, le=8)
    cheat: bool = knob(
        False,
        "One forbidden connection",
        "MADE once more, with one output that sees its own pixel.",
    )
    pixel: int = knob(
        9, "Which pixel sees itself", "Counted row by row from 0.", ge=0, le=PIXELS - 1, more=True
    )

    @property
    def rungs(self) -> tuple[str, ...]:
        return (*RUNGS, *([CHEAT] if self.cheat else []))

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        """Work that is done in seconds: it neither pauses nor resumes."""
        return exact_ladder(self)


def exact_ladder(config: ExactLadder) -> Iterator[Event]:
    """Train and enumerate, rung by rung, on the CPU.

    Yields:
        Started with `entropy` and `floor`, the bits of the most naive code; Metrics of every model,
        step s · rungs + k + 1: `cross:<id>` bits a picture over all pictures of the source,
        `off:<id>` the sum of q less 1, `seconds:<id>`, and `share`. A Frame of the last seed:
        `numbers` (T,) the pictures that are most likely, `log_p` (T,), `log_q` (rungs, T) nats,
        `samples` (rungs, 16) numbers of pictures. Done with `seconds`.
    """
    begun = time.perf_counter()
    p, rungs = distribution(config.source), config.rungs
    total = len(rungs) * config.seeds
    facts: dict[str, str | int | float] = {f"parameters_{id}": _size(id) for id in rungs}
    yield Started(total, facts | {"entropy": entropy(p)})
    top = np.argsort(-p, kind="stable")[:TOP]
    kept: list[Floats] = []
    samples: list[NDArray[np.int64]] = []
    for seed in range(config.seeds):
        kept, samples = [], []
        for k, id in enumerate(rungs):
            since = time.perf_counter()
            name = "made" if id == CHEAT else id
            leak = config.pixel if id == CHEAT else None
            model = config.learnt(name, ORDERS["raster"](), config.seed + seed, leak)
            seconds = time.perf_counter() - since
            found = exact(log_q(model), p)
            kept.append(found.log_q)
            samples.append(_samples(found.log_q, config.seed))
            step = seed * len(rungs) + k + 1
            yield Metrics(
                step,
                {
                    f"cross:{id}": found.cross,
                    f"off:{id}": found.total - 1,
                    f"seconds:{id}": seconds,
                    "share": step / total,
                },
            )
    with np.errstate(divide="ignore"):
        arrays: dict[str, NDArray[np.generic]] = {
            "numbers": top.astype(np.int32),
            "log_p": np.log(p[top]).astype(np.float32),
            "log_q": np.stack([q[top] for q in kept]).astype(np.float32),
            "samples": np.stack(samples).astype(np.int32),
        }
    yield Frame(total, arrays)
    yield Done(total, {"seconds": time.perf_counter() - begun}, {})


def _samples(q: Floats, seed: int) -> NDArray[np.int64]:
    """Numbers of pictures, drawn from what q is after it was divided by its sum."""
    sums = np.cumsum(np.exp(q))
    u = torch.rand(SAMPLES, generator=generator(seed, "4x4", "samples"), dtype=torch.float64)
    return np.minimum(np.searchsorted(sums, u.numpy() * sums[-1], side="right"), len(q) - 1)


def _size(id: str) -> int:
    model = build("made" if id == CHEAT else id, ORDERS["raster"](), 0)
    if id in RUNGS and RUNGS[id].model == "markov":
        return int(sum(1 << min(RUNGS[id].knobs["k"], i) for i in range(PIXELS)))
    return sum(p.numel() for p in model.parameters())


@dataclass(frozen=True, slots=True)
class Row:
    """One rung over its seeds."""

    id: str
    cross: Floats  # (S,) bits a picture
    off: Floats  # (S,) sums of q, less 1
    seconds: Floats  # (S,)
    parameters: int


def rows(config: ExactLadder, history: Series, facts: Mapping[str, Any]) -> list[Row]:
    """Of those that are done, in order."""
    found = []
    for id in config.rungs:
        if f"cross:{id}" not in history:
            continue
        cross, off, seconds = (
            np.asarray(history[f"{name}:{id}"][1], float) for name in ("cross", "off", "seconds")
        )
        found.append(Row(id, cross, off, seconds, int(facts.get(f"parameters_{id}", 0))))
    return found


@work
class OrderLottery(Trained):
    """One model in many orders of pixels: which is best, and what does their average say?"""

    kind: ClassVar[str] = "order_lottery"
    hashed: ClassVar[str] = "OrderLottery"
    revision: int = Field(1, ge=1)

    rung: Literal["markov", "fvsbn", "nade", "made"] = knob(
        "made",
        "Model",
        "Those whose pixels may come in any order.",
        options={"markov": "4-Markov table", "fvsbn": "FVSBN", "nade": "NADE", "made": "MADE"},
    )

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        """Work that is done in seconds: it neither pauses nor resumes."""
        return order_lottery(self)


def order_lottery(config: OrderLottery) -> Iterator[Event]:
    """The named orders and `LOTTERY` random ones, from the same pictures.

    Yields:
        Started with `entropy`; Metrics at each order's number: `cross` and `total` of it, and from
        the first random order on `cross_mixture` and `total_mixture` of the average of p(x) over
        the random ones so far, `cross_logits` and `total_logits` of that of the logits; `share`.
        Done with `seconds`.
    """
    begun = time.perf_counter()
    p, total = distribution(config.source), len(NAMED) + LOTTERY
    yield Started(total, {"entropy": entropy(p)})
    models: list[Density] = []
    logs: list[Floats] = []
    for k in range(total):
        named = k < len(NAMED)
        order = ORDERS[NAMED[k]]() if named else Random(seed=k - len(NAMED))
        model = config.learnt(config.rung, order, config.seed)
        found = exact(log_q(model), p)
        values = {"cross": found.cross, "total": found.total, "share": (k + 1) / total}
        if not named:
            models.append(model)
            logs.append(found.log_q)
            for name, q in (("mixture", mixture(logs)), ("logits", mean_of_logits(models))):
                both: Exact = exact(q, p)
                values |= {f"cross_{name}": both.cross, f"total_{name}": both.total}
        yield Metrics(k + 1, values)
    yield Done(total, {"seconds": time.perf_counter() - begun}, {})
