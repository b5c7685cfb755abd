"""The film shows what the sampler did: values, places, units."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from dashboard.figures import palette
from dashboard.sampling.figures import bits as bits_figures
from dashboard.sampling.figures import levels
from dashboard.sampling.figures import steps as steps_figures
from dashboard.sampling.picture import board_of, text_of
from engine.autoregressive.models import AUTOREGRESSIVE
from engine.autoregressive.sampling import uniforms
from engine.autoregressive.trajectory import trajectory


@pytest.fixture(scope="module")
def run():
    model = AUTOREGRESSIVE["gated"](channels=6, layers=2).build((1, 4, 5), 3, 0, 1)
    return trajectory(model, uniforms((1, 1, 4, 5), 0))


def frames(figure):
    """As they were given, with their arrays."""
    return [frame._props for frame in figure._frame_objs]


def boards(frame):
    return [trace for trace in frame["data"] if trace["type"] == "heatmap"]


def test_a_frame_a_value_and_one_for_nothing(run):
    figure = steps_figures.film([("a", run)], expected=False, slip=False, at=7)
    assert [frame["name"] for frame in frames(figure)] == [str(n) for n in range(21)]
    for stop, frame in enumerate(frames(figure)):
        z = boards(frame)[0]["z"].ravel()
        assert (z[:stop] == run.levels[:stop]).all() and (z[stop:] == -1).all()
    film = figure.layout.meta["film"]
    assert film["at"] == 7 and len(film["labels"]) == 21
    assert f"{run.bits[:7].sum():.1f} bits so far" in film["labels"][7]
    assert film["rows"] == [0, 5, 10, 15, 20]


def test_the_expectation_is_the_mean_of_the_distribution(run):
    figure = steps_figures.film([("a", run)], expected=True, slip=False, at=20)
    z = boards(frames(figure)[-1])[0]["z"]
    assert z.ravel() == pytest.approx(run.p @ np.arange(3), abs=1e-5)


def test_two_pictures_have_two_of_everything_that_moves(run):
    figure = steps_figures.film([("a", run), ("b", run)], expected=False, slip=False, at=0)
    assert len(boards(frames(figure)[3])) == 2
    titles = {axis.title.text for axis in figure.select_xaxes()} - {None}
    assert {"column", "level", "values drawn"} <= titles


@pytest.mark.parametrize("count", [2, 4, 17, 256])
def test_black_is_black_white_is_white_and_undrawn_is_neither(count):
    scale = levels.grey(count)
    black = 1 / count
    assert scale[-1] == [1, "#FFFFFF"] and [black, "#000000"] in scale
    assert scale[0] == [0, palette.UNDRAWN]


def drawn(trace):
    """(H, W, 4) what the browser gets of a trace in colours."""
    head, data = trace["source"].split(",")
    assert head == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))


def test_colours_come_channel_by_channel():
    model = AUTOREGRESSIVE["gated"](channels=6, layers=2).build((3, 2, 3), 4, 0, 1, (2, 0, 1))
    run = trajectory(model, uniforms((1, 3, 2, 3), 0))
    figure = steps_figures.film([("a", run)], expected=False, slip=False, at=18)
    stops = [
        drawn(next(trace for trace in frame["data"] if trace["type"] == "image"))
        for frame in frames(figure)
    ]
    picture = run.board(run.levels).transpose(1, 2, 0) * 85
    assert (stops[-1][..., :3] == picture).all() and (stops[-1][..., 3] == 255).all()
    undrawn = list(bytes.fromhex(palette.UNDRAWN[1:]))
    assert stops[0][0, 0].tolist() == [*undrawn, 255] == stops[3][0, 1].tolist()
    blue = picture[0, 0, 2]  # the first of this order
    assert stops[1][0, 0].tolist() == [0, 0, blue, 255]
    assert "row 0, column 0, blue" in figure.layout.meta["film"]["labels"][1]


def test_a_gallery_in_colours_is_transparent_between_its_pictures():
    pictures = np.full((2, 3, 4, 4), 6)
    pictures[1, 1:] = 0
    sheet = drawn(bits_figures.gallery(pictures, ["a", "b"], 7).data[0])
    assert (sheet[:4, :4] == 255).all() and sheet[2, 6].tolist() == [255, 0, 0, 255]
    assert not sheet[:, 4, 3].any() and not sheet[4:, :, 3].any()


def test_a_gallery_holds_every_picture_once():
    pictures = np.arange(5 * 3 * 2).reshape(5, 1, 3, 2) + 1
    figure = bits_figures.gallery(pictures, list("abcde"), 40, across=2)
    z = figure.data[0].z
    assert sorted(z[np.isfinite(z)]) == list(range(1, 31))
    assert [note.text for note in figure.layout.annotations] == list("abcde")


def test_entropy_and_divergence_are_drawn_in_bits():
    figure = bits_figures.stacked(1.75, 0.25)
    assert [bar.x[0] for bar in figure.data] == [1.75, 0.25]
    assert figure.layout.xaxis.title.text == "bits a value"


def test_near_the_place_that_opens_every_value_has_a_frame():
    """Of 768 values of a picture in colour only each third has one elsewhere: always blue."""
    stops = steps_figures.stops_of(768, 361, 48)
    assert set(range(352, 371)) <= set(stops) and len(stops) < 340
    assert set(range(0, 769, 48)) <= set(stops), "each end of a row"


def test_probabilities_fill_their_axis(run):
    figure = steps_figures.film([("a", run)], expected=False, slip=False, at=7)
    tops = {axis.title.text: axis.range for axis in figure.select_yaxes()}
    assert tops["p"][1] == pytest.approx(min(1, 1.05 * run.p.max()))


@pytest.mark.parametrize("levels_of_model", [2, 17, 36, 37, 256])
def test_a_board_keeps_black_and_white_whatever_the_levels(levels_of_model):
    values = np.zeros((3, 3), int)
    values[1, 1], values[2, 0] = levels_of_model - 1, 1
    back = board_of(text_of(values, levels_of_model), levels_of_model, (3, 3))
    assert back[1, 1] == levels_of_model - 1 and back[0, 0] == 0 and back[2, 0] > 0


def test_a_board_of_few_levels_reads_as_it_always_did():
    assert board_of("0ag", 17, (1, 3)).tolist() == [[0, 10, 16]]
