"""What do the figures of explanations hold: every map, in its own units, on the right scale?"""

from itertools import pairwise

import numpy as np
import pytest

from dashboard.explain_images.figures import layers as layers_figures
from dashboard.explain_images.figures import maps as maps_figures
from dashboard.explain_images.figures import residual as residual_figures
from dashboard.explain_images.figures import stability as stability_figures
from dashboard.explain_images.figures.maps import Panel
from dashboard.figures.cells import cells
from engine.explain.maps.boxes import Box
from engine.explain.weighing import Weighed

DRAW = np.random.default_rng(0)
PICTURE = DRAW.random((3, 12, 10), np.float32)
ONE = DRAW.normal(size=(12, 10)).astype(np.float32)
PANELS = [
    Panel("First", "IoU 0.50", ONE, Box(1, 2, 3, 4)),
    Panel("Coming", "computing…", None),
    Panel("Third", "", 100 * ONE),
]


def maps(figure):
    return [trace for trace in figure.data if trace.type == "heatmap"]


def draw(**changed):
    told = {"opacity": 0.5, "signed": True, "shared": False, "truth": Box(0, 0, 5, 5)} | changed
    return maps_figures.side_by_side(PICTURE, "picture", PANELS, **told)


def test_every_map_that_has_come_is_drawn_over_the_picture():
    figure = draw()
    first, third = maps(figure)
    assert sum(trace.type == "image" for trace in figure.data) == 4
    np.testing.assert_array_equal(first.customdata, ONE)  # raw, for hovering
    np.testing.assert_allclose(first.z, third.z, rtol=1e-5)  # each by its own largest
    assert (first.zmin, first.zmax) == (-1, 1)
    assert first.showscale and not third.showscale and first.colorbar.title.text
    assert "customdata" in first.hovertemplate
    titles = [note.text for note in figure.layout.annotations]
    assert titles[0] == "picture" and "IoU 0.50" in titles[1] and "computing" in titles[2]
    assert figure.layout.yaxis.range == (11.5, -0.5)  # the first row is on top


def test_a_shared_scale_has_raw_values_and_one_range():
    first, third = maps(draw(shared=True))
    np.testing.assert_allclose(third.z, 100 * first.z, rtol=1e-5)
    assert first.zmax == third.zmax == pytest.approx(np.percentile(np.abs(100 * ONE), 99))
    assert first.zmin == -first.zmax


def test_a_large_map_is_sent_in_squares_that_stay_in_their_place():
    values = np.zeros((224, 224), np.float32)
    values[10:12, 20:22] = 8
    picture = np.zeros((1, 224, 224), np.float32)
    told = {"opacity": 1, "signed": True, "shared": True}
    figure = maps_figures.side_by_side(picture, "", [Panel("Large", "", values)], **told)
    (drawn,) = maps(figure)
    assert drawn.z.shape == (112, 112) and drawn.z[5, 10] == 8
    assert drawn.y0 + 5 * drawn.dy == 10.5 and drawn.x0 + 10 * drawn.dx == 20.5


def test_sizes_have_no_sign_and_another_scale():
    first, _ = maps(draw(signed=False))
    assert first.zmin == 0 and first.z.min() >= 0
    assert first.colorscale != maps(draw())[0].colorscale


def test_boxes_stand_round_whole_pixels_and_the_true_one_is_dashed():
    found = [(s.xref, s.x0, s.x1, s.y0, s.y1, s.line.dash) for s in draw().layout.shapes]
    assert ("x2", 1.5, 4.5, 0.5, 3.5, "solid") in found
    assert sum(dash == "dash" for *_, dash in found) == 4
    assert len(draw(truth=None).layout.shapes) == 1


@pytest.mark.parametrize("opacity", [0, 0.5, 1])
def test_the_picture_shows_through_where_nothing_is(opacity):
    alphas = [float(c.split(",")[-1][:-1]) for _, c in maps_figures.colours(opacity, True)]
    assert alphas[0] == alphas[-1] == opacity and alphas[2] == pytest.approx(opacity**3, abs=1e-3)
    assert 0 <= min(alphas) <= max(alphas) <= 1


def test_cells_fill_the_figure_without_overlapping():
    grid = cells(3, 4, across=0.02, down=0.1, floor=0.1)
    assert [cell.number for cell in grid] == list(range(1, 13))
    for a, b in pairwise(grid):
        assert b.left >= a.right or b.top <= a.bottom
    assert grid[0].top == 1 and grid[-1].bottom == pytest.approx(0.1)
    assert grid[3].right == pytest.approx(1)


def test_every_layer_has_thumbnails_that_can_be_clicked():
    layers = {"conv1": DRAW.random((5, 8, 8)), "act1": np.zeros((2, 4, 4), np.float32)}
    figure = layers_figures.thumbnails(layers, "act1")
    assert [row[0] for row in figure.data[0].customdata] == ["conv1", "act1"]
    assert len(figure.layout.images) == 2 and figure.layout.shapes[0].x0 == pytest.approx(0.53)
    many = {f"block{i}.conv": np.zeros((2, 4, 4), np.float32) for i in range(30)}
    deep = layers_figures.thumbnails(many, "block29.conv")
    assert len(set(deep.data[0].y)) == 3, "rows, so that thumbnails stay large and names apart"
    assert deep.layout.shapes[0].y1 < 1.6 and deep.layout.height > 2 * figure.layout.height
    assert [label.text for label in deep.layout.annotations][-1] == "block29<br>conv"


def test_the_weights_are_drawn_with_the_maps_that_give_most():
    alpha = np.array([0.1, -2, 0, 0.5] + [0.01] * 6, np.float32)
    a = np.ones((10, 4, 4), np.float32)
    a[0] *= 1000
    total = np.tensordot(alpha, a, 1)
    figure = layers_figures.weights(Weighed(alpha, a, total), ("sum", "map"))
    np.testing.assert_array_equal(figure.data[0].y, alpha)
    drawn = maps(figure)
    assert len(drawn) == layers_figures.SHOWN + 2
    np.testing.assert_array_equal(drawn[0].z, alpha[0] * a[0])
    np.testing.assert_array_equal(drawn[1].z, alpha[1] * a[1])
    np.testing.assert_array_equal(drawn[-2].z, total)
    np.testing.assert_array_equal(drawn[-1].z, np.maximum(total, 0))
    assert figure.layout.xaxis.title.text and "logits" in figure.layout.yaxis.title.text


def test_a_miss_of_nothing_can_still_be_drawn_on_a_logarithmic_axis():
    figure = residual_figures.bars({"exact": 0.0, "off": 3.0}, 0.01, axis="share")
    assert figure.data[0].x[0] == residual_figures.LEAST and figure.data[0].customdata[0] == 0
    assert 10 ** figure.layout.xaxis.range[1] > 3
    assert len(set(figure.data[0].marker.color)) == 2
    curve = residual_figures.steps(
        {"mean": np.array([0.1, np.nan])}, np.array([4, 8]), axis="share", across="steps"
    )
    assert curve.layout.xaxis.title.text == "steps" and np.isnan(curve.data[0].y[1])


def test_mean_and_spread_stand_below_each_other_on_scales_of_their_own():
    found = {
        "One": {"mean": ONE / 5, "spread": np.abs(ONE)},
        "Refused": {"mean": np.full((12, 10), np.nan), "spread": np.full((12, 10), np.nan)},
    }
    figure = stability_figures.maps(PICTURE, found, names=("m", "s"), units=("a", "b"))
    drawn = maps(figure)
    assert [(m.zmin, m.zmax) for m in drawn[:1]] == [(-1, 1)]
    assert drawn[1].zmin == 0 and drawn[1].zmax == pytest.approx(np.abs(ONE).max())
    assert [m.showscale for m in drawn] == [True, True, False, False]
    bars = stability_figures.agreement(
        {"signed": {"One": 0.4, "Refused": float("nan")}}, axis="rank"
    )
    assert bars.layout.xaxis.title.text == "rank" and bars.layout.xaxis.range[0] <= 0
    both = stability_figures.agreement({"signed": {"One": 0.4}, "sizes": {"One": 0.6}}, axis="")
    assert [(bar.name, bar.x[0]) for bar in both.data] == [("signed", 0.4), ("sizes", 0.6)]


def brightness(maps, reach=None):
    """(K, h, w) of each of four thumbnails, in their order in the sheet."""
    sheet = layers_figures._montage(maps, reach).astype(float).sum(0)
    _, height, width = maps.shape
    return np.stack([
        sheet[top : top + height, left : left + width]
        for top in (0, height + 1) for left in (0, width + 1)
    ])  # fmt: skip


def test_an_empty_map_looks_empty_and_a_full_one_full():
    maps = np.zeros((4, 3, 3), np.float32)
    maps[0], maps[1, 1, 1] = 2, 1
    full, point, *empty = brightness(maps)
    dark = point[0, 0]
    assert (full == point[1, 1]).all() and full.min() > dark, "alike everywhere is not empty"
    assert all((one == dark).all() for one in empty)


def test_small_maps_are_drawn_on_one_scale_by_choice():
    strong, weak = np.zeros((2, 4, 3, 3), np.float32)
    strong[:, 1, 1], weak[:, 1, 1] = [4, 2, 1, 0.5], 0.25
    own = brightness(strong)[:, 1, 1]
    layer = brightness(strong, 4.0)[:, 1, 1]
    assert len(set(own)) == 1 and list(layer) == sorted(layer, reverse=True)
    pictures = {
        units: [
            image.source
            for image in layers_figures.thumbnails(
                {"a": strong, "b": weak}, "a", units
            ).layout.images
        ]
        for units in ("unit", "layer", "all")
    }
    assert pictures["layer"][0] == pictures["all"][0] != pictures["unit"][0]
    assert pictures["unit"][1] == pictures["layer"][1] != pictures["all"][1]
