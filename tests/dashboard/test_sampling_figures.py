"""The film shows what the sampler did: values, places, units."""

import numpy as np
import pytest

from dashboard.figures import sampling_bits, sampling_steps
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
    figure = sampling_steps.film([("a", run)], expected=False, slip=False, at=7)
    assert [frame["name"] for frame in frames(figure)] == [str(n) for n in range(21)]
    for stop, frame in enumerate(frames(figure)):
        z = boards(frame)[0]["z"].ravel()
        assert (z[:stop] == run.levels[:stop]).all() and (z[stop:] == -1).all()
    slider = figure.to_dict()["layout"]["sliders"][0]
    assert slider["active"] == 7 and len(slider["steps"]) == 21
    assert f"{run.bits[:7].sum():.1f} bits so far" in slider["steps"][7]["label"]


def test_the_expectation_is_the_mean_of_the_distribution(run):
    figure = sampling_steps.film([("a", run)], expected=True, slip=False, at=20)
    z = boards(frames(figure)[-1])[0]["z"]
    assert z.ravel() == pytest.approx(run.p @ np.arange(3), abs=1e-5)


def test_two_pictures_have_two_of_everything_that_moves(run):
    figure = sampling_steps.film([("a", run), ("b", run)], expected=False, slip=False, at=0)
    assert len(boards(frames(figure)[3])) == 2
    titles = {axis.title.text for axis in figure.select_xaxes()} - {None}
    assert {"column", "level", "values drawn"} <= titles


@pytest.mark.parametrize("levels", [2, 4, 17, 256])
def test_black_is_black_white_is_white_and_undrawn_is_neither(levels):
    scale = sampling_steps.grey(levels)
    black = 1 / levels
    assert scale[-1] == [1, "#FFFFFF"] and [black, "#000000"] in scale
    assert scale[0] == [0, sampling_steps.UNDRAWN]


def test_a_gallery_holds_every_picture_once():
    pictures = np.arange(5 * 3 * 2).reshape(5, 3, 2) + 1
    figure = sampling_bits.gallery(pictures, list("abcde"), 40, across=2)
    z = figure.data[0].z
    assert sorted(z[np.isfinite(z)]) == list(range(1, 31))
    assert [note.text for note in figure.layout.annotations] == list("abcde")


def test_entropy_and_divergence_are_drawn_in_bits():
    figure = sampling_bits.stacked(1.75, 0.25)
    assert [bar.x[0] for bar in figure.data] == [1.75, 0.25]
    assert figure.layout.xaxis.title.text == "bits a value"
