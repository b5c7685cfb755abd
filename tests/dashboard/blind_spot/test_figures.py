"""Sheets of drawn pictures, gradients and fields: values, places, units."""

import numpy as np

from dashboard.blind_spot.figures import fields, masks, strengths
from engine.autoregressive.classification import Kind


def test_a_sheet_holds_every_picture_in_its_place_from_black_to_white():
    pictures = np.zeros((5, 1, 2, 3), np.uint8)
    pictures[4] = 16
    pictures[1, 0, 0, 2] = 8
    figure = masks.drawn({"these": pictures, "right": pictures[:1]}, 17)
    sheet = np.asarray(figure.data[0].z)
    assert sheet.shape == (2 * 3 - 1, 4 * 4 - 1, 3)
    assert (sheet[3:5, 0:3] == 255).all(), "the fifth picture begins the second row"
    assert (sheet[0, 6] == 127).all() and (sheet[0, 4] == 0).all()
    assert (sheet[2] == 127).all(), "a line between rows"
    assert [a.text for a in figure.layout.annotations] == ["these", "right"]


def test_colours_of_a_sheet_are_those_of_the_channels():
    picture = np.zeros((1, 3, 1, 1), np.uint8)
    picture[0, 1] = 7
    sheet = np.asarray(masks.drawn({"a": picture}, 8).data[0].z)
    assert sheet[0, 0].tolist() == [0, 255, 0]


def test_a_film_grows_by_one_frame_a_layer_and_ends_where_it_opens():
    kinds = np.full((3, 4, 5), Kind.FAR, np.int8)
    kinds[2, 1, 1] = Kind.USED
    figure = fields.growth({"one": kinds, "two": kinds}, (2, 2))
    assert [frame.name for frame in figure.frames] == ["1", "2", "3"]
    assert np.array_equal(figure.data[0].z, figure.frames[2].data[0].z)
    assert figure.data[1].z[1, 1] == Kind.USED + 0.5
    assert figure.layout.meta["film"]["at"] == 2


def test_a_gradient_that_is_missing_is_crossed_and_not_coloured():
    values = np.zeros((3, 3))
    values[0, 1] = 0.01
    exact = np.zeros((3, 3), bool)
    exact[0] = True
    figure = strengths.magnitude(values, "t", exact=exact, target=(9, 9))
    heat, crosses, target = figure.data
    assert heat.z[0, 1] == -2 and np.isnan(heat.z[0, 0])
    assert list(zip(crosses.y, crosses.x, strict=True)) == [(0, 0), (0, 2)]
    assert (target.x[0], target.y[0]) == (2, 2), "inside the picture"
    assert "log₁₀ |gradient|" in heat.colorbar.title.text


def test_the_target_is_marked_even_where_it_sees_itself():
    kinds = np.full((1, 4, 4), Kind.LEAK, np.int8)
    figure = fields.growth({"a": kinds, "b": kinds}, (2, 1))
    rings = figure.layout.shapes
    assert [ring.xref for ring in rings] == ["x", "x2"]
    assert all(ring.x0 < 1 < ring.x1 and ring.y0 < 2 < ring.y1 for ring in rings)
