"""Are the measures those of scikit-learn, and is the cheapest threshold the cheapest?"""

import math

import numpy as np
import pytest
from scipy.stats import norm
from sklearn import metrics as reference

from engine.metrics import Confusion, cheapest, confusion, cost, curves, measures, regression
from engine.topics.explain_tables.screening import Screening, screened


def drawn(seed: int, n: int = 300, share: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    truth = draw.random(n) < share
    return truth, np.round(np.clip(draw.normal(0.3 + 0.3 * truth, 0.2), 0, 1), 2)  # with ties


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("threshold", [0.1, 0.5, 0.73])
def test_measures_are_those_of_scikit_learn_on_the_rows_themselves(seed, threshold):
    truth, p = drawn(seed)
    flagged = p >= threshold
    counts = confusion(truth, flagged)
    (tn, fp), (fn, tp) = reference.confusion_matrix(truth, flagged).tolist()
    assert counts == Confusion(tp, fp, fn, tn)
    assert measures(counts) == pytest.approx(
        {
            "accuracy": reference.accuracy_score(truth, flagged),
            "precision": reference.precision_score(truth, flagged),
            "recall": reference.recall_score(truth, flagged),
            "specificity": reference.recall_score(~truth, ~flagged),
            "f1": reference.f1_score(truth, flagged),
            "balanced_accuracy": reference.balanced_accuracy_score(truth, flagged),
            "mcc": reference.matthews_corrcoef(truth, flagged),
        }
    )


def test_a_hand_counted_table():
    found = measures(Confusion(30, 10, 20, 940))
    assert found["accuracy"] == pytest.approx(0.97)
    assert found["precision"] == pytest.approx(0.75) and found["recall"] == pytest.approx(0.6)
    assert found["f1"] == pytest.approx(2 * 0.75 * 0.6 / 1.35)
    assert found["balanced_accuracy"] == pytest.approx((0.6 + 940 / 950) / 2)
    mcc = (30 * 940 - 10 * 20) / math.sqrt(40 * 50 * 950 * 960)
    assert found["mcc"] == pytest.approx(mcc)


def test_always_healthy_is_right_in_99_of_100_and_finds_nobody():
    truth, _ = screened(Screening())
    assert truth.sum() == 100 and len(truth) == 10_000
    found = measures(confusion(truth, np.zeros(len(truth), bool)))
    assert found["accuracy"] == 0.99
    assert found["recall"] == 0 and found["balanced_accuracy"] == 0.5
    assert math.isnan(found["precision"]) and math.isnan(found["mcc"])


@pytest.mark.parametrize("distance", [0.5, 2.0])
def test_the_area_under_the_curve_of_a_test_is_what_theory_says(distance):
    ill, p = screened(Screening(prevalence=0.3, better=distance, people=50_000))
    found = curves(ill, p["B"])
    assert found is not None
    assert found.auc == pytest.approx(norm.cdf(distance / math.sqrt(2)), abs=0.01)
    assert p["B"].mean() == pytest.approx(0.3, abs=0.01)  # the probabilities are honest


def test_a_threshold_of_one_calls_nobody_ill():
    _, p = screened(Screening())
    assert max(values.max() for values in p.values()) < 1


def test_curves_end_at_their_corners_and_have_the_areas_of_scikit_learn():
    truth, p = drawn(1, 3000)
    found = curves(truth, p)
    assert found is not None
    assert (found.fpr[0], found.tpr[0], found.fpr[-1], found.tpr[-1]) == (0, 0, 1, 1)
    assert found.auc == pytest.approx(reference.roc_auc_score(truth, p))
    assert found.average_precision == pytest.approx(reference.average_precision_score(truth, p))
    assert curves(np.ones(5, bool), np.linspace(0, 1, 5)) is None


@pytest.mark.parametrize("miss", [0.1, 1, 10, 1000])
def test_no_threshold_is_cheaper_than_the_cheapest(miss):
    truth, p = drawn(2)
    at, least = cheapest(truth, p, miss)
    assert cost(confusion(truth, p >= at), miss) == pytest.approx(least)
    every = [cost(confusion(truth, p >= t), miss) for t in [*np.unique(p), 2.0]]
    assert least == pytest.approx(min(every))


def test_probabilities_that_are_right_are_cut_at_one_over_one_plus_the_cost():
    ill, p = screened(Screening(prevalence=0.2, people=50_000))
    assert cheapest(ill, p["B"], 4.0)[0] == pytest.approx(1 / 5, abs=0.05)


def test_errors_of_a_regression_by_hand():
    found = regression(np.array([1.0, 2, 3, 6]), np.array([1.0, 2, 4, 4]))
    assert found["mae"] == 0.75 and found["mse"] == 1.25
    assert found["r2"] == pytest.approx(1 - 5 / 14)
    assert found["rmse"] == pytest.approx(math.sqrt(1.25))
