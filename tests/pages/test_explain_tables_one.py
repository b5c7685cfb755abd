"""Explain tables, one prediction and how right it is: every model, what-if, the sum, both jobs."""

import re

import numpy as np
import pytest

from dashboard.core.runtime import jobs
from dashboard.explain_tables.explanation import asked
from dashboard.explain_tables.shapley_sum import terms
from dashboard.explain_tables.view import TablesView
from dashboard.explain_tables.what_if import step_of, with_change
from engine.topics.explain_tables.accuracy import Accuracy
from engine.topics.explain_tables.estimator_comparison import EstimatorComparison
from engine.topics.explain_tables.estimators import ESTIMATORS
from engine.topics.explain_tables.predictors import PREDICTORS
from engine.topics.explain_tables.shapley.exact import shapley
from engine.topics.explain_tables.shapley.question import RowQuestion, question
from tests.pages.app import sentences, visit, works

QUICK = "model.data=wine&model.predictor=linear&background=10&row=7"
ASKS = {"model": {"data": "wine", "predictor": "linear"}, "background": 10, "row": 7}


def test_it_opens_on_a_false_alarm_that_is_explained_exactly() -> None:
    app = works(visit("explain_tables", "section=one&background=99"))
    assert not sentences(app)
    head = next(m.value for m in app.markdown if m.value.startswith("**Row 138"))
    assert "genuine" in head and "log\\-odds of fraud" in head
    caption = next(c.value for c in app.caption if c.value.startswith("Exact"))
    assert "256 coalitions" in caption and "25,344 rows" in caption


@pytest.mark.parametrize("predictor", PREDICTORS)
@pytest.mark.parametrize(
    ("table", "output"),
    [("wine", "score"), ("wine", "probability"), ("breast_cancer", "score"), ("diabetes", "score")],
)
def test_every_model_of_every_table_is_explained(table: str, output: str, predictor: str) -> None:
    query = f"section=one&model.data={table}&model.predictor={predictor}&model.output={output}"
    app = works(visit("explain_tables", f"{query}&background=20"))
    assert not sentences(app)
    caption = next(c.value for c in app.caption if "Sum minus answer" in c.value)
    assert float(re.findall(r"answer: (\S+)\.$", caption)[0]) < 1e-4


def test_a_slider_changes_answer_link_and_goes_back() -> None:
    app = works(visit("explain_tables", "section=one&background=10"))
    works(app.selectbox(key="tables_what_3").set_value(1).run())
    assert app.query_params["what"] in ("3!1", ["3!1"])
    head = next(m.value for m in app.markdown if "changed by hand" in m.value)
    assert "the answer was 0.809" in head
    works(app.slider(key="tables_what_0").set_value(500.0).run())
    assert app.query_params["what"] in ("0!500~3!1", ["0!500~3!1"])
    works(app.button(key="tables_what_reset").click().run())
    assert "what" not in app.query_params
    assert app.selectbox(key="tables_what_3").value == 0


def test_another_row_forgets_what_was_changed() -> None:
    app = works(visit("explain_tables", "section=one&background=10&what=3!1"))
    works(app.button(key="tables_pick_highest").click().run())
    assert "what" not in app.query_params and "row" in app.query_params


@pytest.mark.parametrize("what", ["3!99", "50!1", "0!-5", "3!1~3!2"])
def test_a_change_that_the_table_has_not_got_leaves_the_page_standing(what: str) -> None:
    works(visit("explain_tables", f"section=one&background=10&what={what}"))


@pytest.mark.parametrize("what", ["0!nan", "0!inf", "banana", "-1!3", "1!2!3"])
def test_a_change_that_is_none_is_refused(what: str) -> None:
    assert sentences(works(visit("explain_tables", f"section=one&background=10&what={what}")))


def test_the_sum_written_out_has_all_terms_and_adds_up_to_the_value() -> None:
    _, told = asked(TablesView(background=10))
    assert told.coalitions is not None
    names = tuple(f"x{i}" for i in range(8))
    table = terms(told.coalitions, 3, names)
    assert len(table) == 128
    assert table["Term"].sum() == pytest.approx(shapley(told.coalitions)[3])
    np.testing.assert_allclose(table["Term"], table["Weight"] * table["Difference"])
    np.testing.assert_allclose(table["Difference"], table["v(S ∪ i)"] - table["v(S)"])
    assert {"nothing", "all others", "x0", "all but x0"} <= set(table["Known already, S"])


def test_the_feature_of_the_sum_is_in_the_link() -> None:
    app = works(visit("explain_tables", "section=one&background=10"))
    works(app.selectbox(key="tables_sum_of").set_value(5).run())
    assert app.query_params["column"] in ("5", ["5"])
    assert app.latex


def test_too_many_columns_for_the_sum_say_so() -> None:
    app = works(visit("explain_tables", "section=one&model.data=breast_cancer&background=5"))
    assert any("too many to write out" in info.value for info in app.info)


def test_all_estimators_side_by_side_name_what_does_not_fit() -> None:
    jobs().submit(EstimatorComparison(**ASKS))
    assert jobs().wait(EstimatorComparison(**ASKS).key, 120).state == "done"
    app = works(visit("explain_tables", f"section=one&{QUICK}"))
    table = app.dataframe[-1].value.set_index("Estimator")
    assert set(table.index) == {member.about.label for member in ESTIMATORS.values()}
    assert table.loc["Deep", "Error"] == "–" and "network" in table.loc["Deep", "Note"]
    assert table.loc["Exact", "Error"] in ("0", "< 1e−6")


def test_how_right_it_is_opens_and_shows_what_was_measured() -> None:
    app = works(visit("explain_tables", f"section=right&{QUICK}&seeds=2"))
    assert any("Measure" in button.label for button in app.button)
    config = Accuracy(**ASKS, seeds=2)
    jobs().submit(config)
    assert jobs().wait(config.key, 120).state == "done"
    app = works(app.run())
    assert not sentences(app)
    heads = [m.value for m in app.markdown]
    assert "#### Four axioms, tested on this model" in heads
    works(app.select_slider(key="tables_level").set_value(2).run())


def test_a_step_of_a_slider_suits_its_column() -> None:
    assert step_of(np.array([0.0, 23.0, 5.0])) == 1.0
    assert step_of(np.array([0.1, 0.2, 0.35])) == pytest.approx(0.001)
    assert step_of(np.array([0.0, 2500.5])) == 10.0


def test_a_change_is_kept_in_order_and_goes_when_it_is_as_before() -> None:
    view = TablesView()
    both = with_change(with_change(view, 5, 1.0, 0.0), 2, 3.0, 0.0)
    assert both.what == ((2, 3.0), (5, 1.0))
    assert with_change(both, 5, 0.0, 0.0).what == ((2, 3.0),)


def test_the_job_and_the_page_ask_the_same_question() -> None:
    view = TablesView()
    assert (
        RowQuestion(**{name: getattr(view, name) for name in RowQuestion.model_fields})
        == RowQuestion()
    )
    assert question(RowQuestion(**ASKS)).number == 7
