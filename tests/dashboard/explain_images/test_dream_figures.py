"""Figures of dreams and of occlusion: the pictures, numbers and units that went in come out."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from dashboard.explain_images.figures import dream as dream_figures
from dashboard.explain_images.figures import occlusion as occlusion_figures
from dashboard.figures.png import png
from engine.topics.explain_images.occlusion_maps import OcclusionMaps

CLASSES = ("circle", "square", "star")


def drawn(source: str) -> np.ndarray:
    """The pixels of a picture that a figure holds."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(source.split(",")[1]))))


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_is_drawn_pixel_for_pixel(channels: int) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (channels, 5, 7), dtype=np.uint8)
    seen = drawn(png(picture))
    np.testing.assert_array_equal(seen, np.broadcast_to(picture, (3, 5, 7)).transpose(1, 2, 0))


def test_below_each_picture_stands_what_the_network_believes() -> None:
    pictures = np.zeros((2, 3, 4, 4), np.uint8)
    chances = np.array([[0.7, 0.2, 0.1], [0.0, 0.1, 0.9]], np.float32)
    figure = dream_figures.believed(pictures, chances, CLASSES, ["a", "b"], 2)
    bars = [trace for trace in figure.data if trace.type == "bar"]
    for bar, chance in zip(bars, chances, strict=True):
        assert list(bar.y) == list(CLASSES)
        np.testing.assert_allclose(bar.x, chance)
        assert bar.marker.color[2] != bar.marker.color[0] == bar.marker.color[1]
    assert [note.text for note in figure.layout.annotations] == ["a", "b"]
    assert "probability" in [axis.title.text for axis in figure.select_xaxes()]


def test_of_many_classes_the_likeliest_are_drawn_and_always_the_wanted_one() -> None:
    chances = np.zeros((1, 100), np.float32)
    chances[0, [3, 50, 70]] = (0.5, 0.3, 0.2)
    shown = dream_figures.likeliest(chances, 99)
    assert {3, 50, 70, 99} <= set(shown) and len(shown) == dream_figures.BARS
    assert shown == sorted(shown)


def test_curves_of_all_pictures_with_the_best_real_one() -> None:
    curve = (np.array([0, 5]), np.array([1.0, 9.0]))
    figure = dream_figures.climbing(
        {"score S": {0: curve, 1: curve}}, 5, ("best real", 4.0), names=["seed 3", "seed 4"]
    )
    assert [trace.name for trace in figure.data] == ["seed 3", "seed 4"]
    assert {shape.y0 for shape in figure.layout.shapes} >= {4.0}
    assert [axis.title.text for axis in figure.select_xaxes()] == ["step"]
    assert next(figure.select_yaxes()).title.text == "score S"


def test_a_change_is_signed_and_on_a_symmetric_scale() -> None:
    picture = np.zeros((3, 4, 4), np.uint8)
    added = np.zeros((3, 4, 4), np.float32)
    added[:, 1, 2], added[0, 0, 0] = -6.0, 3.0
    chances = np.array([[1, 0, 0], [0, 0, 1]], np.float32)
    figure = dream_figures.change((picture, picture), added, chances, CLASSES, "abc", 2)
    (heat,) = (trace for trace in figure.data if trace.type == "heatmap")
    assert heat.zmin == -6.0 == -heat.zmax
    assert heat.z[1][2] == -6.0 and heat.z[0][0] == 1.0
    assert len([trace for trace in figure.data if trace.type == "image"]) == 2


def test_the_chosen_change_is_ringed_and_failures_look_different() -> None:
    figure = dream_figures.costs([1, 2, 3], [0.1, 0.6, 0.9], [False, True, True], [9, 3, 1], 1)
    (line,) = figure.data
    assert list(line.marker.line.width) == [0, 3, 0]
    assert line.marker.symbol[0] != line.marker.symbol[1] == line.marker.symbol[2]
    assert "255" in figure.layout.xaxis.title.text


def test_the_three_maps_hold_their_values_and_name_the_classes() -> None:
    found = OcclusionMaps(
        rows=np.array([4, 8]),
        columns=np.array([4, 8]),
        activity=np.array([[1.0, 2.0], [3.0, np.nan]], np.float32),
        probability=np.array([[0.9, 0.1], [0.2, np.nan]], np.float32),
        best=np.array([[0, 2], [2, -1]]),
        layer="conv",
        channel=3,
        full_activity=3.0,
        full_probability=0.95,
        full_best=0,
    )
    figure = occlusion_figures.maps(found, np.zeros((3, 12, 12), np.uint8), CLASSES, "abcd")
    activity, probability, best = (trace for trace in figure.data if trace.type == "heatmap")
    np.testing.assert_array_equal(activity.z, found.activity)
    assert (probability.zmin, probability.zmax) == (0, 1)
    assert list(best.colorbar.ticktext) == ["circle", "star"]
    np.testing.assert_array_equal(best.z, [[0, 1], [1, np.nan]])
    for trace in (activity, probability, best):
        assert list(trace.x) == [4, 8] and list(trace.y) == [4, 8] and trace.colorbar.title.text
    titles = {axis.title.text for axis in (*figure.select_xaxes(), *figure.select_yaxes())}
    assert {"column (pixels)", "row (pixels)"} <= titles
