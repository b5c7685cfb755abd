"""A best value at the edge of those that were tried is found, and names have no edge."""

import pytest

from dashboard.core.compare import at_edge
from engine.training.sweep import Sweep


@pytest.mark.parametrize(
    ("vary", "values", "place", "right"),
    [
        ("learning_rate", ("0.01", "0.1", "0.001"), 2, ("0.001", True)),
        ("learning_rate", ("0.01", "0.1", "0.001"), 1, ("0.1", False)),
        ("learning_rate", ("0.01", "0.1", "0.001"), 0, None),
        ("learning_rate", ("0.01", "0.1"), 0, None),
        ("layers.activation", ("relu", "tanh", "linear"), 0, None),
    ],
)
def test_a_best_value_at_an_edge_is_found(vary, values, place, right):
    assert at_edge(Sweep(vary=vary, values=values, seeds=2), place) == right
