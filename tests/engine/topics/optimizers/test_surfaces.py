"""Do surfaces have the gradients and the minima that they say?"""

import pytest
import torch

from engine.device import generator
from engine.optim import OPTIMIZERS
from engine.topics.optimizers.surfaces import SURFACES
from engine.topics.optimizers.walks.pace import suited

OTHERS = [
    SURFACES["bowl"](condition=37, rotation=30),
    SURFACES["noisy_bowl"](noise=0.3, rotation=90),
    SURFACES["ravine"](steepness=3),
    SURFACES["rosenbrock"](steepness=5),
    SURFACES["plateau"](width=0.5),
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
