"""A figure that is sent says what Plotly's own dictionary says."""

import base64
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from dashboard.figures.packing import SHORT, contents, packed


def opened(value: Any) -> Any:
    """Without base64."""
    if isinstance(value, dict):
        if set(value) >= {"dtype", "bdata"}:
            assert value["dtype"] in SHORT
            flat = np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"])
            shape = [int(n) for n in value.get("shape", str(len(flat))).split(",")]
            return flat.reshape(shape).tolist()
        return {name: opened(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [opened(item) for item in value]
    return value.tolist() if isinstance(value, np.ndarray) else value


@pytest.mark.parametrize(
    "values",
    [
        np.arange(5), np.array([-1, 300]), np.array([2**40, 1]), np.array([1.5, np.nan]),
        np.array([True, False]), np.array(["a", "b"]), np.array([]), np.arange(6).reshape(2, 3),
        np.float32([1, 2]), np.uint8([0, 255]), [1, 2.5], ["a", None], np.arange(8)[::2],
    ],
)  # fmt: skip
def test_every_kind_of_values_arrives(values: Any) -> None:
    figure = go.Figure(go.Scatter(y=values, customdata=values))
    figure.add_bar(x=["one"], y=values, marker={"line": {"width": 1}})
    figure.frames = [go.Frame(name="0", data=[go.Scatter(y=values)])]
    figure.update_layout(meta={"of": [{"a": np.arange(3)}]}, annotations=[{"text": "here", "x": 1}])
    mine, plotlys = opened(packed(contents(figure))), opened(figure.to_dict())
    np.testing.assert_equal(mine, plotlys)


def test_tables_of_numbers_are_sent_in_single_precision() -> None:
    z = np.random.default_rng(0).normal(size=(4, 5))
    sent = packed(contents(go.Figure(go.Heatmap(z=z))))["data"][0]["z"]
    assert sent["dtype"] == "f4" and sent["shape"] == "4, 5"
    assert np.allclose(opened(sent), z, rtol=1e-6)


def test_nothing_of_the_figure_is_changed() -> None:
    figure = go.Figure(go.Scatter(y=np.arange(3)))
    packed(contents(figure))["layout"]["title"] = "other"
    assert isinstance(figure.data[0].y, np.ndarray) and figure.layout.title.text is None
