"""Is the best step the best one, is it Lagrange's, and is the rest of second order?"""

import numpy as np
import pytest
import torch
from scipy.optimize import linprog

from engine.topics.optimizers.surfaces import SURFACES
from engine.topics.optimizers.walks.first_order import (
    DUAL,
    NORMS,
    FirstOrder,
    boundary,
    derivatives,
    direction,
    look,
    norm_of,
    profile,
)


@pytest.mark.parametrize("surface", SURFACES)
def test_no_step_of_the_same_length_promises_more(surface: str) -> None:
    found = look(FirstOrder(surface=SURFACES[surface](), length=0.05))
    assert found.autograd < 1e-9 and set(found.best) == set(NORMS)
    for norm, best in found.best.items():
        assert -1e-12 < best.brute < 1e-8
        assert best.stationary < 1e-12
        assert norm_of(best.step, norm) == pytest.approx(0.05)
        assert best.model == pytest.approx(-0.05 * norm_of(found.gradient, DUAL[norm]))
        assert np.isnan(best.order) or best.order == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("norm", ["l1", "linf"])
def test_a_linear_program_finds_the_same_step(norm: str) -> None:
    """Over the diamond and the square g·d is a linear program, solved by another program."""
    draw = np.random.default_rng(0)
    sides = {
        "l1": np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]]),
        "linf": np.array([[1, 0], [-1, 0], [0, 1], [0, -1]]),
    }[norm]
    for g in draw.normal(size=(20, 2)):
        found = linprog(g, A_ub=sides, b_ub=np.ones(4), bounds=[(None, None)] * 2)
        np.testing.assert_allclose(found.x, direction(g, norm), atol=1e-9)  # type: ignore[arg-type]


@pytest.mark.parametrize("norm", NORMS)
def test_the_boundary_is_of_length_one_and_goes_all_round(norm: str) -> None:
    found = boundary(norm, 4000)  # type: ignore[arg-type]
    np.testing.assert_allclose(norm_of(found, norm), 1)  # type: ignore[arg-type]
    assert {tuple(row) for row in np.sign(found[::7]).astype(int)} >= {(1, 1), (-1, 1), (1, -1)}


def test_a_parabola_rises_at_twice_the_slope_over_the_curvature() -> None:
    found = look(FirstOrder(surface=SURFACES["bowl"](), point=(-2.5, 1.2)))
    for best in found.best.values():
        size = norm_of(best.step, "l2") / 0.3
        assert best.rises == pytest.approx(2 * best.multiplier / best.curvature, rel=1e-6), size
        assert best.half == pytest.approx(best.multiplier / best.curvature, rel=1e-6)


def test_rosenbrocks_slope_and_curvature_are_those_of_the_books() -> None:
    slope, bend = derivatives(
        SURFACES["rosenbrock"](), torch.tensor([-1.2, 1.0], dtype=torch.float64)
    )
    np.testing.assert_allclose(slope, [-215.6, -88.0])
    np.testing.assert_allclose(bend, [[1330.0, 480.0], [480.0, 200.0]])


def test_at_a_minimum_and_where_nothing_is_defined_there_is_no_direction() -> None:
    assert not look(FirstOrder(surface=SURFACES["bowl"](), point=(0.0, 0.0))).best
    own = SURFACES["own"].model_validate({"formula": "x"})
    plane = look(FirstOrder(surface=own, point=(0.1, 0.2)))
    assert all(np.isnan(best.order) and np.isinf(best.rises) for best in plane.best.values())
    root = SURFACES["own"].model_validate({"formula": "sqrt(x)"})
    assert not look(FirstOrder(surface=root, point=(-1.0, 0.0))).best


def test_a_profile_begins_at_the_point_and_its_plane_touches_there() -> None:
    config = FirstOrder()
    for norm in NORMS:
        t, change, model = profile(config, norm, 1e-4)
        assert t[0] == change[0] == model[0] == 0
        assert change[1] == pytest.approx(model[1], rel=1e-3)
