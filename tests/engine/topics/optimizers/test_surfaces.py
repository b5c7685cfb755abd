"""Do surfaces have the gradients and the minima that they say?"""

import pytest
import torch

from engine.device import generator
from engine.optim import OPTIMIZERS
from engine.topics.optimizers.surfaces import SURFACES
from engine.topics.optimizers.walks.pace import suited
from engine.topics.optimizers.walks.walk import Walk, walk

OTHERS = [
    SURFACES["bowl"](condition=37, rotation=30),
    SURFACES["noisy_bowl"](noise=0.3, rotation=90),
    SURFACES["ravine"](steepness=3),
    SURFACES["rosenbrock"](steepness=5),
    SURFACES["plateau"](width=0.5),
    SURFACES["own"](formula="(x^2 + y - 11)^2 + (x + y^2 - 7)^2", half=5),
]
ALL = [pytest.param(s, id=s.id) for s in [member() for member in SURFACES.values()] + OTHERS]


def points(surface, count=200):
    low, high = torch.tensor(surface.extent, dtype=torch.float64).unbind(1)
    drawn = torch.rand(count, 2, generator=generator(0, "points"), dtype=torch.float64)
    return low + (high - low) * drawn


@pytest.mark.parametrize("surface", ALL)
def test_the_gradient_is_that_of_autograd(surface):
    x = points(surface).requires_grad_()
    (expected,) = torch.autograd.grad(surface.value(x).sum(), x)
    torch.testing.assert_close(surface.gradient(x.detach()), expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("surface", ALL)
def test_every_minimum_is_one(surface):
    for minimum in torch.tensor(surface.minima, dtype=torch.float64):
        assert surface.gradient(minimum).abs().max() < 1e-8
        hessian = torch.autograd.functional.hessian(surface.value, minimum)
        assert torch.linalg.eigvalsh(hessian).min() > 0


@pytest.mark.parametrize("surface", ALL)
def test_no_minimum_is_forgotten(surface):
    """Many small steps downhill from anywhere in the extent end at a minimum that is listed."""
    x = points(surface, 300)
    for _ in range(4000):
        slope = surface.gradient(x)
        # At most a hundredth far away, and a fraction of what stability allows nearby.
        length = slope.norm(dim=1, keepdim=True).clamp(min=1e-300)
        x = x - slope / length * torch.minimum(length / surface.curvature / 2, length * 0 + 0.01)
    (a, b), (c, d) = surface.extent
    inside = (x[:, 0] > a) & (x[:, 0] < b) & (x[:, 1] > c) & (x[:, 1] < d)
    settled = inside & (surface.gradient(x).norm(dim=1) < 1e-5)
    settled &= ~((surface.id == "plateau") & (x.norm(dim=1) > 2))  # flat is not low
    assert settled.sum() > 50 or surface.id in ("rosenbrock", "beale")
    _, distance = surface.nearest(*x[settled].unbind(1))
    assert (distance < 1e-3).all()


@pytest.mark.parametrize("surface", ALL)
def test_the_nearest_minimum_is_the_nearest(surface):
    index, distance = surface.nearest(*points(surface).unbind(1))
    all_of_them = torch.cdist(points(surface), torch.tensor(surface.minima, dtype=torch.float64))
    torch.testing.assert_close(distance, all_of_them.amin(1), rtol=0, atol=2e-3)
    chosen = all_of_them.gather(1, index[:, None])[:, 0]
    torch.testing.assert_close(chosen, distance, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("surface", ALL)
def test_start_and_minima_lie_in_the_picture(surface):
    for point in (surface.start, *surface.minima):
        for value, (low, high) in zip(point, surface.extent, strict=True):
            assert low <= value <= high


def test_every_optimizer_has_a_rate_that_suits():
    assert all(rule.by_curvature or rule.by_distance for rule in OPTIMIZERS.values())
    # Gradient descent at the rate suggested is stable on every bowl: below 2 / κ.
    for condition in (1, 10, 1000):
        assert suited("gradient_descent", SURFACES["bowl"](condition=condition)) < 2 / condition


def test_the_minima_of_a_typed_formula_are_found():
    own = SURFACES["own"](formula="(x^2 + y - 11)^2 + (x + y^2 - 7)^2", half=5)
    known = torch.tensor(SURFACES["himmelblau"]().minima, dtype=torch.float64)
    found = torch.tensor(own.minima, dtype=torch.float64)
    assert len(found) == len(known) and torch.cdist(found, known).amin(1).max() < 1e-8


@pytest.mark.parametrize(
    "formula", ["5", "x", "1/x", "log(x)", "abs(x) + abs(y)", "9^9^9", "sqrt(-1)", "floor(x)"]
)
def test_a_formula_without_a_minimum_or_slope_can_be_walked_all_the_same(formula):
    own = SURFACES["own"](formula=formula)
    assert len(own.minima) == 1 and own.curvature > 0
    paths = walk(Walk(surface=own, steps=20))
    assert paths.positions.shape[1] == 21


def test_a_typed_formula_is_walked_as_one_in_closed_form():
    bowl = SURFACES["bowl"](condition=3)
    own = SURFACES["own"](formula="(x^2 + 3*y^2)/2", half=3)
    rates = {"gradient_descent": 0.1, "adam": 0.1}
    ids = ("gradient_descent", "adam")
    one, two = (
        walk(Walk(surface=s, steps=50, start=(1.5, 1.0), rates=rates, optimizers=ids))
        for s in (bowl, own)
    )
    torch.testing.assert_close(torch.tensor(two.positions), torch.tensor(one.positions))
    assert two.distance[0, -1] < 0.1 * two.distance[0, 0]


def test_minima_are_found_also_where_gradients_are_switched_off():
    with torch.inference_mode():
        own = SURFACES["own"](formula="(x - 1)^2 + (y + 2)^2")
        assert own.minima[0] == pytest.approx((1, -2)) and own.curvature == pytest.approx(2)


def test_a_start_at_the_goal_has_a_rate():
    own = SURFACES["own"](formula="(x + 2.4)^2 + (y - 1.8)^2")
    assert all(suited(id, own) > 0 for id in OPTIMIZERS)


def test_what_is_no_formula_is_refused_with_its_place():
    with pytest.raises(ValueError, match="q at character 7 is not known"):
        SURFACES["own"](formula="x^2 + q")
