"""What a browser may say about a click, and what it is sent."""

import gzip
import json

import plotly.graph_objects as go
import pytest
from pydantic import ValidationError

from dashboard.core.chart import ADDRESS, Point, library, payload


def test_a_click_is_numbers_and_words_alone() -> None:
    point = Point.model_validate({"x": 1, "y": 2.5, "custom": [3, "petal length"]})
    assert point == Point(x=1.0, y=2.5, custom=(3.0, "petal length"))
    for bad in (None, {}, {"x": "NaN", "y": 0}, {"x": 0, "y": float("inf")}, {"x": 0, "y": [1]}):
        with pytest.raises(ValidationError):
            Point.model_validate(bad)


def test_a_figure_is_sent_without_a_template_and_with_its_numbers() -> None:
    told = json.loads(payload(go.Figure(go.Scatter(y=[1.0, 2.0])), alt="two points"))
    assert told["alt"] == "two points"
    assert told["figure"]["data"][0]["y"] == [1.0, 2.0]
    assert "template" not in told["figure"]["layout"]


def test_the_library_is_the_one_that_comes_with_plotly() -> None:
    assert b"plotly.js v" in gzip.decompress(library())[:200]
    assert ADDRESS.endswith(".js")
