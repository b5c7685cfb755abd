"""Which optimizer trains a network best, at which learning rate, whatever the seed?"""

import time
from collections.abc import Iterator
from typing import Annotated, ClassVar

import torch
from pydantic import Field, model_validator

from engine.config import knob
from engine.data import DATASETS
from engine.models import MODELS
from engine.nn.activations import ACTIVATIONS
from engine.nn.layers import Layers
from engine.runs.events import Done, Event, Started, State
from engine.runs.steps import Facts
from engine.runs.work import Work, work
from engine.topics.optimizers.walks.entrants import OptimizerIds, Rules
from engine.training.config import TrainConfig
from engine.training.fairness import HASHES, by_seed
from engine.training.learner import Learner
from engine.training.loop import batch_order
from engine.training.sweep import MOST, race
from engine.words import said

Rate = Annotated[float, Field(ge=1e-6, le=10)]
TIMED = 30  # updates that are timed of each optimizer, after some to warm up
WARM = 10
MOST_RATES = 12

BASE = TrainConfig(
    data=DATASETS["spirals"](),
    model=MODELS["mlp"].model_validate({"hidden": (32, 32)}),
    layers=Layers(activation=ACTIVATIONS["relu"]()),
    batch_size=64,
    epochs=60,
)


@work
class Race(Work):
    """K optimizers at L learning rates with S seeds: K L S networks in one batched program."""

    kind: ClassVar[str] = "race"
    hashed: ClassVar[str] = "Race"

    base: TrainConfig = BASE
    optimizers: OptimizerIds = knob(
        ("gradient_descent", "momentum", "rmsprop", "adam"),
        "Optimizers",
        "Those that race.",
        max_length=16,
    )
    rates: tuple[Rate, ...] = knob(
        (0.001, 0.003, 0.01, 0.03, 0.1, 0.3),
        "Learning rates",
        "Every optimizer is tried at each.",
        max_length=MOST_RATES,
    )
    seeds: int = knob(4, "Seeds", "Repetitions, each with its own weights and order.", ge=1, le=16)
    rules: Rules = Rules()

    @model_validator(mode="after")
    def _fits(self) -> "Race":
        networks = self.networks
        if not self.rates or len(set(self.rates)) < len(self.rates):
            raise ValueError(
                said("Expected different learning rates. Received: {rates}.", rates=self.rates)
            )
        if networks > MOST:
            raise ValueError(
                said(
                    "At most {most} networks train together. {optimizers} optimizers x {rates} "
                    "learning rates x {seeds} seeds are {networks}: take fewer of one.",
                    most=MOST,
                    optimizers=len(self.optimizers),
                    rates=len(self.rates),
                    seeds=self.seeds,
                    networks=networks,
                )
            )
        return self

    @property
    def networks(self) -> int:
        return len(self.optimizers) * len(self.rates) * self.seeds

    def members(self, optimizer: str, rate: float) -> list[int]:
        """Numbers of the runs of one optimizer at one rate, in order of their seeds."""
        place = self.optimizers.index(optimizer) * len(self.rates) + self.rates.index(rate)
        return list(range(place * self.seeds, (place + 1) * self.seeds))

    def variants(self) -> list[TrainConfig]:
        """The config of every run: optimizers in order, in each the rates, in each the seeds."""
        return [
            TrainConfig(
                **dict(self.base)
                | {
                    "optimizer": self.rules.get(id),
                    "learning_rate": rate,
                    "seed": self.base.seed + seed,
                }
            )
            for id in self.optimizers
            for rate in self.rates
            for seed in range(self.seeds)
        ]

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        """The events of a lean `engine.training.sweep.race`; the facts tell each seed's hashes of
        weights and order once, the summary `seconds_per_update/<id>` of a network alone."""
        for event in race(self.variants(), device, start, until, lean=True):
            if isinstance(event, Started):
                yield Started(event.steps, self._facts(event.facts))
            elif isinstance(event, Done):
                timed = {
                    f"seconds_per_update/{id}": seconds
                    for id, seconds in seconds_per_update(self, device).items()
                }
                yield Done(event.step, event.summary | timed, event.weights)
            else:
                yield event

    def _facts(self, facts: Facts) -> dict[str, str | int | float]:
        """The hashes of each seed, and whether all its runs have the same."""
        runs = range(int(facts["runs"]))
        hashes = {name: [str(facts[f"{name}:{run}"]) for run in runs] for name in HASHES}
        others = {name: value for name, value in facts.items() if "hash:" not in name}
        return others | by_seed(hashes, self.seeds)


def seconds_per_update(config: Race, device: torch.device) -> dict[str, float]:
    """Median time of one update of a single network, forward and backward included, by optimizer.

    Optimizers take turns, so that whatever else the machine does slows all of them alike.
    """
    learners = {}
    for id in config.optimizers:
        one = config.base.with_("optimizer", config.rules.get(id))
        one = one.with_("learning_rate", min(config.rates))
        learners[id] = Learner(one, one.prepared(), device)
    rows = batch_order(config.base.seed, 0, len(next(iter(learners.values())).x))
    rows = rows[: config.base.batch_size].to(device)
    times: dict[str, list[float]] = {id: [] for id in learners}
    for step in range(WARM + TIMED):
        for id, learner in learners.items():
            begun = time.perf_counter()
            learner.update(step, rows, min(config.rates))
            if device.type == "cuda":
                torch.cuda.synchronize(device)
            times[id].append(time.perf_counter() - begun)
    return {id: sorted(taken[WARM:])[TIMED // 2] for id, taken in times.items()}
