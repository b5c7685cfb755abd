"""How do the weights of many small networks advance in one call of an update rule?"""

from collections.abc import Mapping

import torch
from torch import Tensor

from engine.optim import Optimizer
from engine.runs.events import State
from engine.training.checkpoint import hash_of
from engine.words import said


class BatchedWeights:
    """The weights of R networks and the state of their rule, while they learn.

    What a network computes stays with its owner: it reads `named`, and hands back losses.
    """

    def __init__(self, weights: Mapping[str, Tensor], rule: Optimizer) -> None:
        """`weights`: by name, each (R, ...)."""
        self.rule, self.step = rule, 0
        self.shapes = {name: value.shape for name, value in weights.items()}
        values = [value.detach() for value in weights.values()]
        if rule.elementwise:  # it sees all weights of a network as one row: one call for all
            values = [torch.cat([value.reshape(len(value), -1) for value in values], dim=1)]
        self.pieces = [value.clone().requires_grad_() for value in values]
        self.slots = [rule.init(piece.detach()) for piece in self.pieces]

    def named(self) -> dict[str, Tensor]:
        """The weights by name, (R, ...), part of the graph."""
        if not self.rule.elementwise:
            return dict(zip(self.shapes, self.pieces, strict=True))
        sizes = [shape[1:].numel() for shape in self.shapes.values()]
        parts = self.pieces[0].split(sizes, dim=1)
        return {
            name: part.reshape(shape)
            for (name, shape), part in zip(self.shapes.items(), parts, strict=True)
        }

    def advance(self, losses: Tensor, learning_rate: float) -> Tensor:
        """One update of every network on its own loss (R,); returns their gradient norms (R,).

        A network whose loss is not finite changes no other: their weights are separate.
        """
        gradients = torch.autograd.grad(losses.sum(), self.pieces)
        self.step += 1
        with torch.no_grad():
            for i, (piece, gradient) in enumerate(zip(self.pieces, gradients, strict=True)):
                new, self.slots[i] = self.rule.update(
                    piece, gradient, self.slots[i], self.step, learning_rate
                )
                self.pieces[i] = new.requires_grad_()
            return torch.stack([g.flatten(1).square().sum(1) for g in gradients]).sum(0).sqrt()

    def weights(self) -> State:
        """By name, (R, ...), on the CPU."""
        return {name: value.detach().cpu().clone() for name, value in self.named().items()}

    def save(self) -> State:
        """All that is needed to go on."""
        state = {"step": torch.tensor(self.step)}
        for i, (piece, slots) in enumerate(zip(self.pieces, self.slots, strict=True)):
            state[f"piece/{i}"] = piece.detach().cpu().clone()
            state |= {f"slot/{i}/{j}": slot.cpu().clone() for j, slot in enumerate(slots)}
        return state

    def load(self, state: State) -> None:
        """Take up what `save` gave. Raises ValueError where it does not fit."""
        try:
            for i, piece in enumerate(self.pieces):
                saved = state[f"piece/{i}"].to(piece.device)
                if saved.shape != piece.shape:
                    raise ValueError(
                        f"expected {tuple(piece.shape)}, received {tuple(saved.shape)}"
                    )
                self.pieces[i] = saved.clone().requires_grad_()
                self.slots[i] = tuple(
                    state[f"slot/{i}/{j}"].to(piece.device) for j in range(len(self.slots[i]))
                )
            self.step = int(state["step"])
        except (KeyError, ValueError) as error:
            raise ValueError(
                said("This checkpoint does not fit the run: {error}", error=error)
            ) from None


def run_hashes(weights: Mapping[str, Tensor]) -> list[str]:
    """The hash of each network's weights; `weights`: by name, each (R, ...)."""
    return [hash_of(row) for row in zip(*weights.values(), strict=True)]
