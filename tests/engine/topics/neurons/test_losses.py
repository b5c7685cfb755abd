"""Losses over the margin: slopes by difference, values by hand, and scikit-learn's weights."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from engine.topics.neurons.losses import LOSSES, LossesConfig, descend, race, signed
from engine.topics.neurons.losses_seeds import LEARNT, SEEDS, least_wrong, over_seeds
from engine.topics.neurons.points import GAPS, Plane, arrays, placed

BY_HAND = {  # at margins of −1, 0.5 and 2
    "zero_one": (1, 0, 0),
    "perceptron": (1, 0, 0),
    "hinge": (2, 0.5, 0),
    "logistic": (1.313261687518, 0.474076984180, 0.126928011043),
    "squared": (4, 0.25, 1),
    "exponential": (2.718281828459, 0.606530659713, 0.135335283237),
}


@pytest.mark.parametrize("id", LOSSES)
def test_values_by_hand_and_slopes_by_difference(id):
    at = np.array([-1, 0.5, 2.0])
    loss = LOSSES[id]
    np.testing.assert_allclose(loss.value(at), BY_HAND[id], atol=1e-11)
    h = 1e-6
    numeric = (loss.value(at + h) - loss.value(at - h)) / (2 * h)
    np.testing.assert_allclose(loss.slope(at), numeric, atol=1e-8)


def test_the_logistic_loss_is_torchs_and_stays_finite_far_out():
    at = np.array([-1e4, -40, 0, 40, 1e4])
    other = torch.nn.functional.soft_margin_loss(
        torch.tensor(at), torch.ones(5), reduction="none"
    ).numpy()
    np.testing.assert_allclose(LOSSES["logistic"].value(at)[1:4], other[1:4], atol=1e-12)
    assert np.isfinite(LOSSES["logistic"].value(at)).all()


def test_which_losses_are_above_the_zero_one_loss():
    """All but the perceptron's; the logistic one in bits, divided by ln 2."""
    m = np.linspace(-3, 3, 601)
    count = LOSSES["zero_one"].value(m)
    for id in ("hinge", "squared", "exponential"):
        assert (LOSSES[id].value(m) >= count).all()
    assert (LOSSES["logistic"].value(m) / np.log(2) >= count - 1e-12).all()
    assert (LOSSES["perceptron"].value(m) < count).any()


@pytest.mark.parametrize("penalty", [0.003, 0.1, 1.0])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("preset", ["overlapping", "separable"])
def test_logistic_weights_are_scikit_learns_at_equal_c(preset, seed, penalty):
    """A mean with λ/2 |w|² is scikit-learn's sum with C = 1/(λN)."""
    found = race(LossesConfig(plane=Plane(preset=preset, seed=seed), penalty=penalty, updates=1))
    other = LogisticRegression(C=1 / (penalty * len(found.y)), tol=1e-10, max_iter=10_000)
    other.fit(found.x, found.y)
    np.testing.assert_allclose(found.best[1:], other.coef_[0], atol=1e-4)
    assert found.best[0] == pytest.approx(other.intercept_[0], abs=1e-4)
    assert found.left < 1e-12


def test_the_race_goes_where_the_closed_form_says():
    config = LossesConfig(penalty=0.1, learning_rate=1, updates=2000)
    found = race(config)
    np.testing.assert_allclose(found.weights[found.row("logistic"), -1], found.best, atol=1e-8)


def test_squared_loss_is_least_squares_of_the_classes():
    config = LossesConfig(penalty=0, learning_rate=0.2, updates=2000)
    found = race(config)
    inputs = np.hstack([np.ones((len(found.y), 1)), found.x])
    least = np.linalg.lstsq(inputs, 2.0 * found.y - 1, rcond=None)[0]
    np.testing.assert_allclose(found.weights[found.row("squared"), -1], least, atol=1e-8)


def test_one_step_of_the_race_is_autograds():
    config = LossesConfig(penalty=0.3, learning_rate=0.5, updates=1)
    found = race(config)
    rows = torch.tensor(np.hstack([np.ones((len(found.y), 1)), found.x]))
    t = torch.tensor(2.0 * found.y - 1)
    written = {
        "perceptron": lambda m: torch.relu(-m),
        "hinge": lambda m: torch.relu(1 - m),
        "logistic": lambda m: torch.nn.functional.softplus(-m),
        "squared": lambda m: (1 - m) ** 2,
        "exponential": lambda m: torch.exp(-m),
    }
    for id, loss in written.items():
        w = torch.tensor([0.0, 0.1, -0.1], dtype=torch.float64, requires_grad=True)
        (loss(t * (rows @ w)).mean() + 0.15 * (w[1:] ** 2).sum()).backward()
        after = (w - 0.5 * w.grad).detach().numpy()
        np.testing.assert_allclose(found.weights[found.row(id), 1], after, atol=1e-12, err_msg=id)


def test_the_zero_one_loss_moves_nothing_without_a_penalty():
    found = race(LossesConfig(penalty=0))
    steps = found.weights[found.row("zero_one")]
    assert (steps == steps[0]).all()


def test_separable_points_have_no_finite_optimum_without_a_penalty():
    found = race(LossesConfig(plane=Plane(preset="separable"), penalty=0, updates=2000))
    assert found.separable and np.isnan(found.best).all()
    length = np.linalg.norm(found.weights[found.row("logistic"), :, 1:], axis=-1)
    assert (np.diff(length[100:]) > 0).all()


def test_points_of_one_class_are_no_race():
    assert race(LossesConfig(plane=Plane(preset="own"))) is None


def test_an_unknown_loss_is_refused():
    with pytest.raises(ValueError, match="there is no loss 'hing'"):
        LossesConfig(shown=("hing",))


@pytest.mark.parametrize("preset", GAPS)
def test_all_draws_at_once_are_each_alone(preset):
    config = LossesConfig(plane=Plane(preset=preset, seed=990), penalty=0.01, updates=200)
    found = over_seeds(config)
    for number in (0, 9, 10, SEEDS - 1):  # the seeds begin again after 999
        x, y = arrays(placed(config.plane.with_("seed", (990 + number) % 1000)))
        for row, id in enumerate(LEARNT):
            alone = descend(signed(x, y)[None], (id,), config)[0, 0, -1]
            np.testing.assert_allclose(found.weights[row, number], alone, rtol=1e-9, atol=1e-12)
    assert (found.wrong >= found.least - 0.005).all(), "no line beats the best of 720"


def test_fixed_points_have_no_draws():
    assert over_seeds(LossesConfig(plane=Plane(preset="xor"))) is None


def test_weights_that_leave_count_as_the_worst():
    found = over_seeds(LossesConfig(learning_rate=1, updates=2000, penalty=0))
    dead = np.isnan(found.wrong)
    assert (
        dead[found.ids.index("squared")].sum() > 5 and not dead[found.ids.index("logistic")].any()
    )
    assert found.comparison.order[-1] == found.ids.index("squared")


def test_the_best_line_is_the_best_of_all():
    """Against every line through two points, moved a little to either side."""
    draw = np.random.default_rng(0)
    x = draw.normal(size=(14, 2))
    one = draw.random(14) < 0.5
    best = 1.0
    for a in x:
        for b in x:
            across = np.array([a[1] - b[1], b[0] - a[0]])
            for shift in (-1e-6, 1e-6):
                above = x @ across > a @ across + shift
                best = min(best, (above != one).mean(), (above == one).mean())
    assert best <= least_wrong(x, one) <= best + 1 / 14
