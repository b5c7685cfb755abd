"""How sharp does the loss become while gradient descent goes on? Up to 2/η, and there it stays."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import AfterValidator, Field
from torch import Tensor
from torch.func import grad, jacrev

from engine.config import knob
from engine.data import DATASETS
from engine.device import generator
from engine.models import MODELS
from engine.nn.losses import LOSSES
from engine.optim import OPTIMIZERS
from engine.runs.events import Checkpoint, Diverged, Done, Event, Metrics, Started, State
from engine.runs.store import Series
from engine.runs.work import Work, work
from engine.topics.optimizers.landscape.around import Around
from engine.topics.optimizers.landscape.sharpness import top_eigenvalue
from engine.training.config import TrainConfig
from engine.training.learner import Learner
from engine.training.loop import Plan
from engine.training.train import train
from engine.words import said

EXAMPLES = 2000  # of the training part that the loss is averaged over
DENSE = 2000  # weights, up to which the whole Hessian is formed once, to check with
REACHED = 0.97  # of 2/η, from which on a training is at the edge

Floats = NDArray[np.float64]


def distinct(values: tuple[float, ...]) -> tuple[float, ...]:
    """Each once, from the smallest. Raises ValueError for what is no learning rate."""
    if not values or not all(1e-5 <= value <= 10 for value in values):
        raise ValueError(
            said(
                "Expected learning rates from 1e-5 to 10. Received: {values}.", values=list(values)
            )
        )
    return tuple(sorted(set(values)))


@work
class Edge(Work):
    """The same start at several learning rates, with the sharpness measured on the way."""

    kind: ClassVar[str] = "edge_of_stability"
    hashed: ClassVar[str] = "Edge"
    revision: int = Field(1, ge=1)

    base: TrainConfig = TrainConfig(
        data=DATASETS["regression_curve"](),
        model=MODELS["mlp"].model_validate({"hidden": (32, 32)}),
        loss=LOSSES["mse"](),
        optimizer=OPTIMIZERS["gradient_descent"](),
        batch_size=4096,
        epochs=2000,
    )
    rates: Annotated[tuple[float, ...], AfterValidator(distinct)] = knob(
        (0.05, 0.07, 0.1), "Learning rates", "One training each, from the same start.", max_length=5
    )
    places: int = knob(
        60, "Measured", "How often on the way.", ge=10, le=200, unit="times", more=True
    )

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        """Work that is done in seconds: it neither pauses nor resumes."""
        return along(self, device)


def along(config: Edge, device: torch.device) -> Iterator[Event]:
    """Train once for each rate, and measure.

    Yields:
        Started with the updates of all trainings; Metrics of training k, whose steps begin at
        k · updates: `sharpness:k`, the top eigenvalue of the Hessian of the mean training loss,
        `loss:k`, and `share` of the work that is done. Done with, where the networks are small
        enough, `worst`, the largest relative difference of a last eigenvalue to the one of the
        whole Hessian, and `seconds`. A training that diverges ends early and has no more values.
    """
    begun = time.perf_counter()
    base = config.base
    learner = Learner(base, base.prepared(), device)
    around = Around(learner.model, base.loss, learner.x[:EXAMPLES], learner.y[:EXAMPLES])
    updates = Plan.of(base, len(learner.x)).steps
    names, every = list(learner.weights()), max(1, updates // config.places)
    total, worst = updates * len(config.rates), 0.0
    yield Started(total, {"updates": updates, "parameters": sum(around.sizes)})
    weights: State = {}
    for number, rate in enumerate(config.rates):
        due, at = 0, around.flat(learner.weights())
        for event in train(base.with_("learning_rate", rate), device):
            match event:
                case Checkpoint(step=step) if step >= due or step == updates:
                    saved = event.save()
                    weights = {name: saved[f"model/{name}"] for name in names}
                    at, due = around.flat(weights), step + every
                    value = top_eigenvalue(around.loss, at, generator(base.seed, "edge")).value
                    yield Metrics(
                        number * updates + step,
                        {
                            f"sharpness:{number}": value,
                            f"loss:{number}": float(around.loss(at)),
                            "share": (number * updates + step) / total,
                        },
                    )
                case Diverged():
                    break
        if sum(around.sizes) <= DENSE and torch.isfinite(at).all():
            worst = max(worst, _off(around, at, generator(base.seed, "edge")))
    yield Done(total, {"worst": worst, "seconds": time.perf_counter() - begun}, weights)


def _off(around: Around, at: Tensor, source: torch.Generator) -> float:
    """Relative difference of the top eigenvalue by Lanczos to that of the whole Hessian."""
    whole = torch.linalg.eigvalsh(jacrev(grad(around.loss))(at).double())[-1]
    return abs(top_eigenvalue(around.loss, at, source).value / float(whole) - 1)


@dataclass(frozen=True, slots=True)
class Lane:
    """What is known of one training."""

    rate: float
    steps: NDArray[np.int64]  # (T,) updates
    sharpness: Floats  # (T,)
    loss: Floats  # (T,)
    ended: bool  # whether it went to its end

    @property
    def limit(self) -> float:
        """2/η: a quadratic that bends more throws gradient descent out."""
        return 2 / self.rate

    @property
    def reached(self) -> int | None:
        """Place from which on the limit has been reached, or None."""
        at = np.flatnonzero(self.sharpness >= REACHED * self.limit)
        return int(at[0]) if len(at) else None

    @property
    def held(self) -> tuple[float, float, float] | None:
        """Lowest, middle and highest sharpness from there on, in 2/η."""
        if self.reached is None:
            return None
        after = self.sharpness[self.reached :] / self.limit
        return float(after.min()), float(np.median(after)), float(after.max())


def lanes(config: Edge, history: Series, updates: int) -> list[Lane]:
    """Of what has been recorded, a training each; those that have not begun are left out."""
    found = []
    for number, rate in enumerate(config.rates):
        if (name := f"sharpness:{number}") not in history:
            continue
        steps, sharpness = history[name]
        own = np.asarray(steps) - number * updates
        found.append(
            Lane(
                rate,
                own,
                np.asarray(sharpness, float),
                np.asarray(history[f"loss:{number}"][1], float),
                bool(own[-1] == updates),
            )
        )
    return found
