"""One network with its optimizer: what the training loop does to it."""

from contextlib import nullcontext

import torch
from torch import Tensor, nn

from engine.data import Prepared
from engine.device import number_for
from engine.kinds import PICTURES
from engine.nn.dropout import attach
from engine.nn.layers import weights_by_layer
from engine.tasks import Arrays
from engine.tasks.pictures import predict
from engine.training.config import TrainConfig
from engine.training.keeper import Keeper
from engine.training.vitals import first_non_finite


class Learner(Keeper):
    """The state that lives during one run. Everything in it can be saved and loaded."""

    def __init__(self, config: TrainConfig, data: Prepared, device: torch.device) -> None:
        self.config, self.data, self.device = config, data, device
        self.task, self.loss = config.task, config.loss
        model = config.model.build(data.shape, self.task.outputs(data), config.layers, config.seed)
        self.model = model.to(device)
        if device.type == "cuda" and data.kind in PICTURES:
            self.model = self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.parameters = list(self.model.parameters())
        super().__init__(
            self.model,
            config.optimizer.build(self.parameters, config.learning_rate),
            config.learning_rate,
            weights_by_layer(self.model),  # no biases
            config.patience,
        )
        self.x, self.y = data.train.x.to(device), data.train.y.to(device)
        self.noise = torch.Generator(device)
        self.draws = attach(self.model, self.noise)

    def facts(self) -> dict[str, str | int | float]:
        return super().facts() | {"examples": len(self.x)}

    def autocast(self) -> torch.autocast | nullcontext[None]:
        if self.config.precision == "bf16":
            return torch.autocast(self.device.type, torch.bfloat16)
        return nullcontext()

    def update(self, step: int, rows: Tensor, learning_rate: float) -> Tensor:
        """One optimizer update on the training examples `rows`; the batch's loss, detached."""
        if self.draws:
            self.noise.manual_seed(number_for(self.config.seed, "dropout", step))
        self.set_rate(learning_rate)
        for parameter in self.parameters:  # what zero_grad does, without its 20 us
            parameter.grad = None
        x, y = self.x.index_select(0, rows), self.y.index_select(0, rows)
        with self.autocast():
            loss = self.loss.over(self.model(x), y)
        loss.backward()
        if self.config.l1 or self.config.l2:
            self.penalise()
        if self.config.clip:
            nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip)
        self.optimizer.step()
        return loss.detach()

    @torch.no_grad()
    def penalise(self) -> None:
        """Add the gradients of λ₁ Σ|w| and λ₂ Σw² / 2; biases are left free.

        Source: Goodfellow, Bengio and Courville 2016, section 7.1.
        """
        for weight in self.layers.values():
            assert weight.grad is not None
            weight.grad.add_(weight, alpha=self.config.l2)
            weight.grad.add_(weight.sign(), alpha=self.config.l1)

    def measure(self, x: Tensor, y: Tensor) -> tuple[dict[str, float], Tensor, Tensor]:
        """Loss and metrics in evaluation mode, with the outputs and targets they came from."""
        y = y.to(self.device)
        with self.autocast():
            outputs = predict(self.model, x.to(self.device)).float()
        values = {"loss": self.loss.over(outputs, y), **self.task.metrics(outputs, y)}
        return {name: value.item() for name, value in values.items()}, outputs, y

    def evaluate(self, examples: int) -> dict[str, float]:
        """Loss and metrics on (at most so many of) the training and the validation part."""
        parts = {"train": self.data.train, "validation": self.data.validation}
        return {
            f"{part}_{name}": value
            for part, rows in parts.items()
            for name, value in self.measure(rows.x[:examples], rows.y[:examples])[0].items()
        }

    def final(self) -> dict[str, float]:
        """The whole validation part, and the test part: the only time that it is touched."""
        summary: dict[str, float] = {}
        for part in ("validation", "test"):
            rows = getattr(self.data, part)
            values, outputs, targets = self.measure(rows.x, rows.y)
            values |= self.task.final(outputs, targets, self.data)
            summary |= {f"{part}_{name}": value for name, value in values.items()}
        return summary | {"parameters": float(self.parameter_count())}

    def pictures(self, examples: int) -> Arrays:
        """Everything the task draws of the network as it is now, from at most so many examples."""
        found: Arrays = {}
        for picture in self.task.pictures:
            found |= picture(self.model, self.data, examples)
        return found

    def first_non_finite(self, rows: Tensor) -> str:
        """See `vitals.first_non_finite`."""
        return first_non_finite(self.model, lambda: self.model(self.x.index_select(0, rows)))
