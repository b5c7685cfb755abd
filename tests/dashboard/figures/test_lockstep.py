"""The runs of a seed move together: each frame has every network at one moment."""

import base64

import numpy as np
import plotly.graph_objects as go
import pytest

from dashboard.figures.lockstep import lockstep

EPOCHS = np.array([0.0, 1.0, 2.0])
CURVES = {"a": (EPOCHS, np.array([0.7, 0.2, 0.1])), "b": (EPOCHS, np.array([0.7, 0.6, 0.5]))}


def surfaces(level: float) -> dict[str, np.ndarray]:
    one = np.full((2, 5, 5), level)
    return {"a": one, "b": 1 - one}


def film(parted: float | None = 1.0) -> go.Figure:
    moments = [(0.0, surfaces(0.5)), (1.0, surfaces(0.7)), (2.0, surfaces(0.9))]
    return lockstep(CURVES, moments, title="loss (nats)", parted=parted)


def number(packed: dict[str, str]) -> float:
    return float(np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])[0])


def test_every_frame_moves_each_point_and_each_surface() -> None:
    found = film()
    assert [frame["name"] for frame in found.frames] == ["0", "1", "2"]
    for place, frame in enumerate(found.frames):
        assert len(frame["data"]) == len(frame["traces"]) == 4
        for point, (x, y) in zip(frame["data"], CURVES.values(), strict=False):
            assert number(point["x"]) == x[place]
            assert number(point["y"]) == pytest.approx(y[place])
        names = [found.data[trace].get("name") for trace in frame["traces"][:2]]
        assert names == ["a", "b"]
        assert all(found.data[trace]["type"] == "image" for trace in frame["traces"][2:])
    pictures = [frame["data"][2]["source"] for frame in found.frames]
    assert len(set(pictures)) == 3 and pictures[-1] == found.data[4]["source"]


def test_it_is_what_plotly_would_accept_and_marks_where_the_runs_part() -> None:
    figure = go.Figure(film().to_dict())
    assert figure.layout.shapes[0].x0 == 1
    assert figure.layout.yaxis.title.text == "loss (nats)"
    assert figure.layout.xaxis.title.text == "epochs"
    assert not film(parted=None).layout["shapes"]


def test_pictures_are_drawn_anew_in_every_frame() -> None:
    assert film().layout["meta"]["film"]["redraw"], "Plotly moves only points without"
