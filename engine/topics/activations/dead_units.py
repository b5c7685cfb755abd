"""When do units die, and what brings them back?"""

from collections.abc import Iterator
from typing import Annotated, ClassVar

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.config import knob
from engine.data import DATASETS, Dataset, prepare
from engine.device import generator
from engine.nn.activations.leaky_relu import LeakyReLU
from engine.nn.activations.relu import ReLU
from engine.nn.initialisers import INITIALISERS, Initialiser
from engine.optim import OPTIMIZERS, Optimizer
from engine.runs.events import Event, Frame, Metrics, State
from engine.runs.steps import Steps
from engine.runs.work import Work, work
from engine.topics.activations.stacked import BatchedWeights, run_hashes
from engine.training.checkpoint import hash_of
from engine.training.fairness import by_seed

ARMS = ("stays ReLU", "becomes leaky")
LOOKS = 150


@work
class DeadUnits(Work):
    """Two hidden layers with ReLU whose biases start below zero, for every seed twice.

    Both copies are the same until, in the second, ReLU becomes leaky. Runs are numbered with all
    seeds of the first arm before the second; they share weights, and every update sees all data.
    """

    kind: ClassVar[str] = "dead_units"
    hashed: ClassVar[str] = "DeadUnits"

    data: Annotated[Dataset, DATASETS.field()] = knob(DATASETS["moons"](), "Data", "Points.")
    bias: float = knob(
        -3.0, "First bias", "Of every hidden unit; far below zero it never fires.", ge=-10, le=1
    )
    width: int = knob(32, "Width", "Units of both hidden layers.", ge=2, le=128, log=True)
    initialiser: Annotated[Initialiser, INITIALISERS.field()] = knob(
        INITIALISERS["he_normal"](), "Initial weights", more=True
    )
    slope: float = knob(0.01, "Slope a", "Of the leaky ReLU.", ge=0.001, le=0.99, log=True)
    switch: float = knob(
        0.4,
        "Switch to leaky ReLU at",
        "Share of the updates after which ReLU becomes leaky.",
        ge=0,
        le=1,
        step=0.05,
    )
    optimizer: Annotated[Optimizer, OPTIMIZERS.field()] = knob(
        OPTIMIZERS["adam"](), "Optimizer", more=True
    )
    learning_rate: float = knob(0.01, "Learning rate", ge=1e-6, le=10, log=True)
    steps: int = knob(1000, "Updates", ge=10, le=20_000, log=True)
    seeds: int = knob(20, "Seeds", ge=1, le=64)
    seed: int = knob(0, "First seed", ge=0, le=2**31 - 1, more=True)

    @classmethod
    def allowed(cls, name: str, chosen: dict[str, object]) -> list[str] | None:
        """Points with classes: what two hidden layers learn in seconds."""
        if name != "data":
            return None
        return [
            id for id, d in DATASETS.items() if d.kind == "points" and d.task == "classification"
        ]

    @property
    def switch_step(self) -> int:
        """The update from which the second arm is leaky."""
        return round(self.switch * self.steps)

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        return revive(self, device, start, until)


def first_weights(config: DeadUnits, inputs: int, outputs: int) -> State:
    """(R, out, in) weights and (R, 1, out) biases of three layers; equal in both arms."""
    shapes = {
        "dense1": (config.width, inputs),
        "dense2": (config.width, config.width),
        "dense3": (outputs, config.width),
    }
    found: State = {}
    for name, shape in shapes.items():
        drawn = torch.empty(config.seeds, *shape)
        for i, weight in enumerate(drawn):
            config.initialiser.fill(weight, generator(config.seed + i, "weights", name))
        found[f"{name}.weight"] = drawn.repeat(len(ARMS), 1, 1)
        first = 0.0 if name == "dense3" else config.bias
        found[f"{name}.bias"] = torch.full((len(ARMS) * config.seeds, 1, shape[0]), first)
    return found


def forward(weights: State, x: Tensor, slope: float | None) -> tuple[Tensor, list[Tensor]]:
    """Outputs (R, N, K) on x (N, n), and what both activations are given, (R, N, width).

    The second half of the runs is leaky with `slope`; None: all are ReLU.
    """
    h, given = x.expand(len(weights["dense1.weight"]), -1, -1), []
    for layer in ("dense1", "dense2"):
        z = torch.baddbmm(weights[f"{layer}.bias"], h, weights[f"{layer}.weight"].mT)
        given.append(z)
        if slope is None:
            h = ReLU().build()(z)
        else:
            stays, leaks = z.chunk(2)
            leaky = LeakyReLU(slope=slope).build()
            h = torch.cat([ReLU().build()(stays), leaky(leaks)])
    return torch.baddbmm(weights["dense3.bias"], h, weights["dense3.weight"].mT), given


def revive(
    config: DeadUnits, device: torch.device, start: State | None = None, until: int | None = None
) -> Iterator[Event]:
    """Train all runs as one program.

    Yields:
        Started (facts: runs, switch, hashes by seed). Metrics by run i: `loss:i` in nats,
        `gradient:i` its norm over all weights, `dead1:i` and `dead2:i` the share of a hidden
        layer's units whose input is below zero for every training example, `accuracy:i` of the
        validation part; of a run whose loss is no longer finite none of them, and `diverged`, how
        many runs those are. Frame: dead (2, R, width) bool. Checkpoint, and Done or Paused.
    """
    count = Steps(start, until)
    data = prepare(config.data, config.seed)
    x, y = data.train.x.to(device), data.train.y.to(device)
    held, right = data.validation.x.to(device), data.validation.y.to(device)
    first = first_weights(config, x.shape[1], len(data.classes))
    stack = BatchedWeights(
        {name: value.to(device) for name, value in first.items()}, config.optimizer
    )
    if start is not None:
        stack.load(start)
    runs = len(ARMS) * config.seeds
    hashes = {"weights_hash": run_hashes(first), "order_hash": [hash_of([x])] * runs}
    facts = {"runs": runs, "switch": config.switch_step, **by_seed(hashes, config.seeds)}
    yield count.begin(config.steps, facts)
    every = max(1, config.steps // LOOKS)
    labels = y.repeat(runs)

    def slope() -> float | None:
        return config.slope if stack.step >= config.switch_step else None

    values: dict[str, float] = {}
    while True:
        look = stack.step % every == 0 or stack.step in (count.end, config.switch_step)
        outputs, given = forward(stack.named(), x, slope())
        losses = F.cross_entropy(outputs.flatten(0, 1), labels, reduction="none")
        losses = losses.reshape(runs, -1).mean(1)  # (R,)
        if look:
            dead = torch.stack([(z <= 0).all(1) for z in given])  # (2, R, width)
            lost = ~losses.detach().isfinite()  # nothing can be said of the units of these runs
            with torch.no_grad():
                answers, _ = forward(stack.named(), held, slope())
            gradients = torch.autograd.grad(losses.sum(), stack.pieces, retain_graph=True)
            columns = {
                "loss": losses,
                "gradient": torch.stack([g.flatten(1).square().sum(1) for g in gradients])
                .sum(0)
                .sqrt(),
                "dead1": dead[0].float().mean(1),
                "dead2": dead[1].float().mean(1),
                "accuracy": (answers.argmax(-1) == right).float().mean(1),
            }
            values = {
                f"{name}:{run}": value
                for name, column in columns.items()
                for run, value in enumerate(column.masked_fill(lost, torch.nan).tolist())
                if np.isfinite(value)
            }
            yield Metrics(
                stack.step, values | ({"diverged": float(lost.sum())} if lost.any() else {})
            )
            yield Frame(stack.step, {"dead": dead.cpu().numpy()})
            yield count.checkpoint(stack.save)
        if stack.step >= count.end:
            break
        stack.advance(losses, config.learning_rate)
        count.done = stack.step
    yield count.finish(values, stack.weights())
