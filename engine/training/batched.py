"""Several networks of one shape, trained as one batched program.

Parameters of R runs lie in one matrix of a row a run; `vmap` runs all forward passes at once, one
backward pass gives all gradients, and each optimizer's pure rule advances the rows of its runs in
one call. Each run keeps its own initial weights, batch order, learning rate, optimizer and knobs.
"""

import math
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.func import functional_call, vmap

from engine.data import Prepared
from engine.device import number_for
from engine.nn.dropout import attach
from engine.optim import Number, Optimizer
from engine.runs.events import State
from engine.tasks import Arrays
from engine.tasks.pictures import SURFACE, grid, half
from engine.words import said

if TYPE_CHECKING:
    from engine.training.config import TrainConfig

# What may differ by run.
FREE = ("seed", "optimizer", "learning_rate", "l1", "l2", "schedule", "changes", "clip")
PICTURED = 32  # runs whose decision surfaces are kept


def program(config: "TrainConfig") -> tuple[object, ...]:
    """What must be equal for two configs to be trained as one program."""
    fixed = tuple(
        (name, value) for name, value in dict(config).items() if name not in (*FREE, "layers")
    )
    layers = tuple((n, v) for n, v in dict(config.layers).items() if n != "initialiser")
    return fixed, layers


def _switches(optimizer: Optimizer) -> tuple[object, ...]:
    """What must be equal for two optimizers to be one rule with a knob for each run."""
    return type(optimizer), *((n, v) for n, v in dict(optimizer).items() if not _numeric(v))


def _numeric(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class Batched:
    """The state that lives while R networks train together. Same promises as `Learner`."""

    def __init__(
        self, configs: Sequence["TrainConfig"], data: Prepared, device: torch.device
    ) -> None:
        self.configs, self.data, self.device, self.runs = configs, data, device, len(configs)
        self.task, self.loss = configs[0].task, configs[0].loss
        models = [
            config.model.build(data.shape, self.task.outputs(data), config.layers, config.seed)
            for config in configs
        ]
        weights = [dict(model.named_parameters()) for model in models]
        stacked = {n: torch.stack([own[n].detach() for own in weights]) for n in weights[0]}
        self.names, self.shapes = list(stacked), [value.shape for value in stacked.values()]
        self.sizes = [value[0].numel() for value in stacked.values()]
        flat = torch.cat([value.reshape(self.runs, -1) for value in stacked.values()], dim=1)
        self.flat = flat.to(device).contiguous().requires_grad_()  # (R, P)
        buffers = [dict(model.named_buffers()) for model in models]
        self.buffers = {n: torch.stack([own[n] for own in buffers]).to(device) for n in buffers[0]}
        self.model = models[0].to(device)  # the program; its own weights are never used
        self.noise = torch.Generator(device)
        self.draws = attach(self.model, self.noise)
        self.x, self.y = data.train.x.to(device), data.train.y.to(device)
        self.penalised = self._mask()
        self.l1, self.l2 = (self.column([getattr(c, n) for c in configs]) for n in ("l1", "l2"))
        self.clip = self.column([config.clip or math.inf for config in configs])
        self.rules: list[_Rule] = []
        first = 0
        for _, group in groupby([config.optimizer for config in configs], _switches):
            self.rules.append(_Rule(list(group), first, self))
            first = self.rules[-1].rows.stop
        self.died = [0] * self.runs  # update at which a run stopped being finite; 0: alive
        self.step = 0

    # ---- weights ----

    def named(self) -> dict[str, Tensor]:
        """The stacked parameters by name, (R, *shape), part of the graph."""
        return dict(zip(self.names, self.pieces(self.flat), strict=True))

    def pieces(self, rows: Tensor) -> list[Tensor]:
        """(r, P) as views of each parameter's shape, (r, *shape)."""
        parts = rows.split(self.sizes, dim=1)  # one split: its backward is one cat
        return [part.view(-1, *shape[1:]) for part, shape in zip(parts, self.shapes, strict=True)]

    def _mask(self) -> Tensor:
        """(P,) 1 where a weight may be penalised, 0 on biases."""
        flags = [
            torch.full((size,), float(len(shape) > 2))
            for size, shape in zip(self.sizes, self.shapes, strict=True)
        ]
        return torch.cat(flags).to(self.device)

    def column(self, values: Sequence[float]) -> Number:
        """One number for all runs, or (R, 1)."""
        if len(set(values)) == 1:
            return values[0]
        return torch.tensor(values, device=self.device)[:, None]

    # ---- learning ----

    def update(self, rows: Tensor, learning_rates: Sequence[float]) -> Tensor:
        """One update of every run.

        Args:
            rows: (B,) the same training examples for all, or (R, B) each its own.
            learning_rates: one a run.

        Returns:
            (R,) losses before the update, detached.
        """
        if self.draws:
            self.noise.manual_seed(number_for(self.configs[0].seed, "dropout", self.step))
        x, y = self.x[rows], self.y[rows]
        own = 0 if rows.ndim == 2 else None

        def loss(parameters: State, buffers: State, x: Tensor, y: Tensor) -> Tensor:
            return self.loss.mean(functional_call(self.model, (parameters, buffers), (x,)), y)

        batched = vmap(loss, in_dims=(0, 0, own, own), randomness="same")
        losses = batched(self.named(), self.buffers, x, y)  # (R,)
        (gradient,) = torch.autograd.grad(losses.sum(), self.flat)
        self.step += 1
        with torch.no_grad():
            self._advance(gradient, learning_rates)
        return losses.detach()

    def _advance(self, gradient: Tensor, learning_rates: Sequence[float]) -> None:
        if any(isinstance(value, Tensor) or value for value in (self.l1, self.l2)):
            gradient = gradient + self.penalised * (
                self.l2 * self.flat + self.l1 * self.flat.sign()
            )
        if isinstance(self.clip, Tensor) or self.clip < math.inf:
            norm = gradient.norm(dim=1, keepdim=True)
            gradient = gradient * (self.clip / (norm + 1e-6)).clamp_max(1)
        for rule in self.rules:
            rule.advance(gradient, learning_rates)

    # ---- looking ----

    @torch.no_grad()
    def outputs(self, x: Tensor, runs: int | None = None) -> Tensor:
        """(N, ...) inputs to (R, N, K) outputs of all runs, or of the first, in evaluation mode."""
        runs = self.runs if runs is None else min(runs, self.runs)
        self.model.eval()
        try:
            forward = vmap(
                lambda p, b, part: functional_call(self.model, (p, b), (part,)),
                in_dims=(0, 0, None),
            )
            named = {name: value[:runs] for name, value in self.named().items()}
            buffers = {name: value[:runs] for name, value in self.buffers.items()}
            rows = max(4096, 2**17 // math.prod(self.data.shape))  # small inputs, larger batches
            parts = x.split(max(1, rows // runs))
            return torch.cat([forward(named, buffers, part) for part in parts], dim=1)
        finally:
            self.model.train()

    def measure(self, x: Tensor, y: Tensor) -> dict[str, list[float]]:
        """Loss and metrics of every run on the given examples."""
        outputs, y = self.outputs(x.to(self.device)), y.to(self.device)
        losses = vmap(self.loss.mean, in_dims=(0, None))(outputs, y)
        metrics = [self.task.metrics(out, y) for out in outputs]
        values = {name: torch.stack([found[name] for found in metrics]) for name in metrics[0]}
        return {"loss": losses.tolist()} | {name: value.tolist() for name, value in values.items()}

    def evaluate(self, examples: int) -> dict[str, list[float]]:
        parts = {"train": self.data.train, "validation": self.data.validation}
        return {
            f"{part}_{name}": values
            for part, rows in parts.items()
            for name, values in self.measure(rows.x[:examples], rows.y[:examples]).items()
        }

    def final(self) -> dict[str, list[float]]:
        """The whole validation part, and the test part for the first time."""
        return {
            f"{part}_{name}": values
            for part in ("validation", "test")
            for name, values in self.measure(
                getattr(self.data, part).x, getattr(self.data, part).y
            ).items()
        }

    def surfaces(self) -> list[Arrays]:
        """Of points: the first runs' class probabilities, as `classification.surface`."""
        if self.data.kind != "points" or self.task.id != "classification":
            return []
        outputs = self.outputs(grid(self.data, SURFACE, self.device), PICTURED)
        return [
            {"surface": half(one.T.reshape(-1, SURFACE, SURFACE))} for one in outputs.softmax(-1)
        ]

    # ---- keeping ----

    def weights(self, run: int) -> State:
        """The weights of one run, as its own model would save them."""
        named = {name: value[run] for name, value in self.named().items()} | {
            name: value[run] for name, value in self.buffers.items()
        }
        return {name: value.detach().cpu().clone() for name, value in named.items()}

    def save(self) -> State:
        state = {"step": torch.tensor(self.step), "died": torch.tensor(self.died)}
        state["weights"] = self.flat.detach().cpu().clone()
        state |= {f"buffer/{name}": value.cpu().clone() for name, value in self.buffers.items()}
        for i, rule in enumerate(self.rules):
            for j, slots in enumerate(rule.state):
                state |= {f"slot/{i}/{j}/{k}": slot.cpu().clone() for k, slot in enumerate(slots)}
        return state

    def load(self, state: State) -> None:
        """Take up what `save` gave. Raises ValueError where it does not fit."""
        try:
            self.step, self.died = int(state["step"]), state["died"].tolist()
            saved = state["weights"].to(self.device)
            if saved.shape != self.flat.shape:
                raise ValueError(
                    f"expected {tuple(self.flat.shape)}, received {tuple(saved.shape)}"
                )
            self.flat = saved.requires_grad_()
            for i, rule in enumerate(self.rules):
                rule.state = [
                    tuple(state[f"slot/{i}/{j}/{k}"].to(self.device) for k in range(len(slots)))
                    for j, slots in enumerate(rule.state)
                ]
            for name in self.buffers:
                self.buffers[name] = state[f"buffer/{name}"].to(self.device)
        except (KeyError, ValueError) as error:
            raise ValueError(
                said("This checkpoint does not fit the run: {error}", error=error)
            ) from None


class _Rule:
    """Neighbouring runs of a stack that one update rule advances, with their state."""

    def __init__(self, optimizers: Sequence[Optimizer], first: int, stack: Batched) -> None:
        self.rule, self.stack = optimizers[0], stack
        self.rows = slice(first, first + len(optimizers))
        values = {
            name: [getattr(optimizer, name) for optimizer in optimizers]
            for name in type(self.rule).model_fields
        }
        self.knobs = {n: stack.column(v) for n, v in values.items() if len(set(v)) > 1}
        self.state = [self.rule.init(piece) for piece in self.pieces(stack.flat.detach())]

    def pieces(self, rows: Tensor) -> list[Tensor]:
        """What the rule sees of (R, P): its runs' rows, or each weight in its shape."""
        mine = rows[self.rows]
        return [mine] if self.rule.elementwise else self.stack.pieces(mine)

    def advance(self, gradient: Tensor, learning_rates: Sequence[float]) -> None:
        """One step of the rule's runs. gradient: (R, P)."""
        rate = self.stack.column(learning_rates[self.rows])
        weights = self.pieces(self.stack.flat)
        for i, (piece, slope) in enumerate(zip(weights, self.pieces(gradient), strict=True)):
            knobs = {name: fit(value, piece) for name, value in self.knobs.items()}
            new, self.state[i] = self.rule.update(
                piece, slope, self.state[i], self.stack.step, fit(rate, piece), **knobs
            )
            piece.copy_(new)


def fit(column: Number, piece: Tensor) -> Number:
    """A (R, 1) column shaped to broadcast against a piece."""
    if isinstance(column, Tensor):
        return column.view(-1, *[1] * (piece.ndim - 1))
    return column
