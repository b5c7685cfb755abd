"""Do the traps hold: correlated columns, backgrounds, a proxy, and the bank's false alarms?"""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.card_fraud import FEATURES
from engine.runs.events import Done, Frame
from engine.runs.work import dump, load
from engine.topics.explain_tables.pitfalls.backgrounds import SIZES, Backgrounds
from engine.topics.explain_tables.pitfalls.correlated import (
    OUTSIDE,
    Correlated,
    closed_form,
    cloud,
    computed,
    ellipse,
    hybrids,
)
from engine.topics.explain_tables.pitfalls.fraud_case import (
    CATEGORY,
    CITY,
    ELECTRONICS,
    NORTHPORT,
    FraudCase,
    month,
    true_risk,
)
from engine.topics.explain_tables.pitfalls.proxy import Proxy, seen

CPU = torch.device("cpu")
number = st.floats(-2, 2)


@given(st.floats(-0.99, 0.99), number, number, number, number)
@settings(max_examples=40, deadline=None)
def test_both_games_share_out_the_same_answer(rho, w1, w2, x1, x2):
    config = Correlated(correlation=rho, first_weight=w1, second_weight=w2, first=x1, second=x2)
    both = closed_form(config, rho)
    for values in both:
        assert values.sum() == pytest.approx(w1 * x1 + w2 * x2, abs=1e-9)
    np.testing.assert_allclose(computed(config).conditional, both.conditional, atol=1e-9)


def test_what_replaces_is_the_cloud_and_differs_by_its_mean():
    config = Correlated(second_weight=0.7)
    mean = cloud(config).mean(0)
    weights = np.array([1.0, 0.7])
    expected = closed_form(config, 0.8).interventional - weights * mean
    np.testing.assert_allclose(computed(config).interventional, expected, atol=1e-12)


def test_a_column_that_is_never_read_gets_half_of_what_it_tells():
    both = closed_form(Correlated(correlation=0.8, first=1.5, second=1.0), 0.8)
    assert both.interventional.tolist() == [1.5, 0]
    assert both.conditional == pytest.approx([1.1, 0.4])  # ½ · 0.8 · 1 · 1.0
    none = closed_form(Correlated(), 0.0)
    np.testing.assert_allclose(none.conditional, none.interventional)


def test_the_cloud_is_as_correlated_as_said_and_hybrids_leave_it():
    config = Correlated(correlation=0.95)
    assert np.corrcoef(cloud(config).T)[0, 1] == pytest.approx(0.95, abs=0.02)
    line, inverse = ellipse(0.95), np.linalg.inv([[1, 0.95], [0.95, 1]])
    np.testing.assert_allclose(np.einsum("ni,ij,nj->n", line, inverse, line), OUTSIDE)
    assert hybrids(config)[1] > 0.4 > 0.1 > hybrids(Correlated(correlation=0.0))[1]


def test_a_proxy_is_named_when_what_it_stands_for_is_hidden():
    limit = FEATURES.index("limit used (%)")
    tied, free = Proxy(correlation=0.9), Proxy(correlation=0.0)
    given_it, hidden = seen(tied, False), seen(tied, True)
    assert FEATURES[0] not in hidden.features and len(hidden.features) == 7
    of = hidden.importance[hidden.features.index(FEATURES[limit])]
    assert of > given_it.importance[limit] and of > np.median(hidden.importance)
    assert hidden.moved > 0.5 and abs(given_it.auc - hidden.auc) < 0.02
    loose = seen(free, True)
    assert loose.importance[loose.features.index(FEATURES[limit])] < of / 4


def test_more_background_rows_spread_less_and_the_choice_moves_the_base():
    config = Backgrounds(
        model={"data": {"id": "card_fraud", "examples": 800}, "predictor": "linear"}, draws=12
    )
    assert load(dump(config)) == config
    *_, frame, done = config.run(CPU)
    assert isinstance(frame, Frame) and isinstance(done, Done)
    values, chosen, bases = (frame.arrays[name] for name in ("values", "chosen", "bases"))
    assert values.shape == (len(SIZES), 12, 8)
    spread = values.std(1).mean(1)
    assert spread[-1] < spread[2] / 2 < spread[0] / 4
    np.testing.assert_allclose(chosen.sum(1) + bases, done.summary["answer"], atol=1e-9)
    assert bases[2] < bases[0] < bases[3]  # genuine payments, any, frauds


def test_the_fair_moves_payments_and_not_the_risk_elsewhere():
    data = month(FraudCase(payments=4000))
    here = data.x[:, CITY] == NORTHPORT
    share = (data.x[here, CATEGORY] == ELECTRONICS).float().mean()
    assert share == pytest.approx(0.7 + 0.3 / 4, abs=0.05)
    risk = true_risk(data.x)
    assert data.y.double().mean() == pytest.approx(risk.mean().item(), abs=0.02)


def test_the_banks_model_cries_wolf_in_one_city_because_of_the_trade():
    config = FraudCase(payments=3000)
    assert load(dump(config)) == config
    frames = [e.arrays for e in config.run(CPU) if isinstance(e, Frame)]
    assert [len(f) for f in frames] == sorted(len(f) for f in frames) and len(frames) == 5
    a = frames[-1]

    def false_alarms(model):
        wrong = (a[model] >= 0.3) & (a["y"] == 0)
        return np.bincount(a["x"][wrong, CITY].astype(int), minlength=4)

    as_is = false_alarms("as_is")
    assert as_is[NORTHPORT] > 2 * np.delete(as_is, NORTHPORT).max()
    assert false_alarms("retrained")[NORTHPORT] < as_is[NORTHPORT]
    np.testing.assert_allclose(a["together"].sum(0), 0, atol=1e-9)
    np.testing.assert_allclose(a["together"].sum(1), 0, atol=1e-9)
    assert a["truth"][ELECTRONICS, NORTHPORT] == pytest.approx(2.5)
    assert np.corrcoef(a["together"].ravel(), a["truth"].ravel())[0, 1] > 0.9
    shared = a["pairs"] - np.diag(np.diag(a["pairs"]))
    assert {*np.unravel_index(shared.argmax(), (8, 8))} == {CATEGORY, CITY}
    assert a["pairs"][CATEGORY, CITY] > a["pairs"][CITY, CITY]
