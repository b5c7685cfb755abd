"""What decides how a density learns: pictures, model, and how it is trained?"""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field
from torch import nn

from engine.autoregressive.density import Density
from engine.autoregressive.models import AUTOREGRESSIVE, Autoregressive
from engine.autoregressive.pictures import SOURCES, Levels, Part, Source
from engine.config import knob
from engine.data import DATASETS
from engine.optim import OPTIMIZERS, Optimizer
from engine.optim.schedules import SCHEDULES, Schedule
from engine.runs.work import Costs, Work, work
from engine.training.config import Epoch, Rate
from engine.training.loop import Plan
from engine.training.size import drawn, size_of

MANY = 62  # classes of a drawn set, at most: what a size is estimated with


@work
class DensityConfig(Work):
    """One training run of an autoregressive model."""

    kind: ClassVar[str] = "density"
    hashed: ClassVar[str] = "DensityConfig"

    source: Annotated[Source, SOURCES.field()] = knob(
        SOURCES["images"](), "Pictures", "What the model learns from."
    )
    model: Annotated[Autoregressive, AUTOREGRESSIVE.field()] = knob(
        AUTOREGRESSIVE["gated"](), "Model", "How p(x) is written as a product."
    )
    conditional: bool = knob(
        True, "Conditional", "Tell the model the class; without classes it has no effect."
    )
    optimizer: Annotated[Optimizer, OPTIMIZERS.field()] = knob(
        OPTIMIZERS["adam"](), "Optimizer", "The rule that turns a gradient into an update.",
        more=True,
    )  # fmt: skip
    learning_rate: float = knob(
        0.003, "Learning rate", "Length of a step.", ge=1e-6, le=10, log=True
    )
    schedule: Annotated[Schedule, SCHEDULES.field()] = knob(
        SCHEDULES["constant"](), "Schedule", "How the learning rate changes over the run.",
        more=True,
    )  # fmt: skip
    batch_size: int = knob(32, "Batch size", "Pictures an update.", ge=1, le=1024, log=True)
    epochs: int = knob(
        10, "Epochs", "Passes over the training part.", ge=1, le=10_000, log=True, unit="epochs"
    )
    seed: int = knob(
        0, "Seed", "Draws initial weights, batch order and the uniforms of the samples.",
        ge=0, le=2**31 - 1, more=True,
    )  # fmt: skip
    data_seed: int = knob(
        0, "Data seed", "Draws the pictures and their split.", ge=0, le=2**31 - 1, more=True
    )
    train_share: float = knob(
        1.0, "Share of training data", "The rest of the training part is left out.",
        ge=0.01, le=1, step=0.01, more=True,
    )  # fmt: skip
    clip: float = knob(
        1.0, "Gradient clipping", "Largest gradient norm; 0 clips nothing.",
        ge=0, le=100, log=True, more=True,
    )  # fmt: skip
    patience: int = knob(
        0, "Stop early after",
        "Epochs without fewer bits on the validation part before stopping; 0 never.",
        ge=0, le=1000, more=True, unit="epochs",
    )  # fmt: skip
    precision: Literal["fp32", "bf16"] = knob(
        "fp32", "Precision", "bf16 computes layers in 16 bits; weights stay in 32.",
        more=True, options={"fp32": "fp32", "bf16": "bf16"},
    )  # fmt: skip
    changes: tuple[tuple[Epoch, Rate], ...] = Field((), max_length=50)
    """(epoch, learning rate) pairs: from that epoch on, that rate."""

    @classmethod
    def allowed(cls, name: str, chosen: dict[str, Any]) -> list[str] | None:
        if name == "source.data":
            return [id for id, data in DATASETS.items() if data.kind == "image"]
        return None

    def pictures(self) -> Levels:
        """Raises DataError when files are missing."""
        return self._shared_out(self.source.load(self.data_seed))

    def at_hand(self) -> Levels:
        """The same, or what stands in for them without files: to look at, not to learn from."""
        return self._shared_out(self.source.at_hand(self.data_seed))

    def _shared_out(self, found: Levels) -> Levels:
        kept = max(1, round(self.train_share * len(found.train.x)))
        if kept == len(found.train.x):
            return found
        return Levels(
            train=Part(found.train.x[:kept], found.train.y[:kept]),
            validation=found.validation,
            test=found.test,
            levels=found.levels,
            classes=found.classes,
        )

    def build(self, data: Levels) -> Density:
        """The untrained model. Raises ValueError where it cannot be made of this size."""
        classes = len(data.classes) if self.conditional else 0
        return self.model.build(data.shape, data.levels, classes, self.seed)

    def costs(self) -> Costs:
        data = getattr(self.source, "data", None)
        shape, values = drawn(data) if data is not None else (None, 0)
        classes = MANY if self.conditional else 0
        if shape is None:
            levels = self.pictures()  # small, or files that are as large as they are
            shape, classes = levels.shape, len(levels.classes) if self.conditional else 0
        many = getattr(self.source, "levels", 2)

        def build() -> nn.Module:
            return self.model.build(shape, many, classes, self.seed)

        return Costs(weights=size_of(build, None).weights, values=values)

    def unit(self, step: str) -> int:
        if step == "batch":
            return 1
        return Plan.of(self, len(self.pictures().train.x)).per_epoch
