"""Gradient checks: by hand on one weight, against a loop over parameters, bugs, kinks, U-curves."""

import numpy as np
import pytest
import torch

from engine.topics.backpropagation.gradient_check import (
    BUGS,
    KINKED,
    SMOOTH,
    CheckConfig,
    Problem,
    by_autograd,
    by_differences,
    by_hand,
    check,
    distances,
    forward,
    problem,
)
from engine.topics.backpropagation.step_sizes import u_curve


def looped(task: Problem, step: float, central: bool) -> list[torch.Tensor]:
    """The same differences one parameter after the other, by whole forward passes."""

    def loss() -> float:
        return task.losses(forward(task)[1][-1]).mean().item()

    found = []
    for layer in task.layers:
        gradient = torch.zeros_like(layer)
        for i, j in np.ndindex(*layer.shape):
            before = layer[i, j].item()
            layer[i, j] = before + step
            high = loss()
            layer[i, j] = before - step if central else before
            gradient[i, j] = (high - loss()) / (2 * step if central else step)
            layer[i, j] = before
        found.append(gradient)
    return found


def test_one_weight_by_hand():
    """ℓ = (w x + b − y)² with w = 1, x = 2, y = 6, b = 0: −16 and −8; central differences of a
    parabola are exact, forward ones are h x² and h too large."""
    task = Problem(
        [torch.tensor([[1.0, 0.0]], dtype=torch.float64)],
        torch.tensor([[2.0]], dtype=torch.float64),
        torch.tensor([[6.0]], dtype=torch.float64),
        torch.nn.Identity(),
        torch.ones_like,
    )
    assert by_hand(task)[0].tolist() == [[-16, -8]]
    assert by_differences(task, 0.5).gradient[0].tolist() == [[-16, -8]]
    assert by_differences(task, 0.5, central=False).gradient[0].tolist() == [[-14, -7.5]]


@pytest.mark.parametrize("activation", [*SMOOTH, *KINKED])
@pytest.mark.parametrize("loss", ["cross_entropy", "squared"])
def test_changes_of_rank_one_equal_whole_forward_passes(activation, loss):
    config = CheckConfig(widths=(3, 5, 4, 2), activation=activation, loss=loss, batch=4)
    task = problem(config)
    for central in (True, False):
        mine = by_differences(task, 1e-3, central=central).gradient
        assert max(map(max, distances(mine, looped(task, 1e-3, central)))) < 1e-9


@pytest.mark.parametrize("widths", [(4, 2), (1, 1), (2, 3, 1), (5, 4, 4, 4, 3, 2)])
@pytest.mark.parametrize("loss", ["cross_entropy", "squared"])
def test_the_gradient_by_hand_is_autograds(widths, loss):
    task = problem(CheckConfig(widths=widths, loss=loss, activation="gelu"))
    assert max(map(max, distances(by_hand(task), by_autograd(task)))) < 1e-12


def test_many_units_are_moved_in_several_parts(monkeypatch):
    config = CheckConfig(widths=(3, 9, 4, 2))
    whole = by_differences(problem(config), 1e-4).gradient
    monkeypatch.setattr("engine.topics.backpropagation.gradient_check.AT_ONCE", 300)
    for a, b in zip(whole, by_differences(problem(config), 1e-4).gradient, strict=True):
        assert torch.allclose(a, b, rtol=1e-8, atol=1e-11)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("bug", BUGS)
def test_every_bug_is_caught_and_a_right_gradient_is_not_blamed(bug, seed):
    found = check(CheckConfig(bug=bug, seed=seed))
    assert bool(found.wrong) == (bug != "none")
    assert (found.from_autograd > 1e-3) == (bug != "none")
    if bug == "sign":
        assert found.wrong == [(1, "biases")]
    if bug == "factor":  # the last layer needs no slope of an activation
        assert {layer for layer, _ in found.wrong} == {1, 2}


def test_steps_over_a_kink_are_what_is_inexact():
    found = check(CheckConfig(activation="relu", step=3e-2))
    crossed = np.concatenate([part.ravel() for part in found.crossed])
    error = np.concatenate([part.ravel() for part in found.error])
    assert 0 < crossed.sum() < len(crossed)
    assert np.median(error[crossed]) > 30 * np.median(error[~crossed])
    assert not any(part.any() for part in check(CheckConfig(step=3e-2)).crossed)


def test_the_curves_have_the_shape_of_a_u_where_theory_puts_it():
    found = u_curve(CheckConfig())
    step, error = found.best("float64", "central")
    assert 1e-6 <= step <= 1e-3 and error < 1e-9
    single, rough = found.best("float32", "central")
    assert 1e-3 <= single <= 1e-1 and 1e-7 < rough < 1e-3
    assert found.best("float64", "forward")[1] > 30 * error
    for curve in found.error.values():
        assert curve[0] > 10 * curve.min() and curve[-1] > 10 * curve.min()


def test_too_many_parameters_are_refused_in_a_sentence():
    with pytest.raises(ValueError, match="At most 20,000 parameters"):
        CheckConfig(widths=(200, 200, 10))
    with pytest.raises(ValueError, match="two widths"):
        CheckConfig(widths=(200,))
