"""How far is every estimator from the exact values, for the work that it does?"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.explain_tables.figures.features import features_down
from dashboard.figures import palette
from dashboard.figures.narrow import narrow, stacked
from dashboard.language import say, tr

Floats = NDArray[np.float64]
FLOOR = 1e-6  # of the largest exact value: what is nearer is drawn there, and is right


class Tried(NamedTuple):
    """Every estimate of one estimator, in any order: (n,) each."""

    samples: Floats  # 0 where there is no such knob
    error: Floats  # in the unit of the answer
    seconds: Floats
    asked: Floats  # rows


def errors(
    tried: Mapping[str, Tried], scale: float, exact: tuple[float, float] | None, unit: str
) -> go.Figure:
    """Error over rows asked and over seconds; a line through the medians, a mark for each seed.

    Args:
        tried: label of an estimator to its estimates, in the order of the registry.
        scale: the largest exact value, in the unit of the answer.
        exact: rows asked and seconds of all coalitions; None: they were not asked.
        unit: of the answer.
    """
    figure = make_subplots(rows=1, cols=2, shared_yaxes=True, horizontal_spacing=0.03)
    floor = FLOOR * (scale or 1.0)
    for number, (label, some) in enumerate(tried.items()):
        levels = np.unique(some.samples)
        middle = Tried(
            *(
                np.array([np.median(column[some.samples == level]) for level in levels])
                for column in some
            )
        )
        colour, symbol = palette.colour(number), palette.marker(number)
        for column, axis in ((1, "asked"), (2, "seconds")):
            for one, name in ((some, "each"), (middle, "median")):
                line = name == "median"
                figure.add_scatter(
                    x=np.maximum(getattr(one, axis), 1e-5),
                    y=np.maximum(one.error, floor),
                    name=label,
                    legendgroup=label,
                    showlegend=line and column == 1,
                    mode="lines+markers" if line else "markers",
                    line={"color": colour, "width": 2, "dash": palette.dash(number)},
                    marker={
                        "color": colour,
                        "symbol": symbol,
                        "size": 8 if line else 5,
                        "opacity": 1 if line else 0.4,
                    },
                    customdata=np.stack([one.samples, one.error, one.asked, one.seconds], 1),
                    hovertemplate=say(f"explain_tables.hover_{name}", label=label)
                    + "<extra></extra>",
                    row=1,
                    col=column,
                )
    for column in (1, 2):
        if exact is not None and exact[column - 1] > 0:
            grey = {"color": palette.CATEGORIES[7], "width": 1.5, "dash": "dot"}
            figure.add_vline(x=exact[column - 1], line=grey, row=1, col=column)
            figure.add_annotation(
                x=np.log10(exact[column - 1]),  # a logarithmic axis places words by exponent
                y=1,
                yref="y domain",
                yanchor="bottom",
                text=tr("all coalitions"),
                showarrow=False,
                row=1,
                col=column,
            )
    figure.update_yaxes(type="log", exponentformat="power", dtick=1)
    figure.update_yaxes(title=say("explain_tables.axis_error", unit=unit), col=1)
    figure.update_xaxes(type="log", exponentformat="power", dtick=1)
    figure.update_xaxes(title=tr("rows that the model was asked"), col=1)
    figure.update_xaxes(title=tr("seconds"), col=2)
    (upper, lower), total = stacked([260, 260], 96)
    few = {
        "height": total + 210,
        "xaxis": {"domain": [0, 1]},
        "xaxis2": {"domain": [0, 1]},
        "yaxis": {"domain": list(upper)},
        "yaxis2": {
            "domain": list(lower),
            "showticklabels": True,
            "title": {"text": figure.layout.yaxis.title.text},
        },
        "legend": {"y": -60 / total},
    }
    narrow(figure, few)
    return figure.update_layout(
        uirevision="tables_accuracy",
        height=430,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        legend={"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0},
    )


def spread(
    values: Mapping[str, Floats],
    true: Floats,
    features: Sequence[str],
    unit: str,
    looks: Sequence[int],
    most: int = 14,
) -> go.Figure:
    """How far each seed is from the exact value, feature by feature.

    Args:
        values: label of an estimator to (seeds, F), in the order of the registry.
        true: (F,) exact values.
        features: F names.
        unit: of the answer.
        looks: number of each estimator's colour and marker: those that it has in `errors`.
        most: features, those with the largest exact values.
    """
    order = np.argsort(np.abs(true), kind="stable")[-most:]
    figure = palette.base("tables_spread", 130 + 32 * len(order))
    place = np.linspace(0.3, -0.3, len(values)) if len(values) > 1 else np.zeros(1)
    for number, ((label, some), look) in enumerate(zip(values.items(), looks, strict=True)):
        gap = some[:, order] - true[order]  # (seeds, f)
        figure.add_scatter(
            x=gap.ravel(),
            y=np.tile(np.arange(len(order)) + place[number], len(gap)),
            name=label,
            mode="markers",
            marker={
                "color": palette.colour(look),
                "symbol": palette.marker(look),
                "size": 7,
                "opacity": 0.8,
            },
            hovertext=[features[i] for i in order] * len(gap),
            hovertemplate=f"{label}, %{{hovertext}}: %{{x:+.3g}}<extra></extra>",
        )
    figure.update_xaxes(
        title=say("explain_tables.axis_gap", unit=unit), zerolinecolor=palette.CATEGORIES[7]
    )
    features_down(figure, [features[i] for i in order])
    return figure
