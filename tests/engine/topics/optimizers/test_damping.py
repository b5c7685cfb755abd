"""The radius is that of the very step that momentum takes, and its regimes are seen in walks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.topics.optimizers.surfaces import SURFACES
from engine.topics.optimizers.walks.damping import foretold, radius, regime
from engine.topics.optimizers.walks.rate_momentum import RateMomentum, rate_map
from engine.topics.optimizers.walks.walk import Walk, walk


@given(st.floats(1e-4, 1), st.floats(0, 0.99), st.floats(0.5, 200))
def test_it_is_the_spectral_radius_of_the_matrix_of_one_step(rate, momentum, curvature):
    step = np.array([[momentum, curvature], [-rate * momentum, 1 - rate * curvature]])
    largest = np.abs(np.linalg.eigvals(step)).max()
    assert float(radius(rate, momentum, curvature)) == pytest.approx(largest, abs=2e-7)


@pytest.mark.parametrize(
    ("rate", "momentum", "kind"),
    [(0.05, 0.0, "over-damped"), (0.05, 0.8, "under-damped"), (0.15, 0.0, "flipping"),
     (0.21, 0.0, "diverging")],
)  # fmt: skip
def test_a_walk_along_one_direction_goes_as_its_regime_says(rate, momentum, kind):
    curvature = 10.0
    assert regime(rate, momentum, curvature) == kind
    base = Walk(surface=SURFACES["bowl"](), optimizers=("momentum",), start=(0.0, 1.0), steps=40)
    rules = base.rules.with_("momentum.momentum", momentum)
    paths = walk(base.with_("rates", base.rates.with_("momentum", rate)).with_("rules", rules))
    error = paths.positions[0, :, 1]
    turns = int((np.diff(np.sign(error)) != 0).sum())
    if kind == "over-damped":
        assert turns == 0
    elif kind == "under-damped":
        assert 2 <= turns < 20
        size = np.abs(error)
        assert size[25:].max() / size[:15].max() == pytest.approx(momentum**12.5, rel=3)
    elif kind == "flipping":
        assert turns == 40
    else:
        assert abs(error[-1]) > 10
    if momentum == 0:
        ratios = np.abs(error[1:] / error[:-1])
        np.testing.assert_allclose(ratios, float(radius(rate, momentum, curvature)), rtol=1e-9)


def test_the_map_of_theory_has_the_stable_border_and_foretells_what_is_measured():
    config = RateMomentum(surface=SURFACES["bowl"](condition=100.0), side=40, steps=2000)
    found = rate_map(config)
    momenta = found.momenta[:, None]
    slowest, updates = foretold(found.rates, momenta, (1.0, 100.0), 0.05 / np.hypot(-2.5, 1.2))
    stable = found.rates < 2 * (1 + momenta) / 100
    np.testing.assert_array_equal(slowest < 1, stable)
    both = (found.minimum >= 0) & (updates >= 10)
    ratio = found.steps[both] / updates[both]
    assert 0.9 < np.median(ratio) < 1.3
    assert np.quantile(ratio, 0.9) < 2.5


def test_polyaks_pair_makes_both_directions_equally_fast():
    low, high = 1.0, 10.0
    rate, momentum = (2 / (high + low)) ** 2, ((high - low) / (high + low)) ** 2
    ends = [float(radius(rate, momentum, one)) for one in (low**2, high**2)]
    assert ends == pytest.approx([momentum**0.5] * 2, abs=1e-6)
