"""A multilayer perceptron on a table, trained by the engine's own loop."""

from typing import Annotated, ClassVar, Literal

import numpy as np
import torch
from pydantic import Field
from torch import nn

from engine.config import About, knob
from engine.data import DATASETS, Data, DataError, Prepared, Rows
from engine.models import MODELS
from engine.nn.activations import ACTIVATIONS
from engine.nn.losses import LOSSES
from engine.runs.events import Done
from engine.topics.explain_tables.predictors._spec import PREDICTORS, Learnt, Predictor
from engine.topics.explain_tables.tables.data import Encoding, Floats, Table, spread
from engine.training.config import TrainConfig
from engine.training.learner import Learner
from engine.training.loop import loop
from engine.words import said

CPU = torch.device("cpu")
MANY = 50_000  # rows in one pass through the network
Width = Annotated[int, Field(ge=1, le=256)]


@PREDICTORS.register
class Perceptron(Predictor):
    about: ClassVar[About] = About(
        id="mlp",
        label="MLP",
        summary="Fully connected layers: bends, and combines columns. Trained by the engine.",
        formula=r"W_3\,\varphi(W_2\,\varphi(W_1 x + b_1) + b_2) + b_3",
        source="Rumelhart, Hinton and Williams 1986",
        url="https://doi.org/10.1038/323533a0",
    )
    hidden: tuple[Width, ...] = knob(
        (16, 16), "Hidden layers", "Units of each hidden layer, e.g. 16, 16.", max_length=4
    )
    activation: Literal["tanh", "relu"] = knob(
        "tanh", "Activation", options={"tanh": "tanh", "relu": "ReLU"}
    )
    epochs: int = knob(
        20, "Epochs", "Passes over the training part.", ge=1, le=100, log=True, unit="epochs"
    )
    learning_rate: float = knob(0.01, "Learning rate", "Of Adam.", ge=1e-4, le=0.1, log=True)
    l2: float = knob(
        0.001, "L2", "Pulls every weight to zero in proportion to it.", ge=0, le=1, log=True
    )

    def fit(self, table: Table, encoding: Encoding, seed: int) -> Learnt:
        data = prepared(table, encoding)
        plan = TrainConfig(
            # Stands for the task; the rows themselves come with the learner.
            data=DATASETS["card_fraud" if table.classes else "diabetes"](),
            model=MODELS["mlp"].model_validate({"hidden": self.hidden}),
            layers={"activation": ACTIVATIONS[self.activation]()},  # type: ignore[arg-type]
            loss=LOSSES["cross_entropy" if table.classes else "mse"](),
            learning_rate=self.learning_rate,
            l2=self.l2,
            batch_size=64,
            epochs=self.epochs,
            seed=seed,
        )
        learner = Learner(plan, data, CPU)
        *_, done = loop(plan, learner)
        if not isinstance(done, Done):
            raise DataError(
                said("The network did not learn. {why}", why=getattr(done, "sentence", ""))
            )
        network = learner.model
        if not table.classes:  # back to the target's unit
            unit = nn.Linear(1, 1, dtype=torch.float64)
            nn.init.constant_(unit.weight, float(data.y_std))
            nn.init.constant_(unit.bias, float(data.y_mean))
            network = nn.Sequential(*network, unit)  # type: ignore[misc]
        module = network.double().eval().requires_grad_(False)

        def logits(rows: Floats) -> Floats:
            with torch.no_grad():
                parts = torch.from_numpy(encoding(rows)).split(MANY)
                return torch.cat([module(part) for part in parts]).numpy()

        return Learnt(
            logits=logits, module=module, parameters=sum(p.numel() for p in module.parameters())
        )


def prepared(table: Table, encoding: Encoding) -> Prepared:
    """The table as training takes it: encoded columns, and a regression's target scaled."""
    x = torch.from_numpy(encoding(table.x)).float()
    y = torch.from_numpy(table.y)
    mean, std = torch.zeros(1), torch.ones(1)
    if table.classes:
        y = y.long()
    else:
        seen = table.y[table.train]
        mean, std = torch.from_numpy(np.array([[seen.mean()], [spread(seen)]]))
        y = ((y[:, None] - mean) / std).float()  # an offset of many digits is gone before

    def part(rows: np.ndarray) -> Rows:
        index = torch.from_numpy(rows)
        return Rows(x[index], y[index], index)

    return Prepared(
        train=part(table.train),
        validation=part(table.validation),
        test=part(table.test),
        mean=torch.zeros(x.shape[1]),
        std=torch.ones(x.shape[1]),
        y_mean=mean,
        y_std=std,
        kind="table",
        data=Data(x=x, y=y, classes=table.classes, target=table.target),
    )
