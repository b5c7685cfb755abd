"""The plane shows where classes meet, however many there are."""

import numpy as np
import pytest

from dashboard.figures import plane


@pytest.mark.parametrize("k", [2, 3, 4])
def test_the_borders_of_any_number_of_classes_are_drawn(k):
    axis = np.linspace(-1, 1, 40)  # no point lies on a border
    x, y = np.meshgrid(axis, axis)
    angles = 2 * np.pi * np.arange(k) / k + 0.3
    logits = np.stack([9 * (np.cos(a) * x + np.sin(a) * y) for a in angles])
    p = np.exp(logits) / np.exp(logits).sum(0)
    points = {"training": (np.zeros((k, 2)), np.arange(k))}
    figure = plane.surface(p, (-1.0, 1.0), points, tuple("abcd"[:k]))
    borders = [t for t in figure.data if t.type == "contour"]
    assert len(borders) == (1 if k == 2 else k)
    for number, border in enumerate(borders):
        above = np.asarray(border.z, float) > border.contours.start
        np.testing.assert_array_equal(above, p.argmax(0) == number)
