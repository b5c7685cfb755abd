"""Are all rows explained rightly, in parts, and is a shuffled column's loss scikit-learn's?"""

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score

from engine.runs.events import Checkpoint, Done, Frame, Paused, Started
from engine.runs.work import dump, load
from engine.topics.explain_tables.all_rows import AllRowsExplained, rows_shown
from engine.topics.explain_tables.importance import most_bent, partners, permutation_importance
from engine.topics.explain_tables.models import TableModel, fitted
from engine.topics.explain_tables.shapley.exact import shapley
from engine.topics.explain_tables.shapley.explained import explained
from engine.topics.explain_tables.shapley.value import interventional
from engine.topics.explain_tables.tables.data import background

CPU = torch.device("cpu")
FRAUD = {"id": "card_fraud", "examples": 600}
SMALL = AllRowsExplained(
    model={"data": FRAUD}, estimator="sampling", rows=60, background=20, repeats=3
)


@pytest.fixture(scope="module")
def events():
    return list(SMALL.run(CPU))


def test_values_add_up_and_are_close_to_exact_ones(events):
    started, done = events[0], events[-1]
    frame = [e for e in events if isinstance(e, Frame)][-1].arrays
    assert isinstance(started, Started) and isinstance(done, Done) and started.steps == 60
    np.testing.assert_allclose(
        frame["values"].sum(1) + started.facts["base"], frame["answers"], atol=1e-9
    )
    model = fitted(SMALL.model)
    given = background(model.table, 20, 0)
    for row, values in zip(frame["rows"][:3], frame["values"], strict=False):
        exact = shapley(interventional(explained(model), model.table.x[row], given))
        np.testing.assert_allclose(values, exact, atol=0.05)
    assert done.summary["checked"] == 8 and 0 < done.summary["error"] < 0.05
    assert np.array_equal(done.weights["values"].numpy(), frame["values"])


def test_pictures_grow_and_those_first_that_no_model_has_seen(events):
    frames = [e for e in events if isinstance(e, Frame)]
    sizes = [len(f.arrays["rows"]) for f in frames]
    assert sizes == sorted(sizes) and sizes[-1] == 60 and len(sizes) > 3
    table = fitted(SMALL.model).table
    assert np.array_equal(frames[-1].arrays["rows"], table.held_out[:60])
    whole = rows_shown(table, 10_000)
    assert sorted(whole.tolist()) == list(range(600))


def test_a_paused_job_ends_where_an_uninterrupted_one_does(events):
    for event in SMALL.run(CPU, until=20):
        if isinstance(event, Checkpoint):
            state = event.save()
    assert isinstance(event, Paused) and event.step == 20
    *_, rest = SMALL.run(CPU, start=state)
    assert torch.equal(rest.weights["values"], events[-1].weights["values"])


@pytest.mark.parametrize(
    ("predictor", "estimator"), [("linear", "Linear"), ("trees", "Tree"), ("mlp", "Sampling")]
)
def test_the_default_reads_a_model_that_can_be_read(predictor, estimator):
    config = AllRowsExplained(model={"data": "breast_cancer", "predictor": predictor}, rows=10)
    started = next(config.run(CPU))
    assert started.facts["estimator"] == estimator


def test_too_many_columns_for_the_exact_one_is_said():
    config = AllRowsExplained(model={"data": "breast_cancer"}, estimator="exact", rows=10)
    with pytest.raises(ValueError, match="30 features"):
        list(config.run(CPU))


def test_it_is_a_kind_of_work_whose_settings_are_the_pages():
    assert load(dump(SMALL)) == SMALL
    from dashboard.explain_tables.view import TablesView

    view, problems = TablesView.read(SMALL.flat())
    assert not problems and view.everyone == SMALL


def test_shuffling_costs_what_shuffling_by_hand_costs():
    model = fitted(TableModel(data="breast_cancer", predictor="linear"))
    found = permutation_importance(model, 30, 0)
    rows = model.table.held_out
    x, y = model.table.x[rows], model.table.y[rows] == model.answer
    assert found.before == pytest.approx(roc_auc_score(y, model.predict(x)))
    assert found.drops.shape == (30, 30)
    worst, draw = int(found.drops.mean(1).argmax()), np.random.default_rng(1)
    by_hand = []
    for _ in range(30):
        shuffled = x.copy()
        shuffled[:, worst] = draw.permutation(shuffled[:, worst])
        by_hand.append(found.before - roc_auc_score(y, model.predict(shuffled)))
    error = np.std(by_hand) / np.sqrt(30) * 5
    assert found.drops[worst].mean() == pytest.approx(np.mean(by_hand), abs=error)


def test_the_column_that_bends_an_effect_is_found():
    draw = np.random.default_rng(0)
    x = np.stack([draw.random(800), draw.integers(0, 3, 800), draw.random(800)], 1)
    sign = np.array([-1.0, 1, 0.5])[x[:, 1].astype(int)]
    values = np.stack([sign * x[:, 0], 0.01 * x[:, 1], x[:, 2] ** 2], 1)
    found = partners(x, values, 0, (False, True, False))
    assert found[0] == 0 and found[1] > 0.9 and found[2] < 0.1
    assert partners(x, values, 2, (False, True, False)).max() < 0.1  # a curve is not bent by others
    assert most_bent(x, values, (False, True, False)) == 0
