"""Several networks of one shape, trained as one batched program.

Parameters of R runs lie in one tensor with a leading run dimension; `vmap` runs all forward passes
at once, one backward pass gives all gradients, and the optimizer's pure rule advances all weights
in one call. Each run keeps its own initial weights, batch order, learning rate and knobs.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.func import functional_call, vmap

from engine.config import Config
from engine.data import Prepared
from engine.device import number_for
from engine.events import State
from engine.nn.dropout import attach
from engine.optim import Number
from engine.tasks import Arrays
from engine.tasks.pictures import SURFACE, grid, half

if TYPE_CHECKING:
    from engine.training import TrainConfig

FREE = ("seed", "learning_rate", "l1", "l2", "schedule", "changes", "clip")  # may differ by run
PICTURED = 32  # runs whose decision surfaces are kept


def program(config: "TrainConfig") -> tuple[object, ...]:
    """What must be equal for two configs to be trained as one program."""
    fixed = tuple(
        (name, value)
        for name, value in dict(config).items()
        if name not in (*FREE, "optimizer", "layers")
    )
    layers = tuple((n, v) for n, v in dict(config.layers).items() if n != "initialiser")
    switches = tuple((n, v) for n, v in dict(config.optimizer).items() if not _numeric(v))
    return fixed, layers, type(config.optimizer), switches


def _numeric(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class Stack:
    """The state that lives while R networks train together. Same promises as `Learner`."""

    def __init__(
        self, configs: Sequence["TrainConfig"], data: Prepared, device: torch.device
    ) -> None:
        self.configs, self.data, self.device, self.runs = configs, data, device, len(configs)
        first = configs[0]
        self.task, self.loss, self.rule = first.task, first.loss, first.optimizer
        models = [
            config.model.build(data.shape, self.task.outputs(data), config.layers, config.seed)
            for config in configs
        ]
        self.model = models[0].to(device)  # the program; its own weights are never used
        self.noise = torch.Generator(device)
        self.draws = attach(self.model, self.noise)
        stacked = {
            name: torch.stack([dict(model.named_parameters())[name].detach() for model in models])
            for name, _ in models[0].named_parameters()
        }
        self.names, self.shapes = list(stacked), [value.shape for value in stacked.values()]
        self.sizes = [value[0].numel() for value in stacked.values()]
        # An elementwise rule sees all weights as one row a run: one call, whatever the depth.
        rows = [value.reshape(self.runs, -1) for value in stacked.values()]
        pieces = [torch.cat(rows, dim=1)] if self.rule.elementwise else list(stacked.values())
        self.pieces = [piece.to(device).contiguous().requires_grad_() for piece in pieces]
        self.state = [self.rule.init(piece.detach()) for piece in self.pieces]
        self.buffers = {
            name: torch.stack([dict(model.named_buffers())[name] for model in models]).to(device)
            for name, _ in models[0].named_buffers()
        }
        self.x, self.y = data.train.x.to(device), data.train.y.to(device)
        self.penalised = [self._mask(piece) for piece in self.pieces]
        self.l1, self.l2 = (self._column([getattr(c, n) for c in configs]) for n in ("l1", "l2"))
        self.clip = self._column([config.clip or math.inf for config in configs])
        self.knobs = self._varied([config.optimizer for config in configs])
        self.died = [0] * self.runs  # update at which a run stopped being finite; 0: alive
        self.step = 0

    # ---- weights ----

    def named(self) -> dict[str, Tensor]:
        """The stacked parameters by name, (R, *shape), part of the graph."""
        if not self.rule.elementwise:
            return dict(zip(self.names, self.pieces, strict=True))
        parts = self.pieces[0].split(self.sizes, dim=1)  # one split: its backward is one cat
        return {
            name: part.view(shape)
            for name, part, shape in zip(self.names, parts, self.shapes, strict=True)
        }

    def _mask(self, piece: Tensor) -> Tensor:
        """1 where a weight may be penalised, 0 on biases."""
        if not self.rule.elementwise:
            return torch.tensor(float(piece.ndim > 2), device=self.device)
        flags = [
            torch.full((size,), float(len(shape) > 2))
            for size, shape in zip(self.sizes, self.shapes, strict=True)
        ]
        return torch.cat(flags).to(self.device)

    def _column(self, values: Sequence[float]) -> Number:
        """One number for all runs, or (R, 1)."""
        if len(set(values)) == 1:
            return values[0]
        return torch.tensor(values, device=self.device)[:, None]

    def _varied(self, optimizers: Sequence[Config]) -> dict[str, Number]:
        """The optimizer's knobs whose values differ between runs."""
        values = {
            name: [getattr(o, name) for o in optimizers]
            for name in type(optimizers[0]).model_fields
        }
        return {name: self._column(v) for name, v in values.items() if len(set(v)) > 1}

    def _fit(self, value: Number, piece: Tensor) -> Number:
        """A (R, 1) column shaped to broadcast against a piece."""
        if isinstance(value, Tensor) and value.ndim:
            return value.view(-1, *[1] * (piece.ndim - 1))
        return value

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
        gradients = torch.autograd.grad(losses.sum(), self.pieces)
        self.step += 1
        with torch.no_grad():
            self._advance(gradients, self._column(learning_rates))
        return losses.detach()

    def _advance(self, gradients: Sequence[Tensor], rate: Number) -> None:
        if any(isinstance(value, Tensor) or value for value in (self.l1, self.l2)):
            gradients = [
                g + m * (self._fit(self.l2, p) * p + self._fit(self.l1, p) * p.sign())
                for g, p, m in zip(gradients, self.pieces, self.penalised, strict=True)
            ]
        if isinstance(self.clip, Tensor) or self.clip < math.inf:
            norm = torch.stack([g.flatten(1).square().sum(1) for g in gradients]).sum(0).sqrt()
            scale = (
                torch.as_tensor(self.clip, device=self.device) / (norm[:, None] + 1e-6)
            ).clamp_max(1)
            gradients = [g * self._fit(scale, g) for g in gradients]
        for index, (piece, gradient) in enumerate(zip(self.pieces, gradients, strict=True)):
            knobs = {name: self._fit(value, piece) for name, value in self.knobs.items()}
            new, self.state[index] = self.rule.update(
                piece, gradient, self.state[index], self.step, self._fit(rate, piece), **knobs
            )
            self.pieces[index] = new.requires_grad_()

    # ---- looking ----

    @torch.no_grad()
    def outputs(self, x: Tensor, batch: int = 4096) -> Tensor:
        """(N, ...) inputs to (R, N, K) outputs, in evaluation mode."""
        self.model.eval()
        try:
            forward = vmap(
                lambda p, b, part: functional_call(self.model, (p, b), (part,)),
                in_dims=(0, 0, None),
            )
            size = max(1, batch // self.runs)
            named = self.named()
            return torch.cat([forward(named, self.buffers, part) for part in x.split(size)], dim=1)
        finally:
            self.model.train()

    def measure(self, x: Tensor, y: Tensor) -> dict[str, list[float]]:
        """Loss and metrics of every run on the given examples."""
        outputs, y = self.outputs(x.to(self.device)), y.to(self.device)
        values = [{"loss": self.loss.mean(out, y), **self.task.metrics(out, y)} for out in outputs]
        return {name: [float(value[name]) for value in values] for name in values[0]}

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
        """Of points: each run's class probabilities over the plane, as `classification.surface`."""
        if self.data.kind != "points" or self.task.id != "classification":
            return [{} for _ in range(self.runs)]
        probabilities = self.outputs(grid(self.data, SURFACE, self.device)).softmax(-1)
        return [
            {"surface": half(one.T.reshape(-1, SURFACE, SURFACE))}
            for one in probabilities[:PICTURED]
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
        state |= {f"piece/{i}": piece.detach().cpu().clone() for i, piece in enumerate(self.pieces)}
        state |= {f"buffer/{name}": value.cpu().clone() for name, value in self.buffers.items()}
        for i, slots in enumerate(self.state):
            state |= {f"slot/{i}/{j}": slot.cpu().clone() for j, slot in enumerate(slots)}
        return state

    def load(self, state: State) -> None:
        """Take up what `save` gave. Raises ValueError where it does not fit."""
        try:
            self.step, self.died = int(state["step"]), state["died"].tolist()
            for i, piece in enumerate(self.pieces):
                saved = state[f"piece/{i}"].to(self.device)
                if saved.shape != piece.shape:
                    raise ValueError(
                        f"expected {tuple(piece.shape)}, received {tuple(saved.shape)}"
                    )
                self.pieces[i] = saved.requires_grad_()
                self.state[i] = tuple(
                    state[f"slot/{i}/{j}"].to(self.device) for j in range(len(self.state[i]))
                )
            for name in self.buffers:
                self.buffers[name] = state[f"buffer/{name}"].to(self.device)
        except (KeyError, ValueError) as error:
            raise ValueError(f"This checkpoint does not fit the run: {error}") from None
