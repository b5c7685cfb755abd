"""One density with its optimizer: what the loop of all learners does to it."""

import math
from contextlib import nullcontext
from math import log

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.autoregressive.density import Density
from engine.autoregressive.pictures import Levels, Part
from engine.autoregressive.sampling import sample, uniforms
from engine.nn.taps import evaluating
from engine.runs.events import State
from engine.topics.autoregressive.config import DensityConfig
from engine.training.checkpoint import Best, hash_of, pack, unpack, weights_of
from engine.training.vitals import first_non_finite, norms_of

DRAWN = 16  # pictures sampled at every look, always from the same uniforms
AT_ONCE = 256  # pictures evaluated together
MOST_VALUES = 40_000  # of the pictures drawn at a look: larger ones are fewer


class DensityLearner:
    """The state that lives during one run. Everything in it can be saved and loaded.

    Args:
        model: an untrained one in place of the config's own.
    """

    def __init__(
        self,
        config: DensityConfig,
        data: Levels,
        device: torch.device,
        model: Density | None = None,
    ) -> None:
        self.config, self.data, self.device = config, data, device
        self.model: Density = (model or config.build(data)).to(device)
        if device.type == "cuda":
            self.model = self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimizer = config.optimizer.build(self.model.parameters(), config.learning_rate)
        self.layers = {n: p for n, p in self.model.named_parameters() if n.endswith("weight")}
        self.x, self.y = data.train.x.to(device), data.train.y.to(device)
        self.rate = config.learning_rate
        self.best: Best = (math.inf, 0, {})
        self.start_hash = hash_of(self.model.parameters())

    def facts(self) -> dict[str, str | int | float]:
        channels, height, width = self.data.shape
        return {
            "weights_hash": self.start_hash,
            "parameters": sum(p.numel() for p in self.model.parameters()),
            "examples": len(self.x),
            "levels": self.data.levels,
            "values": channels * height * width,
        }

    def bits(self, x: Tensor, y: Tensor) -> Tensor:
        """(B,) bits/dim, without the checks of `Density`, which would wait for a GPU.

        Args:
            x: (B, C, H, W) uint8 levels on the device.
            y: (B,) classes.
        """
        model, x = self.model, x.long()
        if self.config.precision == "bf16":
            place: torch.autocast | nullcontext[None] = torch.autocast(
                self.device.type, torch.bfloat16
            )
        else:
            place = nullcontext()
        with place:
            numbers = model.parameters_at(model.scale(x), y if model.classes else None)
        log_prob = model.output.log_prob(numbers.float(), x, model.levels)
        return -log_prob.flatten(1).mean(1) / log(2)

    def update(self, step: int, rows: Tensor, learning_rate: float) -> Tensor:
        """One optimizer update on the training pictures `rows`; their bits/dim, detached."""
        if learning_rate != self.rate:
            self.rate = learning_rate
            for group in self.optimizer.param_groups:
                group["lr"] = learning_rate
        self.optimizer.zero_grad()
        loss = self.bits(self.x.index_select(0, rows), self.y.index_select(0, rows)).mean()
        loss.backward()
        if self.config.clip:
            nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip)
        self.optimizer.step()
        return loss.detach()

    def norms(self) -> dict[str, float]:
        return norms_of(self.layers)

    def measure(self, part: Part, examples: int) -> float:
        """Mean bits/dim of (at most so many) pictures of a part."""
        x, y = part.x[:examples], part.y[:examples]
        with evaluating(self.model), torch.no_grad():
            found = [
                self.bits(some.to(self.device), classes.to(self.device))
                for some, classes in zip(x.split(AT_ONCE), y.split(AT_ONCE), strict=True)
            ]
        return torch.cat(found).mean().item()

    def evaluate(self, examples: int) -> dict[str, float]:
        return {
            "train_loss": self.measure(self.data.train, examples),
            "validation_loss": self.measure(self.data.validation, examples),
        }

    def final(self) -> dict[str, float]:
        """Whole validation and test part; bits/dim and, of the test part, nats a picture."""
        validation, test = (
            self.measure(part, len(part.x)) for part in (self.data.validation, self.data.test)
        )
        values = math.prod(self.data.shape)
        return {
            "validation_loss": validation,
            "test_loss": test,
            "test_nats": test * values * log(2),
            "parameters": float(sum(p.numel() for p in self.model.parameters())),
        }

    def pictures(self, examples: int) -> dict[str, NDArray[np.generic]]:
        """{samples: (n, C, H, W) uint8 levels}, n being fewer for large pictures."""
        shape = self.data.shape
        count = max(1, min(DRAWN, MOST_VALUES // math.prod(shape)))
        y = torch.arange(count) % self.model.classes if self.model.classes else None
        try:
            drawn = sample(self.model, uniforms((count, *shape), self.config.seed), y).x
        except ValueError:  # outputs that are no numbers: the loop says where they come from
            return {}
        return {"samples": drawn.cpu().numpy().astype(np.uint8)}

    def remember(self, step: int, loss: float) -> None:
        """Keep the weights of the lowest validation loss, where that is wanted."""
        if self.config.patience and loss < self.best[0]:
            self.best = (loss, step, {k: v.clone() for k, v in self.model.state_dict().items()})

    def gave_up(self, step: int, per_epoch: int) -> bool:
        """Whether `patience` epochs went by without a better validation loss."""
        return (
            bool(self.config.patience) and step - self.best[1] >= self.config.patience * per_epoch
        )

    def use_best(self) -> None:
        if self.best[2]:
            self.model.load_state_dict(self.best[2])

    def first_non_finite(self, rows: Tensor) -> str:
        """See `vitals.first_non_finite`."""
        x, y = self.x.index_select(0, rows), self.y.index_select(0, rows)
        return first_non_finite(self.model, lambda: self.bits(x, y))

    def weights(self) -> State:
        return weights_of(self.model)

    def save(self, step: int, seconds: float) -> State:
        return pack(self.model, self.optimizer, step, seconds, self.best)

    def load(self, state: State) -> tuple[int, float]:
        """Take up a saved state; returns its step and seconds. Raises ValueError if it cannot."""
        step, seconds, self.best = unpack(state, self.model, self.optimizer)
        return step, seconds
