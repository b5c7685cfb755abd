"""How do several settings compare, trained on the same batches at the same time?

A sweep varies one knob, or only the seed, or both. What can be one batched program is one; what
cannot (another architecture, another batch size) advances beside it in turn. All of it starts from
the same seeds, and the hashes of initial weights and batch order are reported.
"""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar

import torch
from pydantic import Field, ValidationError, model_validator
from pydantic.fields import FieldInfo
from torch import Tensor

from engine.config import Knob, bounds, decode, knob, shown
from engine.device import pick_device
from engine.runs.events import Checkpoint, Done, Event, Frame, Metrics, Paused, Started, State
from engine.runs.work import Costs, Work, work
from engine.tasks import Arrays
from engine.training.batched_mixed import mixed_program, stack_for
from engine.training.checkpoint import hash_of, under
from engine.training.config import TrainConfig
from engine.training.loop import Plan, batch_order, learning_rate_at, losses_finite
from engine.words import said

MOST = 256  # networks in one race
FILM = 16  # moments at which decision surfaces are kept, beside the first
SEEN = 256  # examples of each part that are evaluated during a race; all of them at its end
Text = Annotated[str, Field(max_length=80)]


@work
class Sweep(Work):
    """One training run repeated over the values of a knob and over seeds."""

    kind: ClassVar[str] = "sweep"
    hashed: ClassVar[str] = "Sweep"

    base: TrainConfig = TrainConfig()
    vary: str = knob("", "Sweep", "The knob whose values are compared; empty: none.")
    values: tuple[Text, ...] = knob(
        (), "Values", "What it takes, e.g. 0.001~0.01~0.1.", max_length=16
    )
    seeds: int = knob(8, "Seeds", "Repetitions of each value, each with its own seed.", ge=1, le=32)

    @model_validator(mode="after")
    def _values_fit(self) -> "Sweep":
        if self.vary and not self.values:
            raise ValueError(said("{title}: at least one value is needed.", title=self._title()))
        if len(self.variants()) > MOST:
            raise ValueError(said("At most {most} networks train together.", most=MOST))
        return self

    def _title(self) -> str:
        field = self.base.knobs().get(self.vary)
        look = shown(field) if field is not None else None
        return look.title if look else self.vary

    def labels(self) -> list[str]:
        """One text for each value; a single empty one where only the seed varies."""
        return list(self.values) if self.vary else [""]

    def members(self) -> list[range]:
        """Numbers of the runs of each value, in order of their seeds."""
        return [range(i * self.seeds, (i + 1) * self.seeds) for i, _ in enumerate(self.labels())]

    def variants(self) -> list[TrainConfig]:
        """The config of every network: values in order, all seeds of one before the next.

        Raises:
            ValueError: the knob is unknown, or refuses a value.
        """
        found: list[TrainConfig] = []
        for text in self.labels():
            config = self.base
            if self.vary:
                knobs = self.base.knobs()
                if self.vary not in knobs:
                    raise ValueError(
                        said("There is no setting {vary} to sweep here.", vary=repr(self.vary))
                    )
                config = self.base.with_(self.vary, self._decoded(text, knobs[self.vary]))
            found += [config.with_("seed", self.base.seed + i) for i in range(self.seeds)]
        return found

    def _decoded(self, text: str, field: FieldInfo) -> Any:
        try:
            return decode(text, field)
        except ValidationError:
            look, (low, high) = shown(field) or Knob(title=self.vary), bounds(field)
            if low is None or high is None:
                raise ValueError(
                    said("{title} cannot be {value}.", title=look.title, value=repr(text[:40]))
                ) from None
            raise ValueError(
                said(
                    "{title} cannot be {value}. It goes from {low:g} to {high:g}.",
                    title=look.title,
                    value=repr(text[:40]),
                    low=low,
                    high=high,
                )
            ) from None

    def costs(self) -> Costs:
        """Of all networks together; the pictures are drawn once."""
        each = [config.costs() for config in self.variants()[:: self.seeds]]
        return Costs(
            weights=self.seeds * sum(costs.weights for costs in each),
            products=self.seeds * sum(costs.products for costs in each),
            values=max(costs.values for costs in each),
        )

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        return race(self.variants(), device, start, until)


def race(
    configs: Sequence[TrainConfig],
    device: torch.device | None = None,
    start: State | None = None,
    until: int | None = None,
    lean: bool = False,
) -> Iterator[Event]:
    """Train all configs side by side.

    Args:
        configs: what to train; those of one `program` become one batched program.
        device: default: the first GPU, else the CPU.
        start: what a `Checkpoint` of this race saved.
        until: update to pause after.
        lean: draw nothing.

    Yields:
        Started, Metrics, Frame, Checkpoint, and Done or Paused. Series and pictures carry the
        number of their run: `validation_loss:3`. A run whose loss is no longer finite says so by
        `died:3` (the update) and draws no more; the others go on. Early stopping is not applied:
        every run does the same number of updates.
    """
    device = device or pick_device()
    begun = time.perf_counter()  # of a race that goes on: as if it had never stopped
    groups: dict[Any, list[int]] = {}
    for index, config in enumerate(configs):
        groups.setdefault(mixed_program(config), []).append(index)
    lanes = [
        _Lane([configs[i] for i in members], members, device, lean) for members in groups.values()
    ]
    steps = max(lane.plan.steps for lane in lanes)
    # Of the first weights, so before those of a checkpoint take their place.
    hashes = {f"weights_hash:{i}": h for lane in lanes for i, h in lane.hashes().items()}
    if start is not None:
        begun -= float(start["progress"][1])
        for number, lane in enumerate(lanes):
            lane.load(under(f"{number}/", start))
    orders = {f"order_hash:{i}": lane.order_hash(i) for lane in lanes for i in lane.members}
    facts: dict[str, str | int | float] = {
        "runs": len(configs),
        "programs": len(lanes),
        "per_epoch": lanes[0].plan.per_epoch,
        **hashes,
        **orders,
    }
    yield Started(steps, facts)

    def save() -> State:
        # The update of the lane that is furthest ahead: what is known until there, is kept.
        step = max(lane.stack.step for lane in lanes)
        progress = torch.tensor([step, time.perf_counter() - begun], dtype=torch.float64)
        state = {"progress": progress}
        for number, lane in enumerate(lanes):
            state |= {f"{number}/{name}": value for name, value in lane.save().items()}
        return state

    def end(lane: _Lane) -> int:
        return lane.plan.steps if until is None else min(until, lane.plan.steps)

    drawn: dict[int, Arrays] = {}
    going = {number: lane.run(end(lane)) for number, lane in enumerate(lanes)}
    while going:
        # The lane that is furthest behind, in share of its own updates, goes next.
        number = min(going, key=lambda n: lanes[n].stack.step / lanes[n].plan.steps)
        try:
            event = next(going[number])
        except StopIteration:
            del going[number]
            continue
        if isinstance(event, Frame):  # programs come there one after the other: all that is drawn
            moment = event.step * FILM // lanes[number].plan.steps
            drawn.setdefault(moment, {}).update(event.arrays)
            event = Frame(moment * steps // FILM, dict(drawn[moment]))
        yield Checkpoint(event.step, save) if isinstance(event, Checkpoint) else event
    if any(lane.stack.step < lane.plan.steps for lane in lanes):
        yield Checkpoint(until or 0, save)
        yield Paused(until or 0)
        return
    summary = {f"{name}:{i}": v for lane in lanes for name, i, v in lane.final()}
    if late := {name: v for lane in lanes for name, v in lane.died_at_last(summary).items()}:
        yield Metrics(steps, late)
    summary["seconds"] = time.perf_counter() - begun
    weights = {
        f"{i}/{name}": value
        for lane in lanes
        for place, i in enumerate(lane.members)
        for name, value in lane.stack.weights(place).items()
    }
    yield Done(steps, summary, weights)


class _Lane:
    """One batched program of a race, with its place in the whole."""

    def __init__(
        self,
        configs: Sequence[TrainConfig],
        members: Sequence[int],
        device: torch.device,
        lean: bool,
    ) -> None:
        self.configs, self.members, self.device = configs, members, device
        self.lean = lean
        self.data = configs[0].prepared()
        self.examples = len(self.data.train.x)
        self.plan = Plan.of(configs[0], self.examples)
        self.seen = min(self.plan.examples, SEEN)
        self.stack = stack_for(configs, self.data, device)
        self.filmed = -1  # the last moment that was drawn
        self.losses: list[Tensor] = []  # (R,) of each update since the last record
        self.seeds = [config.seed for config in configs]
        plans = [(c.learning_rate, c.schedule, c.changes) for c in configs]
        self.plans = dict(zip(plans, configs, strict=True))  # of equal plans the last config
        self.follows = [list(self.plans).index(plan) for plan in plans]

    def hashes(self) -> dict[int, str]:
        found = {}
        for place, i in enumerate(self.members):
            names = dict(self.stack.model.named_parameters())
            weights = self.stack.weights(place)
            found[i] = hash_of(weights[name] for name in names)
        return found

    def order_hash(self, index: int) -> str:
        seed = self.seeds[self.members.index(index)]
        return hash_of([batch_order(seed, 0, self.examples)])

    def save(self) -> State:
        pending = {"pending": torch.stack(self.losses).cpu()} if self.losses else {}
        return self.stack.save() | pending

    def load(self, state: State) -> None:
        self.stack.load(state)
        self.losses = list(state["pending"].to(self.device)) if "pending" in state else []
        if self.stack.step < self.plan.steps:  # it was drawn before the pause
            self.filmed = self.stack.step * FILM // self.plan.steps

    def order(self, epoch: int) -> Tensor:
        """(n,) where all runs share a seed, else (R, n)."""
        if len(set(self.seeds)) == 1:
            return batch_order(self.seeds[0], epoch, self.examples).to(self.device)
        unique = {seed: batch_order(seed, epoch, self.examples) for seed in set(self.seeds)}
        return torch.stack([unique[seed] for seed in self.seeds]).to(self.device)

    def rates(self, step: int) -> list[float]:
        """Each run's learning rate of an update; runs that follow one plan share one answer."""
        found = [learning_rate_at(config, self.plan, step) for config in self.plans.values()]
        return [found[place] for place in self.follows]

    def run(self, end: int) -> Iterator[Metrics | Frame | Checkpoint]:
        stack, plan = self.stack, self.plan
        record = max(1, plan.steps // 300)
        if stack.step % plan.evaluate == 0 or stack.step == plan.steps:
            yield from self.look()  # of one that goes on: again, it may not have been asked for
        order, epoch = torch.empty(0), -1
        size = self.configs[0].batch_size
        while stack.step < end:
            if stack.step // plan.per_epoch != epoch:
                epoch = stack.step // plan.per_epoch
                order = self.order(epoch)
            first = (stack.step % plan.per_epoch) * size
            rates = self.rates(stack.step)
            self.losses.append(stack.update(order[..., first : first + size], rates))
            if stack.step % record == 0 or stack.step == end:
                values = self.mark(torch.stack(self.losses).mean(0))
                self.losses.clear()
                yield Metrics(stack.step, values)
                yield Checkpoint(stack.step, lambda: {})
            if stack.step % plan.evaluate == 0 or stack.step == end:
                yield from self.look()

    def mark(self, losses: Tensor) -> dict[str, float]:
        """Recorded losses by run; notes those that stopped being finite."""
        values: dict[str, float] = {}
        for place, loss in enumerate(losses.tolist()):
            if math.isfinite(loss) and not self.stack.died[place]:
                values[f"batch_loss:{self.members[place]}"] = loss
            else:
                values |= self.dies(place)
        return values

    def dies(self, place: int) -> dict[str, float]:
        """Notes that a run's loss is no longer a number; what there is to say of it, once."""
        if self.stack.died[place]:
            return {}
        self.stack.died[place] = max(1, self.stack.step)
        return {f"died:{self.members[place]}": float(self.stack.died[place])}

    def died_at_last(self, summary: Mapping[str, float]) -> dict[str, float]:
        """Of runs whose last losses are no numbers, though all before them were."""
        found: dict[str, float] = {}
        for place, i in enumerate(self.members):
            own = {f"{part}_loss": summary[f"{part}_loss:{i}"] for part in ("validation", "test")}
            if not losses_finite(own):
                found |= self.dies(place)
        return found

    def look(self) -> Iterator[Metrics | Frame]:
        step = self.stack.step
        found = self.stack.evaluate(self.seen)
        values: dict[str, float] = {}
        for place, i in enumerate(self.members):
            own = {name: column[place] for name, column in found.items()}
            if step and not losses_finite(own):
                values |= self.dies(place)
            if not self.stack.died[place]:
                values |= {f"{name}:{i}": value for name, value in own.items()}
        yield Metrics(step, values)
        moment = step * FILM // self.plan.steps
        if not self.lean and moment > self.filmed:  # surfaces cost as much as many updates
            self.filmed = moment
            arrays = {
                f"{name}:{i}": array
                for i, found in zip(self.members, self.stack.surfaces(), strict=False)
                for name, array in found.items()
            }
            if arrays:
                yield Frame(step, arrays)

    def final(self) -> Iterator[tuple[str, int, float]]:
        for name, values in self.stack.final().items():
            for i, value in zip(self.members, values, strict=True):
                yield name, i, value
