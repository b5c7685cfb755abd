"""Does "open" on the Runs page land where a run of tables was made, and ask for that very run?"""

import pytest

from dashboard.core.places import place_of
from dashboard.explain_tables import estimator_comparison
from dashboard.explain_tables.explanation import asks
from dashboard.explain_tables.view import TablesView
from engine.runs.work import Work
from engine.topics.explain_tables.accuracy import Accuracy
from engine.topics.explain_tables.all_rows import AllRowsExplained
from engine.topics.explain_tables.estimator_comparison import EstimatorComparison
from engine.topics.explain_tables.models import TableModel
from engine.topics.explain_tables.pitfalls.backgrounds import Backgrounds
from engine.topics.explain_tables.pitfalls.fraud_case import FraudCase

ELSE = TableModel().with_("data", "wine").with_("predictor", "linear").with_("left_out", (2, 4))
PLACES = {  # kind: (section, trap or nothing, the job that the page's settings ask for there)
    Accuracy: ("right", "", lambda v: Accuracy(**dict(asks(v)), seeds=v.seeds)),
    Backgrounds: (
        "misleads",
        "background",
        lambda v: Backgrounds(model=v.model, row=v.row, draws=v.draws),
    ),
    EstimatorComparison: ("one", "", estimator_comparison.config),
    AllRowsExplained: ("all", "", lambda v: v.everyone),
    FraudCase: ("misleads", "case", lambda v: v.case),
}
RUNS = [
    *(kind() for kind in PLACES),
    Accuracy(model=ELSE, row=3, what=((1, 2.5),), background=20, background_seed=7, seeds=3),
    Backgrounds(model=ELSE, row=0, draws=20),
    Backgrounds(row=138),
    EstimatorComparison(model=ELSE, row=0, what=((0, 13.5),), background=30, background_seed=2),
    AllRowsExplained(model=ELSE, rows=50, estimator="sampling", background=20, background_seed=1),
    FraudCase().with_("seed", 4),
]


@pytest.mark.parametrize("run", RUNS, ids=lambda run: f"{run.kind}-{run.key}")
def test_a_run_opens_where_it_was_made(run: Work):
    page, items = place_of(run)
    section, trap, job = PLACES[type(run)]
    assert (page, items.pop("section", "model")) == ("explain_tables", section)
    view, problems = TablesView.read(items)
    assert not problems
    assert not trap or view.trap == trap
    assert job(view).key == run.key
