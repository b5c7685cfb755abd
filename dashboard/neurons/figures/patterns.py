"""What does a linear unit see of pictures that may stand anywhere, and what does a filter see?"""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.narrow import narrow
from dashboard.language import tr
from dashboard.neurons.figures.kinds import COLOURS, SYMBOLS
from engine.topics.neurons.patterns import SIDE, Shifted
from engine.topics.neurons.points import Floats


def classes(found: Shifted, height: int = 240) -> go.Figure:
    """Each picture, and the mean of all its shifts, on one scale."""
    half = len(found.pictures) // 2
    shown = (found.pictures[0], found.means[0], found.pictures[half], found.means[1])
    titles = (tr("A"), tr("mean of A’s shifts"), tr("B"), tr("mean of B’s shifts"))
    figure = make_subplots(1, 4, subplot_titles=titles, horizontal_spacing=0.05)
    for column, values in enumerate(shown, 1):
        figure.add_heatmap(
            z=values.reshape(SIDE, SIDE)[::-1],
            zmin=0,
            zmax=1,
            colorscale=palette.UNSIGNED,
            showscale=column == 4,
            colorbar={"title": tr("pixel"), "len": 1.0, "thickness": 12},
            xgap=2,
            ygap=2,
            hovertemplate="%{z:.3f}<extra></extra>",
            row=1,
            col=column,
        )
    bare: dict[str, Any] = {"showticklabels": False, "showgrid": False, "constrain": "domain"}
    figure.update_xaxes(**bare)
    figure.update_yaxes(**bare)
    for number in range(1, 5):
        which = "" if number == 1 else str(number)
        figure.update_layout({f"yaxis{which}": {"scaleanchor": f"x{which}"}})
    layout = palette.base("patterns", height).layout
    figure.update_layout(height=height, uirevision="patterns", margin=layout.margin)
    small = {"font": {"size": 10}}
    narrow(figure, {"height": 170, "annotations": [small] * 4})
    return figure


def answers(found: Shifted, height: int = 330) -> go.Figure:
    """What three units compute of every shift: two that cannot tell, one that can."""
    rows = (
        (tr("linear unit on pixels"), found.sums),
        (tr("filter, then mean"), found.mean),
        (tr("filter, then maximum"), found.maximum),
    )
    figure = palette.base("answers", height)
    half = len(found.pictures) // 2
    for kind, (name, of) in enumerate(((tr("B"), slice(half, None)), (tr("A"), slice(half)))):
        x: list[float] = []
        y: list[float] = []
        spread = np.linspace(-0.14, 0.14, half) + (0.2 if kind else -0.2)
        for place, (_, values) in enumerate(rows):
            x += _scaled(values)[of].tolist()
            y += (len(rows) - 1 - place + spread).tolist()
        figure.add_scatter(
            x=x,
            y=y,
            mode="markers",
            name=tr("shifts of {name}").format(name=name),
            marker={"symbol": SYMBOLS[kind], "size": 9, "color": palette.colour(COLOURS[kind])},
            hovertemplate="%{x:.3f}<extra></extra>",
        )
    title = tr("what it computes, over the largest size of its row")
    figure.update_xaxes(title=title, range=[-1.1, 1.1])
    names = [name for name, _ in rows][::-1]
    figure.update_yaxes(tickvals=[0, 1, 2], ticktext=names, range=[-0.5, 2.5], title=tr("unit"))
    return figure


def _scaled(values: Floats) -> Floats:
    """Over the largest size; rounding stays at zero."""
    most = float(np.abs(values).max())
    return values / most if most > 1e-9 else np.zeros_like(values)
