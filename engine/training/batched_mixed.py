"""How do networks with different activations train as one batched program?

Their weights have the same shapes; only the elementwise function differs. Runs of one function
stand side by side in the stack, so each function is applied to its own slice of all runs, and
everything else (products, normalisation, loss, update) stays one call for all.
"""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap
from torch.nn import functional as F

from engine.data import Prepared
from engine.device import number_for
from engine.nn.taps import activations_of
from engine.runs.events import State
from engine.tasks import Arrays
from engine.tasks.pictures import SURFACE, grid, half
from engine.training.batched import PICTURED, Batched, program

if TYPE_CHECKING:
    from engine.training.config import TrainConfig


def mixed_program(config: "TrainConfig") -> tuple[object, ...]:
    """What must be equal for two configs to share a program: not the activation, of an MLP.

    An activation with weights of its own (PReLU) keeps a program of its own.
    """
    activation = config.layers.activation
    if config.model.id != "mlp" or any(True for _ in activation.build().parameters()):
        return program(config)
    plain = type(config.layers).model_fields["activation"].default
    return "mixed", *program(config.with_("layers.activation", plain))


def stack_for(configs: Sequence["TrainConfig"], data: Prepared, device: torch.device) -> Batched:
    """The stack for configs of equal `mixed_program`: layer by layer for MLPs, else by `vmap`."""
    mixed = mixed_program(configs[0])[0] == "mixed"
    return (BatchedMixed if mixed else Batched)(configs, data, device)


class BatchedMixed(Batched):
    """A `Stack` of MLPs whose runs may differ in their activation. Same interface and promises.

    Layers are applied one by one, for all runs in one call, without `vmap` around the whole, which
    hides the runs from the activation and costs more than the products of a small network. Runs of
    one activation should stand together, as in a sweep: each stretch of equal ones is one slice.
    """

    def __init__(
        self, configs: Sequence["TrainConfig"], data: Prepared, device: torch.device
    ) -> None:
        super().__init__(configs, data, device)
        stretches = [
            (activation, [i for i, _ in members])
            for activation, members in groupby(
                enumerate(config.layers.activation for config in configs), lambda pair: pair[1]
            )
        ]
        self.members = [members for _, members in stretches]
        self.acts = {
            name: [activation.build().to(device) for activation, _ in stretches]
            for name in activations_of(self.model)
        }

    def forward(self, x: Tensor, chosen: Sequence[int] | None = None) -> Tensor:
        """Outputs (r, B, K) of all runs, or of the chosen ones in rising order.

        Args:
            x: (B, ...) the same inputs for all, or (R, B, ...) each its own; shared if `chosen`.
            chosen: numbers of runs.
        """
        named, buffers, members = self.named(), self.buffers, self.members
        if chosen is not None:
            named = {name: value[list(chosen)] for name, value in named.items()}
            buffers = {name: value[list(chosen)] for name, value in buffers.items()}
            members = [[i for i in stretch if i in chosen] for stretch in members]
        runs = sum(map(len, members))
        h = x if x.ndim > len(self.data.shape) + 1 else x.expand(runs, *x.shape)
        for name, module in self.model.named_children():
            match module:
                case _ if name in self.acts:
                    parts = h.split([len(stretch) for stretch in members])
                    h = torch.cat([a(p) for a, p in zip(self.acts[name], parts, strict=True)])
                case nn.Linear():
                    weight, bias = named[f"{name}.weight"], named[f"{name}.bias"]
                    h = torch.baddbmm(bias[:, None], h, weight.mT)  # (r, B, out)
                case nn.Flatten():
                    h = h.flatten(2)
                case nn.LayerNorm():
                    h = F.layer_norm(h, h.shape[-1:], eps=module.eps)
                    h = h * named[f"{name}.weight"][:, None] + named[f"{name}.bias"][:, None]
                case _:
                    own = {
                        key.removeprefix(f"{name}."): value
                        for key, value in (named | buffers).items()
                        if key.startswith(f"{name}.")
                    }
                    h = vmap(_apply(module), in_dims=(0, 0), randomness="same")(own, h)
        return h

    def update(self, rows: Tensor, learning_rates: Sequence[float]) -> Tensor:
        """As `Stack.update`."""
        if self.draws:
            self.noise.manual_seed(number_for(self.configs[0].seed, "dropout", self.step))
        outputs, y = self.forward(self.x[rows]), self.y[rows]
        losses = vmap(self.loss.mean, in_dims=(0, 0 if rows.ndim == 2 else None))(outputs, y)
        (gradient,) = torch.autograd.grad(losses.sum(), self.flat)
        self.step += 1
        with torch.no_grad():
            self._advance(gradient, learning_rates)
        return losses.detach()

    @torch.no_grad()
    def outputs(self, x: Tensor, runs: int | None = None) -> Tensor:
        """As `Stack.outputs`."""
        return self._outputs(x, None if runs is None else range(min(runs, self.runs)))

    def _outputs(self, x: Tensor, chosen: Sequence[int] | None) -> Tensor:
        self.model.eval()
        try:
            size = max(1, 2**15 // (self.runs if chosen is None else len(chosen)))
            return torch.cat([self.forward(part, chosen) for part in x.split(size)], dim=1)
        finally:
            self.model.train()

    @torch.no_grad()
    def surfaces(self) -> list[Arrays]:
        """As `Stack.surfaces`, but of the first runs of every activation, not of the first ones."""
        found: list[Arrays] = [{} for _ in range(self.runs)]
        if self.data.kind != "points" or self.task.id != "classification":
            return found
        each = max(1, PICTURED // len(self.members))
        chosen = sorted(i for stretch in self.members for i in stretch[:each])[:PICTURED]
        outputs = self._outputs(grid(self.data, SURFACE, self.device), chosen)
        for i, one in zip(chosen, outputs.softmax(-1), strict=True):
            found[i] = {"surface": half(one.T.reshape(-1, SURFACE, SURFACE))}
        return found


def _apply(module: nn.Module) -> Callable[[State, Tensor], Tensor]:
    """(weights and buffers, input) to output, for `vmap`."""
    return lambda own, h: functional_call(module, own, (h,))
