"""Which prediction is explained, and against what? A row, or one changed by hand, of a table."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from engine.config import Config
from engine.topics.explain_tables.models import Fitted, TableModel, fitted
from engine.topics.explain_tables.shapley.explained import Array, Explained, explained
from engine.topics.explain_tables.tables.data import background as drawn_rows

Changes = tuple[tuple[Annotated[int, Field(ge=0, le=999)], float], ...]
"""Numbers of features, each with a value that it has not got in the table."""


class RowQuestion(Config):
    """The settings that decide a question: a page's, and a job's."""

    model: TableModel = TableModel()
    row: int = Field(138, ge=0, le=999_999)  # of card fraud: a payment called fraud that is none
    what: Changes = Field((), max_length=100)
    background: int = Field(100, ge=1, le=1000)
    background_seed: int = Field(0, ge=0, le=9999)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Question:
    """Why f(row), and not the mean of f over the background?"""

    fitted: Fitted
    model: Explained
    number: int  # of the row in the table
    original: Array  # (F,) as it is there
    row: Array  # (F,) as it is asked about
    background: Array  # (B, F)


def question(asks: RowQuestion) -> Question:
    """The question of some settings; what the table has not got is passed over.

    Raises:
        DataError: the table cannot be had.
        ValueError: the model did not learn.
    """
    model = fitted(asks.model)
    table = model.table
    number = min(asks.row, len(table.x) - 1)
    row = table.x[number].copy()
    low, high = table.x.min(0), table.x.max(0)
    for feature, value in asks.what:
        if feature < len(row) and low[feature] <= value <= high[feature]:
            row[feature] = value
    return Question(
        fitted=model,
        model=explained(model),
        number=number,
        original=table.x[number],
        row=row,
        background=drawn_rows(table, asks.background, asks.background_seed),
    )
