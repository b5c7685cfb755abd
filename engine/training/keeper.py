"""What does every learner keep? Its optimizer's rate, its best weights, and all to go on from."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from engine.runs.events import State
from engine.training.checkpoint import hash_of, pack, under, unpack, weights_of
from engine.training.vitals import norms_of


class Keeper:
    """A model with its optimizer, whatever it learns: the part that all learners share.

    Args:
        model: what learns, on its device.
        optimizer: of its parameters.
        learning_rate: that the optimizer was built with.
        layers: whose gradients and weights are measured, by name.
        patience: epochs without a better validation loss after which it gives up; 0: never.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        learning_rate: float,
        layers: Mapping[str, Tensor],
        patience: int,
    ) -> None:
        self._model, self.optimizer, self.layers = model, optimizer, layers
        self.rate, self.patience = learning_rate, patience
        self.best_loss, self.best_step = math.inf, 0
        self.best_weights: State = {}
        self.start_hash = hash_of(model.parameters())

    def facts(self) -> dict[str, str | int | float]:
        return {"weights_hash": self.start_hash, "parameters": self.parameter_count()}

    def parameter_count(self) -> int:
        return sum(p.numel() for p in self._model.parameters())

    def set_rate(self, learning_rate: float) -> None:
        """The length of the updates from now on."""
        if learning_rate != self.rate:
            self.rate = learning_rate
            for group in self.optimizer.param_groups:
                group["lr"] = learning_rate

    def norms(self) -> dict[str, float]:
        """Euclidean norm of the last gradient and of the weights, layer by layer."""
        return norms_of(self.layers)

    def remember(self, step: int, loss: float) -> None:
        """Keep the weights of the lowest validation loss, where early stopping asks for it."""
        if self.patience and loss < self.best_loss:
            self.best_loss, self.best_step = loss, step
            self.best_weights = {k: v.clone() for k, v in self._model.state_dict().items()}

    def gave_up(self, step: int, per_epoch: int) -> bool:
        """Whether `patience` epochs went by without a better validation loss."""
        return bool(self.patience) and step - self.best_step >= self.patience * per_epoch

    def use_best(self) -> None:
        if self.best_weights:
            self._model.load_state_dict(self.best_weights)

    def weights(self) -> State:
        return weights_of(self._model)

    def save(self, step: int, seconds: float) -> State:
        """All that is needed to go on from here, as tensors by name."""
        progress = [step, seconds, self.best_loss, self.best_step]
        best = {f"best/{name}": value.cpu() for name, value in self.best_weights.items()}
        return {
            "progress": torch.tensor(progress, dtype=torch.float64),
            **pack(self._model, self.optimizer),
            **best,
        }

    def load(self, state: State) -> tuple[int, float]:
        """Take up a saved state; returns its step and seconds. Raises ValueError if it cannot."""
        unpack(state, self._model, self.optimizer)
        step, seconds, self.best_loss, best_step = state["progress"].tolist()
        self.best_step, self.best_weights = int(best_step), under("best/", state)
        return int(step), seconds
