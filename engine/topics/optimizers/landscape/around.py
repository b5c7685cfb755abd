"""What is the loss of a network at other weights, many at a time?"""

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from engine.nn.losses import Loss
from engine.nn.taps import evaluating
from engine.runs.events import State

NUMBERS = 2**23  # in the weights and inputs that one batched call holds, about


class Around:
    """A model's loss on fixed examples, as a function of all its weights in one vector.

    The model is used in evaluation mode, with the running statistics that it has; its mode and its
    weights stay as they are.
    """

    def __init__(self, model: nn.Module, loss: Loss, x: Tensor, y: Tensor) -> None:
        self.model, self.criterion, self.x, self.y = model, loss, x, y
        named = dict(model.named_parameters())
        self.names, self.shapes = list(named), [value.shape for value in named.values()]
        self.sizes = [value.numel() for value in named.values()]
        self.buffers = dict(model.named_buffers())

    def flat(self, weights: State) -> Tensor:
        """Named weights as one vector, (P,)."""
        return torch.cat([weights[name].detach().reshape(-1).to(self.x) for name in self.names])

    def named(self, flat: Tensor) -> State:
        """The inverse of `flat`: (P,) to tensors in the model's shapes."""
        parts = flat.split(self.sizes)
        return {
            name: part.view(shape)
            for name, part, shape in zip(self.names, parts, self.shapes, strict=True)
        }

    def loss(self, flat: Tensor) -> Tensor:
        """(P,) to a scalar, differentiable."""
        with evaluating(self.model):
            outputs = functional_call(self.model, (self.named(flat), self.buffers), (self.x,))
        return self.criterion.mean(outputs, self.y)

    @torch.no_grad()
    def losses(self, points: Tensor) -> Tensor:
        """(G, P) weights to (G,) losses, in bounded memory."""
        most = max(1, NUMBERS // (points.shape[1] + 32 * self.x.numel()))
        return torch.cat([vmap(self.loss)(part) for part in points.split(most)])

    def line(self, centre: Tensor, direction: Tensor, steps: Tensor) -> Tensor:
        """Losses at centre + t · direction: (P,), (P,) and (G,) to (G,)."""
        return self.losses(centre + steps[:, None] * direction)

    def plane(self, centre: Tensor, axes: Tensor, first: Tensor, second: Tensor) -> Tensor:
        """Losses at centre + a · axes[0] + b · axes[1].

        Args:
            centre: (P,).
            axes: (2, P).
            first: (A,) values of a.
            second: (B,) values of b.

        Returns:
            (B, A), rows from the first b.
        """
        rows = [self.line(centre + b * axes[1], axes[0], first) for b in second]
        return torch.stack(rows)
