"""The page that explains tables: what its scenes claim, computed by the engine."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from dashboard.explain_tables.model import rivals
from dashboard.explain_tables.view import TablesView
from engine.data.card_fraud import CATEGORIES, CITIES, FEATURES
from engine.metrics import confusion, curves, measures, regression
from engine.topics.explain_tables.accuracy import Accuracy
from engine.topics.explain_tables.all_rows import AllRowsExplained
from engine.topics.explain_tables.default import at_once
from engine.topics.explain_tables.models import fitted
from engine.topics.explain_tables.pitfalls.backgrounds import Backgrounds, choices
from engine.topics.explain_tables.pitfalls.correlated import closed_form
from engine.topics.explain_tables.pitfalls.proxy import seen
from engine.topics.explain_tables.screening import screened
from engine.topics.explain_tables.shapley.exact import by_size, shapley
from engine.topics.explain_tables.shapley.question import Question, RowQuestion, question
from engine.topics.explain_tables.shapley.value import interventional
from tests.scenes.ran import Ran, run

CATEGORY, CITY, AMOUNT = (FEATURES.index(n) for n in ("category", "city", "amount (EUR)"))
LIMIT = FEATURES.index("limit used (%)")


def judged(view: TablesView, name: str) -> tuple[dict[str, float], Any]:
    ill, tests = screened(view.screening)
    counts = confusion(ill, tests[name] >= view.threshold)
    return measures(counts), counts


def test_one_in_a_hundred_is_ill(view):
    for name in ("A", "B"):
        found, counts = judged(view, name)
        assert view.threshold == 1 and counts.true_positive + counts.false_positive == 0
        assert found["accuracy"] == pytest.approx(0.99)
        assert (found["recall"], found["f1"], found["balanced_accuracy"]) == (0, 0, 0.5)
        assert np.isnan(found["mcc"]) and np.isnan(found["precision"])


def test_the_same_test_at_a_lower(view):
    """Of the better test, which is listed first; and it is illness that is rare: with half of the
    people ill, the same test at the same recall is nearly always right when it calls one ill."""
    found, _ = judged(view, "B")
    assert 0.7 < found["recall"] < 0.9 and found["precision"] < 0.5
    ill, tests = screened(view.screening.with_("prevalence", 0.5))
    at = np.sort(tests["B"][ill])[int((1 - found["recall"]) * ill.sum())]
    assert measures(confusion(ill, tests["B"] >= at))["precision"] > 0.8


def test_an_interaction_that_trees_do_not(view):
    auc = {}
    for model in rivals(view.model):
        rows = model.table.held_out
        p = model.probabilities(model.table.x[rows])[:, model.answer]
        auc[model.config.predictor.id] = curves(model.table.y[rows] == model.answer, p).auc
    assert auc["mlp"] > auc["trees"] + 0.04 and auc["mlp"] > auc["linear"] + 0.04


def test_one_wrong_target(view):
    model = fitted(view.model)
    rows = model.table.held_out
    target, predicted = model.table.y[rows].copy(), model.predict(model.table.x[rows])
    before = regression(target, predicted)
    target[np.abs(target - target.mean()).argmin()] += view.outlier * target.std()
    after = regression(target, predicted)
    assert view.outlier == 10
    assert 1.9 < after["mse"] / before["mse"] < 2.2 and 0.7 < after["r2"] / before["r2"] < 0.8
    assert 1.05 < after["mae"] / before["mae"] < 1.15


def explained(view: TablesView) -> tuple[Question, Any, Any]:
    """The question, the value of every coalition, and the Shapley values."""
    asks = {name: getattr(view, name) for name in RowQuestion.model_fields}
    asked = question(RowQuestion(**asks))
    worth = interventional(asked.model, asked.row, asked.background)
    return asked, worth, shapley(worth)


def test_a_false_alarm_feature_by_feature(view):
    asked, worth, values = explained(view)
    chance = asked.fitted.probabilities(asked.row[None])[0, asked.fitted.answer]
    assert chance > 0.5 and asked.fitted.table.y[view.row] != asked.fitted.answer
    steps = by_size(worth, view.column)
    assert view.column == CITY and abs(steps[0]) < 0.3 * steps[-1] and np.diff(steps).min() > 0
    signs = set()
    for category in range(len(CATEGORIES)):
        _, _, moved = explained(view.model_copy(update={"what": ((CATEGORY, float(category)),)}))
        signs.add(np.sign(moved[CITY]) if abs(moved[CITY]) > 0.3 else 0)
    assert {-1, 1} <= signs and values[CITY] > 0.3


def test_what_if_it_were_travel(view):
    asked, _, values = explained(view)
    as_it_was, _, _ = explained(view.model_copy(update={"what": ()}))
    chance = [q.fitted.probabilities(q.row[None])[0, q.fitted.answer] for q in (as_it_was, asked)]
    assert CATEGORIES[int(asked.row[CATEGORY])] == "travel"
    assert chance[0] > 0.5 > view.alarm > chance[1] and values[CITY] < -0.3


def test_thirty_columns_an_estimate(view):
    asks = {name: getattr(view, name) for name in RowQuestion.model_fields}
    asked = question(RowQuestion(**asks))
    how = at_once(asked.model, 1, len(asked.background))
    values = how.values(asked.model, asked.row[None], asked.background, 0)[0]
    base = asked.model.predict(asked.background).mean()
    assert len(asked.model.features) == 30 and not how.exact and how.drawn
    assert values.sum() == pytest.approx(asked.model.predict(asked.row[None])[0] - base, abs=1e-6)


@pytest.mark.long
def test_flat_lines_falling_lines(view):
    """What converges falls; integrated gradients stand still above, however many their steps."""
    names = [name for name in Accuracy.model_fields if hasattr(view, name) and name != "revision"]
    found = run(Accuracy(**{name: getattr(view, name) for name in names}).with_("seeds", 2))

    def errors(id: str) -> list[float]:
        samples, sizes = (found.series[f"{what}:{id}"][1] for what in ("samples", "error"))
        return [float(np.mean(sizes[samples == n])) for n in np.unique(samples)]

    for id in ("permutation", "sampling", "kernel"):
        assert errors(id)[-1] < 0.3 * errors(id)[0], id
    flat = errors("integrated_gradients")
    assert (
        flat[-1] == pytest.approx(flat[-2], rel=0.01) and flat[-1] > 3 * errors("permutation")[-1]
    )
    assert errors("gradient")[-1] > 0.8 * flat[-1]  # it falls to that line, and stays


@cache
def explained_all(config: AllRowsExplained) -> Ran:
    return run(config)


def everyone(view: TablesView) -> tuple[Any, Ran]:
    settings = {n: getattr(view, n) for n in AllRowsExplained.model_fields if n != "revision"}
    config = AllRowsExplained(**settings).with_("rows", 200)
    return fitted(config.model).table, explained_all(config)


def test_what_moved_the_answers(view):
    table, found = everyone(view)
    rows, values = found.frame["rows"], found.frame["values"]
    for city in range(len(CITIES)):
        here = values[table.x[rows][:, CITY] == city, CITY]
        assert min((here > 0.2).mean(), (here < -0.2).mean()) > 0.05


def test_the_city_coloured_by_the_trade(view):
    """At each city the value is high for one of the two trades and low for the other."""
    table, found = everyone(view)
    x, values = table.x[found.frame["rows"]], found.frame["values"]
    assert (view.column, view.partner) == (CITY, CATEGORY)
    trades = [CATEGORIES.index(name) for name in ("electronics", "travel")]
    signs = []
    for city in range(len(CITIES)):
        high, low = (
            values[(x[:, CITY] == city) & (x[:, CATEGORY] == trade), CITY].mean()
            for trade in trades
        )
        assert high * low < 0 and abs(high - low) > 0.5
        signs.append(np.sign(high))
    assert set(signs) == {-1, 1}


def test_reasons_side_by_side(view):
    """Thirty measurements, many of which say the same: none of them carries the answer alone."""
    table, found = everyone(view)
    x, values = table.x[table.train], found.frame["values"]
    strong = np.abs(np.corrcoef(x.T)[np.triu_indices(x.shape[1], 1)]) > 0.8
    share = np.abs(values).mean(0) / np.abs(values).mean(0).sum()
    assert x.shape[1] == 30 and strong.sum() > 30 and share.max() < 0.2


@pytest.fixture(scope="module")
def case() -> dict[str, Any]:
    """The bank's case as the page opens on it, at half its payments."""
    arrays = run(TablesView().case.with_("payments", 3000)).frame
    return dict(arrays)


def false_alarms(case: dict[str, Any], model: str, view: TablesView) -> Any:
    wrong = (case[model] >= view.alarm) & (case["y"] == 0)
    return np.bincount(case["x"][wrong, CITY].astype(int), minlength=len(CITIES))


def test_the_banks_case_step_1(view, case):
    fair = CITIES.index("Northport")
    bought = case["x"][case["x"][:, CITY] == fair, CATEGORY] == CATEGORIES.index("electronics")
    alarms = false_alarms(case, "as_is", view)
    assert bought.mean() > 0.6 and alarms[fair] > 2 * np.delete(alarms, fair).max()


def test_the_banks_case_step_3(view, case):
    pairs = case["pairs"]
    assert view.story == "together"
    assert 2 * pairs[CATEGORY, CITY] > max(pairs[CATEGORY, CATEGORY], pairs[CITY, CITY])
    learnt, truth = case["together"].ravel(), case["truth"].ravel()
    assert np.corrcoef(learnt, truth)[0, 1] > 0.9


def test_the_banks_case_step_4(view, case):
    fair = CITIES.index("Northport")
    assert view.story == "cure"
    assert false_alarms(case, "retrained", view)[fair] < false_alarms(case, "as_is", view)[fair]
    auc = {name: curves(case["y"] == 1, case[name]).auc
           for name in ("as_is", "retrained", "without_city")}  # fmt: skip
    assert auc["without_city"] < auc["as_is"] < auc["retrained"]


def test_a_column_that_is_never_read(view):
    config = view.correlated
    both = closed_form(config, config.correlation)
    assert config.second_weight == 0 and both.interventional[1] == 0
    assert both.conditional[1] == pytest.approx(0.4)


def test_uncorrelated_both_games_agree(view):
    both = closed_form(view.correlated, view.correlated.correlation)
    assert view.correlated.correlation == 0
    np.testing.assert_allclose(both.interventional, both.conditional)


def test_a_proxy_for_a_hidden_amount(view):
    """Over seeds of the table."""
    for seed in range(3):
        with_it, hidden = (seen(view.proxy.with_("seed", seed), hide) for hide in (False, True))
        at = hidden.features.index(FEATURES[LIMIT])
        assert np.argsort(-hidden.importance).tolist().index(at) == 1
        assert with_it.importance[LIMIT] < 0.9 * hidden.importance[at]
    loose = seen(view.proxy.with_("correlation", 0.0), True)
    at = loose.features.index(FEATURES[LIMIT])
    assert 0 < loose.importance[at] < 0.3 * hidden.importance[at]  # what was fitted to noise


def test_against_whom(view):
    config = Backgrounds(model=view.model, row=view.row, draws=2)
    arrays = run(config).frame
    kinds = choices(fitted(view.model).table)
    table = fitted(view.model).table
    own = arrays["chosen"][kinds.index(f"class:{int(table.y[view.row])}")]
    other = arrays["chosen"][kinds.index(f"class:{1 - int(table.y[view.row])}")]
    assert np.abs(own - other).max() > 0.5
    assert own.sum() - other.sum() > 0.5  # against frauds a false alarm is nothing special
