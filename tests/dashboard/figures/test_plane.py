"""The plane shows where classes meet, however many there are."""

import itertools

import numpy as np
import pytest
from plotly.colors import hex_to_rgb

from dashboard.figures import palette, plane


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


def test_blue_is_low_and_orange_is_high_on_the_surface_as_in_the_maps_of_units():
    p = np.stack([np.full((4, 4), 0.9), np.full((4, 4), 0.1)])
    points = {"training": (np.zeros((2, 2)), np.arange(2))}
    figure = plane.surface(p, (-1.0, 1.0), points, ("no", "yes"))
    heat = figure.data[0]
    assert "yes" in heat.colorbar.title.text and np.allclose(heat.z, 0.1)
    low, high = heat.colorscale[0][1], heat.colorscale[-1][1]
    assert (low, high) == (palette.PALE_BLUE, palette.PALE_ORANGE)
    units = plane.units({"act1": np.ones((2, 4, 4))}).data[0]
    signs = [np.array(hex_to_rgb(code)) for code in (units.colorscale[0][1], low)]
    assert all(blue > red for red, _, blue in signs), "both below the middle are blue"


@pytest.mark.parametrize("counts", [(3,), (16, 16), (64, 20)])
def test_maps_of_units_are_square_and_none_is_lost(counts):
    layers = {f"act{i}": np.full((count, 5, 5), i + 1.0) for i, count in enumerate(counts)}
    figure = plane.units(layers)
    assert figure.layout.yaxis.scaleanchor == "x"
    assert [int(np.isfinite(t.z).sum()) for t in figure.data] == [25 * n for n in counts]
    ends = [(t.y0, t.y0 + len(t.z)) for t in figure.data]
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(ends))
    assert len(set(figure.layout.yaxis.tickvals)) == len(counts)
