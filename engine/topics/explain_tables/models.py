"""Which model of which table is explained, and which of its numbers?"""

import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal

import numpy as np
import torch
from pydantic import Field
from scipy.special import expit, softmax
from threadpoolctl import threadpool_limits
from torch import nn

from engine.config import Config, knob
from engine.data import DATASETS, DataError, Dataset
from engine.topics.explain_tables.predictors import PREDICTORS, Learnt, Predictor
from engine.topics.explain_tables.tables.cells import CsvError
from engine.topics.explain_tables.tables.data import Encoding, Floats, Table, table_of
from engine.topics.explain_tables.tables.upload import Task
from engine.topics.explain_tables.tables.uploaded_tables import sheet_of, table_kept
from engine.words import said

_ONE = threading.RLock()  # two that ask for the same model at once share one fit


class TableModel(Config):
    """A table, a model that learns from it, and the number of it that is explained."""

    data: Annotated[Dataset, DATASETS.field()] = knob(
        DATASETS["card_fraud"](), "Table", "What is predicted from what."
    )
    csv: str = Field("", max_length=16, pattern="^([0-9a-f]{16})?$")
    """Name of a table that somebody brought; empty: one of ours."""
    target: int = Field(-1, ge=-1, le=999)
    """Number of the column of that table which is predicted; −1: the last."""
    task: Task = Field("auto")
    """What the numbers of that column are: classes, or a number."""
    left_out: tuple[Annotated[int, Field(ge=0, le=999)], ...] = Field((), max_length=100)
    """Numbers of columns that the model does not get."""
    predictor: Annotated[Predictor, PREDICTORS.field()] = knob(
        PREDICTORS["mlp"](), "Model", "What learns."
    )
    output: Literal["score", "probability"] = knob(
        "score",
        "Explained number",
        "The model's own score (log-odds of two classes, logit of more, the target of a "
        "regression), or the probability.",
        options={"score": "score", "probability": "probability"},
    )
    answer: int = knob(-1, "Class", "−1: the table's own choice.", ge=-1, le=9, more=True)
    seed: int = knob(
        0, "Seed", "Draws rows, split and first weights.", ge=0, le=2**31 - 1, more=True
    )

    @classmethod
    def allowed(cls, name: str, chosen: dict[str, Any]) -> list[str] | None:
        if name == "data":
            return [id for id, dataset in DATASETS.items() if dataset.kind == "table"]
        return None

    def table(self) -> Table:
        """The rows. Raises DataError where they cannot be had."""
        whole = _table(self.data, self.csv, self.target, self.seed, self.task)
        if not self.left_out:
            return whole
        if set(range(len(whole.features))) <= set(self.left_out):
            raise DataError(said("A model needs at least one column: leave fewer out."))
        return whole.without(self.left_out)


def learnable(csv: str) -> TableModel:
    """A brought table with its last column as the target; with one before it, where the last one
    cannot be learned.

    Raises:
        CsvError: no column can; why the last one cannot.
    """
    reasons = []
    for target in reversed(range(len(sheet_of(csv).columns))):
        own = TableModel(csv=csv, target=target)
        try:
            own.table()
        except CsvError as error:
            reasons.append(error)
            continue
        return own
    raise reasons[0]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """A model that has learnt, as a function from raw rows to the explained number."""

    config: TableModel
    table: Table
    encoding: Encoding
    learnt: Learnt
    answer: int  # the class that is explained; 0 of a regression
    readout: Floats  # (K,): the score is readout · logits
    unit: str  # of the explained number
    seconds: float

    @property
    def learnt_by(self) -> str:
        """The kind of model, as a learner reads it."""
        return self.config.predictor.about.label

    @property
    def features(self) -> tuple[str, ...]:
        return self.table.features

    def predict(self, rows: Floats) -> Floats:
        """The explained number of raw rows (n, F), (n,) float64."""
        if self.config.output == "probability" and self.table.classes:
            return self.probabilities(rows)[:, self.answer]
        return self.scores(rows)

    def scores(self, rows: Floats) -> Floats:
        """Log-odds of the explained class of two; its logit above the mean logit, of more; the
        target of a regression. (n,)"""
        return self.learnt.logits(rows) @ self.readout

    def probabilities(self, rows: Floats) -> Floats:
        """(n, K) of a classification."""
        logits = self.learnt.logits(rows)
        if logits.shape[1] == 2:  # softmax of two, without its overflow
            second = expit(logits[:, 1] - logits[:, 0])
            return np.stack([1 - second, second], 1)
        return softmax(logits, axis=1)

    @property
    def module(self) -> nn.Module | None:
        """The explained number (n, 1) of encoded rows (n, D) as a network, where it is one."""
        if self.learnt.module is None:
            return None
        k = len(self.readout)
        if self.config.output == "probability" and k > 2:
            chosen = np.eye(k)[self.answer]
            ends: list[nn.Module] = [nn.Softmax(dim=1), _fixed(chosen)]
        else:
            ends = [_fixed(self.readout)]
            if self.config.output == "probability" and k == 2:
                ends.append(nn.Sigmoid())
        return nn.Sequential(*self.learnt.module, *ends).eval()  # type: ignore[misc]

    @property
    def linear(self) -> tuple[Floats, float] | None:
        """(D,) weights and bias of the explained number of encoded rows, where it is linear."""
        is_score = self.config.output == "score" or not self.table.classes
        if self.learnt.weights is None or not is_score:
            return None
        weights, bias = self.learnt.weights
        return self.readout @ weights, float(self.readout @ bias)


def fitted(config: TableModel) -> Fitted:
    """The model of a config; the last ones are kept, so asking again costs nothing.

    Raises:
        DataError: the table cannot be had, or the model did not learn.
    """
    learns = config.model_copy(update={"output": "score", "answer": -1})
    with _ONE:
        table, encoding, learnt, seconds = _learnt(learns)
    k = max(1, len(table.classes))
    answer = min(config.answer, k - 1) if config.answer >= 0 else table.positive
    readout, unit = np.ones(1), table.target
    if k == 2:
        readout = np.where(np.arange(2) == answer, 1.0, -1.0)
        unit = said("log-odds of {name}", name=table.classes[answer])
    elif k > 2:
        readout = np.eye(k)[answer] - 1 / k
        unit = said("logit of {name}", name=table.classes[answer])
    if config.output == "probability" and table.classes:
        unit = said("probability of {name}", name=table.classes[answer])
    return Fitted(
        config=config,
        table=table,
        encoding=encoding,
        learnt=learnt,
        answer=answer,
        readout=readout,
        unit=unit,
        seconds=seconds,
    )


@lru_cache(maxsize=8)
def _table(data: Dataset, csv: str, target: int, seed: int, task: Task) -> Table:
    return table_kept(csv, target, seed, task) if csv else table_of(data, seed)


@lru_cache(maxsize=12)
def _learnt(config: TableModel) -> tuple[Table, Encoding, Learnt, float]:
    table = config.table()
    encoding = Encoding.of(table)
    begun = time.perf_counter()
    # Steps this small only wait for their helpers: on two busy cores a network that one thread
    # fits in 0.2 s took two of them 40 s. And sums come out the same on every machine.
    with threadpool_limits(1):
        learnt = config.predictor.fit(table, encoding, config.seed)
    return table, encoding, learnt, time.perf_counter() - begun


def _fixed(weights: Floats) -> nn.Linear:
    """A layer (n, K) to (n, 1) that is not learnt."""
    layer = nn.Linear(len(weights), 1, bias=False, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weights)[None])
    return layer.requires_grad_(False)
