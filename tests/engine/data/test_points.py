"""Are the points and curves what their formulas say?"""

import math

import pytest
import torch

from engine.data import DATASETS
from engine.data.regression_curve import truth


def clean(name: str, **knobs: object):
    return DATASETS[name](noise=0, **knobs).load(0)


@pytest.mark.parametrize("classes", [2, 3, 6])
def test_blobs_without_noise_are_the_corners_of_a_polygon(classes: int) -> None:
    data = clean("blobs", classes=classes)
    assert torch.allclose(data.x.norm(dim=1), torch.tensor(0.9))
    angle = torch.atan2(data.x[:, 1], data.x[:, 0])
    turned = (angle - math.pi / 2) / (2 * math.pi) * classes - data.y
    assert torch.allclose(turned.div(classes).round() * classes, turned, atol=1e-4)


def test_blobs_scatter_by_the_chosen_standard_deviation() -> None:
    noisy = DATASETS["blobs"](noise=0.4, examples=20_000).load(0)
    centre = clean("blobs", examples=20_000).x
    assert (noisy.x - centre).std(0).tolist() == pytest.approx([0.4, 0.4], rel=0.03)


def test_circles_without_noise_have_radius_one_and_a_half() -> None:
    data = clean("circles")
    assert torch.allclose(data.x.norm(dim=1), torch.tensor([1.0, 0.5])[data.y])


def test_xor_is_the_product_of_the_signs_with_a_margin() -> None:
    data = clean("xor")
    assert torch.equal(data.y, (data.x.prod(1) < 0).long())
    assert data.x.abs().min() >= 0.1
    quadrant = 2 * (data.x[:, 0] > 0) + (data.x[:, 1] > 0)
    assert quadrant.bincount().tolist() == [150, 150, 150, 150]


@pytest.mark.parametrize(("arms", "turns"), [(2, 1.25), (5, 3.0), (3, 0.5)])
def test_a_point_of_a_spiral_gives_away_its_arm_by_radius_and_angle(
    arms: int, turns: float
) -> None:
    data = clean("spirals", arms=arms, turns=turns)
    t = data.x.double().norm(dim=1) / 1.3
    angle = torch.atan2(data.x[:, 1], data.x[:, 0]).double()
    arm = (angle / (2 * math.pi) - turns * t) * arms
    assert torch.equal(arm.round().long() % arms, data.y)
    assert (arm - arm.round()).abs().max() < 1e-3


@pytest.mark.parametrize("squares", [2, 3, 6])
def test_a_checkerboard_is_the_parity_of_row_and_column(squares: int) -> None:
    data = clean("checkerboard", squares=squares)
    cell = ((data.x.double() + 1.3) / 2.6 * squares).floor().long()
    assert torch.equal(cell.sum(1) % 2, data.y)
    assert len(cell.unique(dim=0)) == squares**2


@pytest.mark.parametrize("name", ["moons", "blobs", "circles", "xor", "spirals", "checkerboard"])
def test_points_stay_near_the_middle_of_the_picture(name: str) -> None:
    x = DATASETS[name]().load(0).x
    assert x.abs().quantile(0.95) < 1.6 and x.mean(0).abs().max() < 0.3


@pytest.mark.parametrize(
    ("function", "formula"),
    [
        ("sine", lambda x: math.sin(math.pi * x)),
        ("step", lambda x: 0.8 if x >= 0 else -0.8),
        ("cubic", lambda x: x * x * x - 1.5 * x),
        ("linear", lambda x: 0.8 * x),
    ],
)
def test_a_curve_without_noise_is_its_function(function: str, formula) -> None:
    data = clean("regression_curve", function=function)
    expected = torch.tensor([[formula(x)] for x in data.x.flatten().tolist()])
    assert torch.allclose(data.y, expected, atol=1e-5)
    assert torch.equal(data.y, truth(function, data.x))


def test_outliers_are_the_chosen_share_and_all_too_large() -> None:
    data = clean("regression_curve", outliers=0.2)
    error = (data.y - truth("sine", data.x)).flatten()
    assert (error != 0).sum() == 60
    assert error[error != 0].min() >= 2 and error.max() <= 4


def test_more_outliers_keep_those_that_are_there() -> None:
    few, many = (clean("regression_curve", outliers=share) for share in (0.1, 0.3))
    hit = few.y != truth("sine", few.x)
    assert torch.equal(few.x, many.x) and torch.equal(few.y[hit], many.y[hit])
