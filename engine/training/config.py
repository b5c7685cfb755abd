"""What decides how a network learns a task: data, architecture, and how it is trained?"""

from typing import Annotated, Any, ClassVar, Literal

import torch
from pydantic import Field, model_validator

from engine.config import knob
from engine.data import DATASETS, Dataset, Prepared, prepare
from engine.kinds import TOKENS
from engine.models import MODELS, Model
from engine.nn.layers import Layers
from engine.nn.losses import LOSSES, Loss
from engine.optim import OPTIMIZERS, Optimizer
from engine.optim.schedules import SCHEDULES, Schedule
from engine.runs.work import Costs, Work, work
from engine.tasks import TASKS, Task
from engine.training.loop import Plan
from engine.training.size import drawn, size_of
from engine.words import said

Epoch = Annotated[int, Field(ge=1, le=10_000)]
Rate = Annotated[float, Field(ge=1e-6, le=10)]
MANY = 62  # classes of a drawn set, at most: what a size is estimated with


@work
class TrainConfig(Work):
    """One training run: data, network and how it learns."""

    kind: ClassVar[str] = "train"
    hashed: ClassVar[str] = "TrainConfig"

    data: Annotated[Dataset, DATASETS.field()] = knob(
        DATASETS["spirals"](), "Data", "What the network learns from."
    )
    model: Annotated[Model, MODELS.field()] = knob(
        MODELS["mlp"].model_validate({"hidden": (16, 16)}), "Model", "The architecture."
    )
    layers: Layers = Layers()
    loss: Annotated[Loss, LOSSES.field()] = knob(
        LOSSES["cross_entropy"](), "Loss", "What an update makes smaller.", more=True
    )
    optimizer: Annotated[Optimizer, OPTIMIZERS.field()] = knob(
        OPTIMIZERS["adam"](), "Optimizer", "The rule that turns a gradient into an update."
    )
    learning_rate: float = knob(
        0.003,
        "Learning rate",
        "Length of a step. Changing it keeps the run.",
        ge=1e-6,
        le=10,
        log=True,
    )
    schedule: Annotated[Schedule, SCHEDULES.field()] = knob(
        SCHEDULES["constant"](),
        "Schedule",
        "How the learning rate changes over the run.",
        more=True,
    )
    batch_size: int = knob(32, "Batch size", "Examples an update.", ge=1, le=4096, log=True)
    epochs: int = knob(
        150, "Epochs", "Passes over the training part.", ge=1, le=10_000, log=True, unit="epochs"
    )
    seed: int = knob(
        0, "Seed", "Draws initial weights and batch order.", ge=0, le=2**31 - 1, more=True
    )
    data_seed: int = knob(
        0, "Data seed", "Draws the examples and their split.", ge=0, le=2**31 - 1, more=True
    )
    train_share: float = knob(
        1.0,
        "Share of training data",
        "The rest of the training part is left out.",
        ge=0.01,
        le=1,
        step=0.01,
        more=True,
    )
    label_noise: float = knob(
        0.0,
        "Label noise",
        "Share of training labels replaced by a wrong one: at 1 all are wrong. Labels drawn at "
        "random are wrong in 1 − 1/K, half of two classes.",
        ge=0,
        le=1,
        step=0.05,
        more=True,
    )
    l1: float = knob(
        0.0, "L1", "Pulls every weight to zero by the same force.", ge=0, le=1, log=True, more=True
    )
    l2: float = knob(
        0.0,
        "L2",
        "Pulls every weight to zero in proportion to it.",
        ge=0,
        le=1,
        log=True,
        more=True,
    )
    clip: float = knob(
        0.0,
        "Gradient clipping",
        "Largest gradient norm; 0 clips nothing.",
        ge=0,
        le=100,
        log=True,
        more=True,
    )
    patience: int = knob(
        0,
        "Stop early after",
        "Epochs without a better validation loss before stopping; 0 never stops.",
        ge=0,
        le=1000,
        more=True,
        unit="epochs",
    )
    precision: Literal["fp32", "bf16"] = knob(
        "fp32",
        "Precision",
        "bf16 computes layers in 16 bits; weights stay in 32.",
        more=True,
        options={"fp32": "fp32", "bf16": "bf16"},
    )
    changes: tuple[tuple[Epoch, Rate], ...] = Field((), max_length=50)
    """(epoch, learning rate) pairs: from that epoch on, that rate. How a rate changed by hand in
    mid-run stays part of what decides the result."""

    @property
    def task(self) -> Task:
        return TASKS["density" if self.model.density else self.data.task]

    @classmethod
    def allowed(cls, name: str, chosen: dict[str, Any]) -> list[str] | None:
        if name == "model":
            return [id for id, model in MODELS.items() if fits(model, chosen["data"])]
        if name == "loss":
            task = "density" if chosen["model"].density else chosen["data"].task
            return [id for id, loss in LOSSES.items() if task in loss.tasks]
        return None

    @model_validator(mode="after")
    def _parts_fit(self) -> "TrainConfig":
        if not fits(type(self.model), self.data):
            raise ValueError(
                said(
                    "Model {model} does not take {kind} data ({data}); it takes: {kinds}.",
                    model=repr(self.model.id),
                    kind=self.data.kind,
                    data=repr(self.data.id),
                    kinds=", ".join(self.model.kinds),
                )
            )
        if self.task.id not in self.loss.tasks:
            raise ValueError(
                said(
                    "Loss {loss} does not fit {task}; it is for: {tasks}.",
                    loss=repr(self.loss.id),
                    task=self.task.id,
                    tasks=", ".join(self.loss.tasks),
                )
            )
        return self

    def prepared(self) -> Prepared:
        """Raises DataError when files are missing."""
        return prepare(
            self.data, self.data_seed, train_share=self.train_share, label_noise=self.label_noise
        )

    def costs(self) -> Costs:
        picture, values = drawn(self.data)
        if picture is None:  # small, or files that are as large as they are
            data = self.prepared()
            shape, outputs = data.shape, self.task.outputs(data)
        else:
            shape, outputs = picture, MANY
        size = size_of(
            lambda: self.model.build(shape, outputs, self.layers, self.seed),
            shape,
            torch.int64 if self.data.kind in TOKENS else torch.float32,
        )
        return size._replace(values=values)

    def unit(self, step: str) -> int:
        return 1 if step == "batch" else Plan.of(self, len(self.prepared().train.x)).per_epoch


def fits(model: type[Model], data: Dataset) -> bool:
    return data.kind in model.kinds
