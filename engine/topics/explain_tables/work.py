"""Which work on a table gives other numbers than it once did? Of most tables none: of brought ones,
whose cells are read otherwise, and of targets that are numbers."""

from pydantic import Field

from engine.runs.work import Work
from engine.topics.explain_tables.models import TableModel


class TableWork(Work):
    """Work on a model of a table. The second revision reads a column of a file by one convention,
    and keeps all digits; most of our own tables are as they were."""

    revision: int = Field(2, ge=1)
    model: TableModel = TableModel()

    @property
    def current(self) -> int:
        return 2 if self.model.csv or self.model.data.task == "regression" else 1
