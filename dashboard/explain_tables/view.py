"""What can be set on the Explain tables page? Everything, in one link."""

from typing import Literal

from pydantic import Field

from engine.config import knob
from engine.topics.explain_tables.all_rows import AllRows, AllRowsExplained
from engine.topics.explain_tables.pitfalls.correlated import Correlated
from engine.topics.explain_tables.pitfalls.fraud_case import FraudCase
from engine.topics.explain_tables.pitfalls.proxy import Proxy
from engine.topics.explain_tables.screening import Screening
from engine.topics.explain_tables.shapley.question import Changes


class TablesView(AllRows):
    """The sections share the model, the row and the background, so that a question can be carried
    from one to the next."""

    row: int = knob(138, "Row", "Number of the row in the table, from 0.", ge=0, le=999_999)
    what: Changes = Field((), max_length=100)
    """Values that were changed by hand, by number of the column."""
    seeds: int = knob(5, "Seeds", "Each estimator draws anew with each.", ge=2, le=20)
    picture: Literal["beeswarm", "bars", "dependence", "heat", "decision"] = knob(
        "beeswarm",
        "Picture",
        options={
            "beeswarm": "beeswarm",
            "bars": "bars",
            "dependence": "dependence",
            "heat": "heat map",
            "decision": "decision plot",
        },
    )
    column: int = Field(-1, ge=-1, le=999)
    """Whose dependence is drawn; −1: of the most important column."""
    partner: int = Field(-1, ge=-2, le=999)
    """Which column colours it; −1: the one that explains most of it, −2: none."""

    scores: Literal["model", "screening"] = knob(
        "model",
        "Measured on",
        "The trained models on rows that they have not seen, or two simulated tests for a disease.",
        options={"model": "these models", "screening": "a disease test"},
    )
    threshold: float = knob(
        0.5,
        "Threshold",
        "A row is called positive from this probability on.",
        ge=0,
        le=1,
        step=0.01,
    )
    miss: float = knob(10, "Cost of a miss", "In false alarms.", ge=0.1, le=1000, log=True)
    screening: Screening = Screening()
    outlier: float = knob(
        0.0,
        "One wrong target",
        "Moves the target of one row, in standard deviations, and shows what each number makes "
        "of it.",
        ge=-20,
        le=20,
        step=1,
    )

    trap: Literal["correlated", "background", "proxy", "case"] = knob(
        "case",
        "What can go wrong",
        options={
            "case": "the bank's case",
            "correlated": "correlated columns",
            "background": "the background",
            "proxy": "a proxy",
        },
    )
    story: Literal["alarm", "why", "together", "cure"] = knob(
        "alarm",
        "Step",
        options={
            "alarm": "1 · the alarm",
            "why": "2 · what the city does",
            "together": "3 · only together",
            "cure": "4 · what one would do",
        },
    )
    alarm: float = knob(0.3, "Alarm from", "Probability of fraud.", ge=0.01, le=0.99, step=0.01)
    case: FraudCase = FraudCase()
    correlated: Correlated = Correlated()
    proxy: Proxy = Proxy()
    draws: int = knob(
        8, "Draws", "Of background rows, for each number of them.", ge=2, le=50, log=True
    )

    @property
    def everyone(self) -> AllRowsExplained:
        """The job that explains all rows with these settings."""
        return AllRowsExplained(**{name: getattr(self, name) for name in AllRows.model_fields})
