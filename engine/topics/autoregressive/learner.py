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
from engine.topics.autoregressive.config import DensityConfig
from engine.training.keeper import Keeper
from engine.training.vitals import first_non_finite

DRAWN = 16  # pictures sampled at every look, always from the same uniforms
AT_ONCE = 256  # pictures evaluated together
MOST_VALUES = 40_000  # of the pictures drawn at a look: larger ones are fewer


class DensityLearner(Keeper):
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
        super().__init__(
            self.model,
            config.optimizer.build(self.model.parameters(), config.learning_rate),
            config.learning_rate,
            {n: p for n, p in self.model.named_parameters() if n.endswith("weight")},
            config.patience,
        )
        self.x, self.y = data.train.x.to(device), data.train.y.to(device)

    def facts(self) -> dict[str, str | int | float]:
        channels, height, width = self.data.shape
        return super().facts() | {
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
        self.set_rate(learning_rate)
        self.optimizer.zero_grad()
        loss = self.bits(self.x.index_select(0, rows), self.y.index_select(0, rows)).mean()
        loss.backward()
        if self.config.clip:
            nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip)
        self.optimizer.step()
        return loss.detach()

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
            "parameters": float(self.parameter_count()),
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

    def first_non_finite(self, rows: Tensor) -> str:
        """See `vitals.first_non_finite`."""
        x, y = self.x.index_select(0, rows), self.y.index_select(0, rows)
        return first_non_finite(self.model, lambda: self.bits(x, y))
