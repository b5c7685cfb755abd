"""Do the jobs of one prediction say what they promise, stop, and go on where they stopped?"""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.runs.events import Checkpoint, Done, Frame, Metrics, Paused, Started
from engine.runs.work import dump, load
from engine.topics.explain_tables.accuracy import Accuracy, plan, reference
from engine.topics.explain_tables.axioms import AXIOMS
from engine.topics.explain_tables.estimator_comparison import EstimatorComparison
from engine.topics.explain_tables.estimators import ESTIMATORS, estimate
from engine.topics.explain_tables.shapley.explained import Explained
from engine.topics.explain_tables.shapley.question import RowQuestion, question

CPU = torch.device("cpu")
SMALL = {"data": {"id": "card_fraud", "examples": 300}, "predictor": {"id": "mlp", "epochs": 3}}
ASKS = {"model": SMALL, "row": 5, "background": 10}


@pytest.fixture(scope="module")
def story():
    return list(Accuracy(**ASKS, seeds=2).run(CPU))


def series(events):
    found = {}
    for event in events:
        if isinstance(event, Metrics):
            for name, value in event.values.items():
                found.setdefault(name, []).append(value)
    return found


def test_every_estimator_that_fits_is_measured_at_every_level_and_seed(story):
    found = series(story)
    model = question(RowQuestion(**ASKS)).model
    for id, member in ESTIMATORS.items():
        if member().unfit(model):
            assert not any(name.endswith(f":{id}") for name in found)
            continue
        assert {a for a in AXIOMS if f"axiom/{a}:{id}" in found} == set(AXIOMS)
        if not member.exact:
            seeds = 2 if member.drawn else 1
            levels = member.ladder or (0,)
            assert found[f"samples:{id}"] == [float(s) for s in levels for _ in range(seeds)]
            assert min(found[f"seconds:{id}"]) > 0 and min(found[f"asked:{id}"]) > 0
    assert story[-1].step == story[0].steps == len(plan(model, 2))


def test_errors_are_of_the_values_and_fall_with_samples(story):
    found, weights = series(story), story[-1].weights
    true = weights["reference"].numpy()
    asked = question(RowQuestion(**ASKS))
    exact = estimate(ESTIMATORS["exact"](), asked.model, asked.row, asked.background)
    np.testing.assert_allclose(true, exact.values[0], atol=1e-12)
    assert story[0].facts["exact_asked"] == 256 * 10
    assert story[0].facts["scale"] == pytest.approx(np.abs(true).max())
    for id in ("kernel", "sampling", "permutation", "gradient", "deep"):
        values = weights[f"values/{id}"].numpy()
        errors = np.sqrt(((values - true) ** 2).mean(1))
        np.testing.assert_allclose(found[f"error:{id}"], errors, rtol=1e-9, atol=1e-15)
    assert np.mean(found["error:sampling"][-2:]) < np.mean(found["error:sampling"][:2]) / 2
    assert max(found["error:kernel"][-2:]) < 1e-9, "254 of 254 coalitions: exact"


@pytest.mark.parametrize("config", [Accuracy(**ASKS, seeds=2), EstimatorComparison(**ASKS)])
def test_a_paused_job_ends_where_an_uninterrupted_one_does(config):
    for event in config.run(CPU, until=3):
        if isinstance(event, Checkpoint):
            state = event.save()
    assert isinstance(event, Paused) and event.step == 3
    rest, whole = list(config.run(CPU, start=state)), list(config.run(CPU))
    steps = [event.step for event in rest if isinstance(event, Metrics)]
    assert steps[0] == 4
    assert isinstance(rest[-1], Done)
    for name, value in whole[-1].weights.items():
        torch.testing.assert_close(rest[-1].weights[name], value)


def test_side_by_side_has_every_fitting_estimator_as_it_is_by_default():
    events = list(EstimatorComparison(**ASKS).run(CPU))
    asked = question(RowQuestion(**ASKS))
    fitting = {id for id, member in ESTIMATORS.items() if not member().unfit(asked.model)}
    frames = [event for event in events if isinstance(event, Frame)]
    assert set(frames[-1].arrays) == fitting | {"reference"}
    for id in fitting:
        again = estimate(ESTIMATORS[id](), asked.model, asked.row, asked.background)
        np.testing.assert_array_equal(frames[-1].arrays[id], again.values[0])
    assert events[0] == Started(len(fitting), {"reference": "exact"})


def test_a_question_passes_over_what_the_table_has_not_got():
    plain = question(RowQuestion(**ASKS))
    high = plain.fitted.table.x[:, 0].max()
    changes = ((0, high), (1, 99.0), (500, 1.0))
    changed = question(RowQuestion(**ASKS, what=changes))
    assert changed.row[0] == high and (changed.row[1:] == plain.row[1:]).all()
    assert (changed.original == plain.row).all()
    assert question(RowQuestion(**ASKS | {"row": 999_999})).number == 299


def test_many_features_are_measured_against_long_sampling():
    w = np.linspace(-1, 1, 20)
    model = Explained(predict=lambda rows: (rows @ w) ** 2, features=tuple(map(str, range(20))))
    draw = np.random.default_rng(0)
    asked = replace(
        question(RowQuestion(**ASKS)), model=model, row=draw.normal(size=20),
        background=draw.normal(size=(5, 20)),
    )  # fmt: skip
    id, best = reference(asked)
    assert id == "sampling"
    # Of (w·x)²: φ_i = w_i (x_i - b_i) · w·(x + b), averaged over b.
    true = np.mean([w * (asked.row - b) * (w @ (asked.row + b)) for b in asked.background], axis=0)
    np.testing.assert_allclose(best.values[0], true, atol=0.15 * np.abs(true).max())


@pytest.mark.parametrize(
    "config", [Accuracy(**ASKS), EstimatorComparison(**ASKS, what=((0, 50.0),))]
)
def test_it_is_a_kind_of_work(config):
    assert load(dump(config)) == config
