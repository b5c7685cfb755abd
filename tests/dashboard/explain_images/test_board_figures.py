"""Figures of scoreboard, Clever Hans and sanity check: names, order, values and units."""

import numpy as np
import pytest

from dashboard.explain_images.figures import board as board_figures
from dashboard.explain_images.figures import clever_hans as clever_hans_figures
from dashboard.explain_images.figures import sanity as sanity_figures
from dashboard.explain_images.figures.board import Bar, Curve
from dashboard.figures import palette

NAMES = {"gradient": "gradients", "cam": "maps"}
BARS = [
    Bar("Saliency", "gradient", 0.5, 0.1, 0.4),
    Bar("Grad-CAM", "cam", 0.9, 0.02, 0.1),
    Bar("LRP", "gradient", 0.7, 0.05, 0.2),
]


@pytest.mark.parametrize(("higher", "top"), [(True, "Grad-CAM"), (False, "Saliency")])
def test_the_best_stands_at_the_top_with_its_interval_and_its_untrained_twin(higher, top) -> None:
    floor = Bar("random map", "floor", 0.2, 0.01)
    figure = board_figures.ranking(
        BARS, "Score", NAMES, untrained="untrained", floors=[floor], higher=higher
    )
    assert figure.layout.yaxis.categoryarray[-1] == top
    assert figure.layout.xaxis.title.text == "Score"
    blind, gradients, cams = figure.data
    assert dict(zip(blind.y, blind.x, strict=True))["Grad-CAM"] == 0.1
    assert gradients.name == "gradients" and set(gradients.y) == {"Saliency", "LRP"}
    assert list(cams.error_x.array) == [0.02]
    assert gradients.marker.symbol != cams.marker.symbol, "never by colour alone"
    assert figure.layout.shapes[0].x0 == 0.2
    assert figure.layout.annotations[0].text == "random map"


def test_deletion_and_insertion_share_names_and_run_over_the_whole_picture() -> None:
    line = np.linspace(1, 0, 13, dtype=np.float32)
    curves = [Curve("LRP", "gradient", line, line[::-1]), Curve("random map", "floor", line, line)]
    figure = board_figures.curves(curves, ("out", "in"), ("share", "probability"))
    assert [trace.name for trace in figure.data] == ["LRP", "LRP", "random map", "random map"]
    assert [trace.showlegend for trace in figure.data] == [True, False, True, False]
    assert list(figure.data[0].x[[0, -1]]) == [0, 1]
    assert figure.data[1].y[-1] == 1
    assert figure.layout.yaxis.title.text == "probability"


def test_an_object_that_is_moved_is_marked_among_its_places() -> None:
    picture = np.zeros((32, 32, 3), np.float32)
    chances, places = np.eye(5, dtype=np.float32), np.linspace(0.25, 0.75, 5, dtype=np.float32)
    figure = board_figures.follows(
        picture, picture[..., 0], chances, places, (0.5, 0.25), titles=("a", "b", "c"), bar="p"
    )
    grid, mark = figure.data[3], figure.data[4]
    assert (grid.zmin, grid.zmax) == (0, 1)
    assert grid.colorbar.title.text == "p"
    assert (mark.x[0], mark.y[0]) == (16, 8)


def test_accuracies_have_a_line_for_each_treatment_of_the_mark() -> None:
    figure = clever_hans_figures.accuracies(
        {"kept": [0.8, 1.0], "gone": [0.8, 0.3]}, (0.0, 1.0), ("ρ", "a")
    )
    assert [trace.name for trace in figure.data] == ["kept", "gone"]
    assert len({trace.line.dash for trace in figure.data}) == 2
    assert figure.layout.yaxis.tickformat == ".0%"


def test_masses_are_sorted_by_the_network_looked_at() -> None:
    found = {"LRP": [(0.02, 0.01), (0.4, 0.1)], "Grad-CAM": [(0.03, 0.01), (0.1, 0.02)]}
    figure = clever_hans_figures.masses(found, (0.0, 1.0), 1, 1 / 64, "share", ("method", "area"))
    assert list(figure.layout.yaxis.categoryarray) == ["Grad-CAM", "LRP"]
    assert [trace.name for trace in figure.data] == ["ρ = 0", "ρ = 1"]
    assert figure.layout.shapes[0].x0 == 1 / 64
    alone = clever_hans_figures.masses(found, (0.0, 1.0), 0, 1 / 64, "share", ("method", "area"))
    assert len(alone.data) == 1, "the first network is not compared with itself"


def test_maps_are_signed_symmetric_and_keep_their_values_for_the_hover() -> None:
    maps = {"LRP": np.array([[0.5, -2.0]], np.float32), "empty": np.zeros((1, 2), np.float32)}
    figure = clever_hans_figures.maps(np.zeros((1, 2, 3), np.float32), maps, "share", "picture")
    one, empty = figure.data[1:]
    assert (one.zmin, one.zmax) == (-1, 1)
    assert one.z.tolist() == [[0.25, -1]]
    assert one.customdata.tolist() == [[0.5, -2]]
    assert not empty.z.any(), "an empty map stays empty"
    assert [bool(trace.showscale) for trace in (one, empty)] == [True, False]


def test_similarities_have_intervals_and_a_line_above_which_nothing_moved() -> None:
    series = {"Grad-CAM": (np.array([1.0, 0.1]), np.array([0.0, 0.05]))}
    figure = sanity_figures.curves(series, ["dense"], axis="rank correlation", threshold=0.5)
    (line,) = figure.data
    assert list(line.x) == ["as trained", "+ dense"]
    assert list(line.error_y.array) == [0, 0.05]
    assert figure.layout.shapes[0].y0 == 0.5
    assert not sanity_figures.curves(series, ["dense"], axis="SSIM", threshold=None).layout.shapes


def test_the_sheet_holds_every_map_beside_its_method_and_below_its_stage() -> None:
    maps = {
        "LRP": [np.full((8, 8), 2.0, np.float32), np.full((8, 8), -1.0, np.float32)],
        "CAM": [np.zeros((8, 8), np.float32), np.eye(8, dtype=np.float32)],
    }
    picture = np.ones((8, 8, 3), np.float32)
    figure = sanity_figures.maps(picture, maps, ["picture", "trained", "+ dense"], "share")
    image, sheet = figure.data
    assert sheet.z.shape == (8 + 4 + 8, 3 * 8 + 2 * 4)
    assert sheet.z[4, 14] == 1 and sheet.z[4, 26] == -1
    assert np.isnan(sheet.z[4, 2]), "there is the picture"
    assert image.z[4, 2].tolist() == [255] * 4 and image.z[4, 14, 3] == 0
    assert list(figure.layout.yaxis.ticktext) == ["LRP", "CAM"]
    assert list(figure.layout.yaxis.tickvals) == [4, 16]
    assert list(figure.layout.xaxis.tickvals) == [4, 16, 28]
    assert figure.layout.yaxis.scaleanchor == "x", "pixels stay square"


def test_a_colour_means_the_same_group_in_ranking_and_curves():
    line = np.linspace(1, 0, 5)
    groups = ("cam", "gradient", "perturbation", "cam")
    curves = [Curve(group, group, line, line) for group in groups]
    drawn = board_figures.curves(curves, ("a", "b"), ("x", "y"))
    colours = {t.name: t.line.color for t in drawn.data}
    assert colours == {name: palette.colour(board_figures.GROUPS[name]) for name in colours}
    dashes = [t.line.dash for t in drawn.data if t.showlegend]
    assert len(set(dashes)) == len(curves), "one group, two dashes"
