"""What does the non-linearity buy? A network of two filters that counts squares, or cannot.

A demonstration from a university lecture: the smallest network that has to tell squares from
rectangles, learned with ReLU, with no activation, and with the absolute value.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field, field_validator
from torch import Tensor

from engine.config import knob
from engine.device import generator
from engine.nn.activations import ACTIVATIONS
from engine.nn.initialisers import INITIALISERS, Initialiser
from engine.optim import OPTIMIZERS, Optimizer
from engine.runs.events import Event, Frame, Metrics, State
from engine.runs.steps import Steps
from engine.runs.work import Work, work
from engine.topics.activations.square_images import ImagesConfig, bags, images
from engine.topics.activations.stacked import BatchedWeights, run_hashes
from engine.training.checkpoint import hash_of
from engine.training.fairness import by_seed
from engine.words import said

Name = Annotated[str, Field(max_length=40)]
CHOICES = tuple(id for id, member in ACTIVATIONS.items() if not list(member().build().parameters()))
"""Activations that can be compared here: PReLU would learn a slope, which this network has not."""
LOOKS, FRAMES = 100, 25  # evaluations and pictures over a run
PROVEN = 100  # batches whose hash is told


@work
class CountingSquares(Work):
    """ŷ = Σ_i a_i Σ_positions φ(I * f_i + c_i) + b, learned with the loss (ŷ − number)².

    Every activation is trained from the same initial weights on the same batches; the runs are
    numbered with all seeds of one activation before the next. A seed is of the initial weights
    alone: the batches are those of the first seed for all, so the bands are of the weights.
    """

    kind: ClassVar[str] = "counting_squares"
    hashed: ClassVar[str] = "CountingSquares"

    activations: tuple[Name, ...] = knob(
        ("relu", "linear", "absolute"), "Activations", "Compared on equal terms.", max_length=16
    )
    images: ImagesConfig = ImagesConfig()
    filters: int = knob(2, "Filters", ge=1, le=8)
    size: int = knob(5, "Filter size", "Side of a filter, odd.", ge=3, le=7, step=2, unit="pixels")
    initialiser: Annotated[Initialiser, INITIALISERS.field()] = knob(
        INITIALISERS["torch_default"](), "Initial weights", "Biases start at zero.", more=True
    )
    readout: float = knob(
        0.3,
        "First readout",
        "Factor on the first a. A sum over hundreds of positions is large: from 1 on, the first "
        "updates overshoot, and ReLU filters that answered everywhere die.",
        ge=0.01,
        le=3,
        log=True,
        more=True,
    )
    optimizer: Annotated[Optimizer, OPTIMIZERS.field()] = knob(
        OPTIMIZERS["adam"](), "Optimizer", more=True
    )
    learning_rate: float = knob(0.02, "Learning rate", ge=1e-6, le=1, log=True)
    batch_size: int = knob(32, "Batch size", "Images an update.", ge=1, le=500, log=True, more=True)
    steps: int = knob(1500, "Updates", ge=10, le=20_000, log=True)
    seeds: int = knob(24, "Seeds", "Initial weights tried for each activation.", ge=1, le=64)
    seed: int = knob(0, "First seed", ge=0, le=2**31 - 1, more=True)

    @field_validator("activations")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if not names:
            raise ValueError(said("At least one activation is needed."))
        for name in names:
            if name not in CHOICES:
                raise ValueError(
                    said(
                        "{name} cannot be compared here. Known: {known}.",
                        name=repr(name),
                        known=", ".join(CHOICES),
                    )
                )
        return names

    @field_validator("size")
    @classmethod
    def _odd(cls, size: int) -> int:
        if size % 2 == 0:
            raise ValueError(said("The filter size must be odd. Received: {size}.", size=size))
        return size

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        return count_squares(self, device, start, until)


def first_weights(config: CountingSquares) -> State:
    """By name, (R, ...): the same for every activation, drawn apart for every seed."""
    k, count, drawn = config.size, config.filters, []
    for seed in range(config.seed, config.seed + config.seeds):
        filters, readout = torch.empty(count, 1, k, k), torch.empty(1, count)
        config.initialiser.fill(filters, generator(seed, "weights", "filters"))
        config.initialiser.fill(readout, generator(seed, "weights", "readout"))
        drawn.append((filters.flatten(1), config.readout * readout.squeeze(0)))
    times = len(config.activations)
    return {
        "filters": torch.stack([f for f, _ in drawn]).repeat(times, 1, 1),  # (R, F, k²)
        "thresholds": torch.zeros(times * config.seeds, count),  # (R, F) the c_i
        "readout": torch.stack([a for _, a in drawn]).repeat(times, 1),  # (R, F) the a_i
        "bias": torch.zeros(times * config.seeds),  # (R,) b
    }


def batch(config: CountingSquares, step: int, examples: int) -> Tensor:
    """(B,) rows of an update, from 0: the same for all runs."""
    draw = generator(config.seed, "order", step)
    return torch.randint(examples, (config.batch_size,), generator=draw)


def predict(config: CountingSquares, weights: State, patches: Tensor, counts: Tensor) -> Tensor:
    """(R, N) numbers of squares.

    Args:
        config: names the activations.
        weights: as `first_weights`.
        patches: (U, k²) different windows.
        counts: (N, U) how often each occurs in each image.
    """
    z = weights["filters"].flatten(0, 1) @ patches.T  # (R F, U)
    z = (z + weights["thresholds"].flatten()[:, None]).reshape(
        len(weights["bias"]), -1, len(patches)
    )
    parts = z.split(config.seeds)  # one for each activation
    acts = [ACTIVATIONS[name]().build() for name in config.activations]
    y = torch.cat([act(part) for act, part in zip(acts, parts, strict=True)])  # (R, F, U)
    # The readout first: it and the sum over positions are both linear, and this is less work.
    y = torch.einsum("rfu,rf->ru", y, weights["readout"])
    return y @ counts.T + weights["bias"][:, None]


def count_squares(
    config: CountingSquares,
    device: torch.device,
    start: State | None = None,
    until: int | None = None,
) -> Iterator[Event]:
    """Train all activations and seeds as one program.

    Yields:
        Started (facts: `engine.training.fairness.by_seed`). Metrics with the run's number i:
        `batch_loss:i`; and of the test images `loss:i`, `r2:i`, `accuracy:i` (share of images
        whose rounded answer is right), `spread:i` (standard deviation of the answers over that of
        the numbers: 0 is a constant), `mean:i`. Frame: filters (R, F, k, k), thresholds (R, F),
        readout (R, F), bias (R,), prediction (R, 100) of the first test images. Checkpoint, and
        Done (the last metrics and the weights) or Paused.
    """
    count = Steps(start, until)
    bag = bags(config.images, config.size)
    patches, train, test = (t.to(device) for t in (bag.patches, bag.train, bag.test))
    truth, numbers = (images(config.images, p).squares.to(device) for p in ("train", "test"))
    first, runs = first_weights(config), len(config.activations) * config.seeds
    stack = BatchedWeights({k: v.to(device) for k, v in first.items()}, config.optimizer)
    if start is not None:
        stack.load(start)
    order = hash_of(batch(config, step, len(train)) for step in range(min(PROVEN, config.steps)))
    hashes = {"weights_hash": run_hashes(first), "order_hash": [order] * runs}
    yield count.begin(config.steps, {"runs": runs, **by_seed(hashes, config.seeds)})
    every = max(1, config.steps // LOOKS)

    def look() -> dict[str, float]:
        with torch.no_grad():
            answers = predict(config, stack.named(), patches, test)
        return _numbered(measure(answers, numbers))

    def frame() -> Frame:
        with torch.no_grad():
            named = stack.named()
            answers = predict(config, named, patches, test[:100])
            k = config.size
            arrays = {n: v.detach().cpu().numpy() for n, v in named.items()}
            arrays["filters"] = arrays["filters"].reshape(-1, config.filters, k, k)
            return Frame(stack.step, arrays | {"prediction": answers.cpu().numpy()})

    if stack.step == 0:
        yield Metrics(0, look())
        yield frame()
    for step in count:
        rows = batch(config, stack.step, len(train)).to(device)
        counts = train[rows]
        seen = counts.any(0).nonzero().squeeze(1)  # the windows that this batch has at all
        answers = predict(config, stack.named(), patches[seen], counts[:, seen])
        losses = (answers - truth[rows]).square().mean(1)  # (R,)
        stack.advance(losses, config.learning_rate)
        if step % every == 0 or step == count.end:
            yield Metrics(step, _numbered({"batch_loss": losses.detach()}) | look())
            if step % (every * max(1, LOOKS // FRAMES)) == 0 or step == count.end:
                yield frame()
            yield count.checkpoint(stack.save)
    yield count.finish({} if count.paused else look(), stack.weights())


def measure(answers: Tensor, numbers: Tensor) -> dict[str, Tensor]:
    """Of R runs (R, N) against the truth (N,): each value (R,)."""
    variance = numbers.var(correction=0)
    loss = (answers - numbers).square().mean(1)
    return {
        "loss": loss,
        "r2": 1 - loss / variance,
        "accuracy": (answers.round() == numbers).float().mean(1),
        "spread": answers.std(1, correction=0) / variance.sqrt(),
        "mean": answers.mean(1),
    }


def _numbered(values: dict[str, Tensor]) -> dict[str, float]:
    """By series and run; runs whose value is not finite are left out."""
    return {
        f"{name}:{run}": value
        for name, column in values.items()
        for run, value in enumerate(column.tolist())
        if np.isfinite(value)
    }


def responses(
    activation: str, filters: NDArray[np.floating], thresholds: NDArray[np.floating], x: Tensor
) -> NDArray[np.float32]:
    """Response maps φ(I * f_i + c_i): (F, k, k) filters on (N, side, side) images, (N, F, ...)."""
    weight = torch.as_tensor(np.asarray(filters, np.float32))[:, None]
    bias = torch.as_tensor(np.asarray(thresholds, np.float32))
    with torch.no_grad():
        z = torch.nn.functional.conv2d(x[:, None], weight, bias, padding=weight.shape[-1] // 2)
        return ACTIVATIONS[activation]().build()(z).numpy()
