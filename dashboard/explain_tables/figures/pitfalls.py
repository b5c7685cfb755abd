"""Where do explanations of tables mislead? What the games ask, and what becomes of the answers."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.explain_tables.figures.all_rows import pattern
from dashboard.explain_tables.figures.two import LEFT, RIGHT, Trace, two, upright
from dashboard.figures import palette
from dashboard.figures.narrow import folded, narrow
from dashboard.language import say, tr

Floats = NDArray[np.float64]
EDGED = {"width": 1.5, "color": palette.EDGE}  # a mark's
THIN = {"width": 1, "color": palette.colour(5)}


def games(
    points: Floats,
    asked: Floats,
    line: Floats,
    row: tuple[float, float],
    grid: Floats,
    curves: Mapping[str, Floats],
    here: float,
    computed: Mapping[str, Floats],
    height: int = 430,
) -> go.Figure:
    """The cloud with the rows that the model is asked about; and both columns' values over ρ.

    Args:
        points: (n, 2) the data.
        asked: (m, 2) rows put together from two people.
        line: (k, 2) around 99 % of the distribution.
        row: the explained one.
        grid: (g,) correlations.
        curves: game to (2, g) Shapley values.
        here: the correlation of the cloud.
        computed: game to (2,) values found without the formula.
    """
    traces: list[Trace] = [
        LEFT
        | {"x": points[:, 0], "y": points[:, 1], "name": tr("data"), "mode": "markers"}
        | {"marker": {"color": palette.faded(7, 0.55), "size": 4}}
        | {"hovertemplate": tr("data: %{x:.2f}, %{y:.2f}<extra></extra>")},
        LEFT
        | {"x": asked[:, 0], "y": asked[:, 1], "mode": "markers"}
        | {"name": tr("put together from two rows")}
        | {"marker": {"color": palette.colour(5), "size": 3, "symbol": "x-thin", "line": THIN}}
        | {"hovertemplate": tr("put together: %{x:.2f}, %{y:.2f}<extra></extra>")},
        LEFT
        | {"x": line[:, 0], "y": line[:, 1], "name": tr("holds 99 % of the data"), "mode": "lines"}
        | {"line": {"color": palette.colour(7), "dash": "dash", "width": 1.5}}
        | {"hoverinfo": "skip"},
        LEFT
        | {"x": [row[0]], "y": [row[1]], "name": tr("the explained row"), "mode": "markers"}
        | {"marker": {"size": 13, "symbol": "diamond", "color": palette.colour(1), "line": EDGED}}
        | {"hovertemplate": tr("the explained row: %{x:.2f}, %{y:.2f}<extra></extra>")},
    ]
    for game, (name, both) in enumerate(curves.items()):
        for column, values in enumerate(both):
            label, colour = f"φ{'₁₂'[column]} {name}", palette.colour((0, 2)[column])
            mark: Trace = {
                "size": 11,
                "symbol": palette.marker(game),
                "color": colour,
                "line": EDGED,
            }
            traces += [
                RIGHT
                | {"x": grid, "y": values, "name": label, "mode": "lines"}
                | {"line": {"color": colour, "dash": ("dot", "solid")[game], "width": 2.5}}
                | {"hovertemplate": f"{label}<br>ρ = %{{x:.2f}}: %{{y:.3f}}<extra></extra>"},
                RIGHT
                | {"x": [here], "y": [computed[name][column]], "name": tr("computed")}
                | {"mode": "markers", "marker": mark, "showlegend": False}
                | {
                    "hovertemplate": say("explain_tables.hover_computed", name=label)
                    + "<extra></extra>"
                },
            ]
    layout = two(
        "tables_games",
        height,
        (tr("what the model is asked about"), tr("what each column is said to do")),
        (
            {"title": {"text": tr("x₁ (standard deviations)")}, "range": [-4, 4]},
            {"title": {"text": tr("x₂ (standard deviations)")}, "range": [-4, 4]},
            {"title": {"text": tr("correlation ρ")}, "range": [-1, 1]},
            {"title": {"text": tr("Shapley value (units of f)")}},
        ),
        share=0.42,
        below=124,
        legend={"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0},
        shapes=[upright(here, RIGHT, color=palette.FAINT, width=2)],
    )
    return go.Figure(data=[{"type": "scatter"} | trace for trace in traces], layout=layout)


def spread(
    values: Floats, sizes: Sequence[int], features: Sequence[str], unit: str, most: int = 5
) -> go.Figure:
    """Values of the strongest columns over the number of background rows, one point a draw.

    Args:
        values: (S, draws, F).
        sizes: S numbers of rows.
        features: F names.
        unit: of the values.
        most: columns that are drawn.
    """
    figure = palette.base("tables_spread", 360)
    order = np.argsort(-np.abs(values[-1]).mean(0), kind="stable")[:most]
    place = np.arange(len(values))
    for index, feature in enumerate(order):
        one = values[:, :, feature]  # (S, draws)
        shift = (index - (len(order) - 1) / 2) * 0.13
        look = {"color": palette.colour(index), "symbol": palette.marker(index), "size": 6}
        figure.add_scatter(
            x=np.repeat(place + shift, one.shape[1]), y=one.ravel(), mode="markers",
            name=features[feature], marker=look, legendgroup=str(index),
            hovertemplate=f"{features[feature]}: %{{y:+.3f}}<extra></extra>",
        )  # fmt: skip
        figure.add_scatter(
            x=place + shift, y=one.mean(1), mode="lines", showlegend=False, hoverinfo="skip",
            line={"color": palette.colour(index), "dash": palette.dash(index), "width": 1.5},
            legendgroup=str(index),
        )  # fmt: skip
    figure.add_hline(y=0, line={"color": palette.FAINT, "width": 1})
    figure.update_xaxes(
        title=tr("background rows"), tickvals=place, ticktext=[str(size) for size in sizes]
    )
    figure.update_yaxes(title=say("explain_tables.axis_value", unit=unit))
    return figure


def side_by_side(
    shown: Mapping[str, Mapping[str, float]], title: str, unit: str, each: int = 26
) -> go.Figure:
    """Bars of the same features under several names, above each other.

    Args:
        shown: name to feature to value; the first name orders the features.
        title: of the number.
        unit: of the number.
    """
    first = next(iter(shown.values()))
    features = sorted(first, key=lambda name: abs(first[name]))
    figure = palette.base("tables_side", 110 + each * len(features) * max(1, len(shown)) // 2)
    for index, (name, values) in enumerate(shown.items()):
        figure.add_bar(
            y=features,
            x=[values.get(feature) for feature in features],
            orientation="h",
            name=name,
            marker={
                "color": palette.colour(index),
                "line": {"width": 0},
                "pattern": pattern(index),
            },
            hovertemplate=f"{name}<br>%{{y}}: %{{x:+.3f}}<extra></extra>",
        )
    whole = f"{title} ({unit})"
    figure.update_xaxes(title=whole)
    narrow(figure, {"xaxis": {"title": folded(whole, 28)}})
    figure.update_yaxes(title=tr("column"), categoryorder="array", categoryarray=features)
    return figure.update_layout(barmode="group", bargap=0.25)


def alarms(
    counts: Mapping[str, NDArray[np.int64]], cities: Sequence[str], height: int = 320
) -> go.Figure:
    """False alarms by city, a bar a model.

    Args:
        counts: model to (4,) false alarms.
        cities: names.
    """
    figure = palette.base("tables_alarms", height)
    for index, (name, values) in enumerate(counts.items()):
        figure.add_bar(
            x=list(cities),
            y=values,
            name=name,
            text=values,
            textposition="outside",
            cliponaxis=False,
            marker={
                "color": palette.colour((5, 0, 2, 3)[index % 4]),
                "line": {"width": 0},
                "pattern": pattern(index),
            },
            hovertemplate=f"{name}, %{{x}}: %{{y:,}}<extra></extra>",
        )
    figure.update_xaxes(title=tr("city"))
    figure.update_yaxes(title=tr("false alarms (payments)"))
    return figure.update_layout(barmode="group")


def pairs(values: Floats, features: Sequence[str], unit: str, height: int = 430) -> go.Figure:
    """What two columns do only together, and on the diagonal what each does by itself.

    Args:
        values: (F, F) mean sizes, at least 0.
        features: F names.
        unit: of the values.
    """
    figure = palette.base("tables_pairs", height)
    figure.add_heatmap(
        z=values,
        x=list(features),
        y=list(features),
        zmin=0,
        colorscale=palette.UNSIGNED,
        xgap=1,
        ygap=1,
        texttemplate="%{z:.2f}",
        colorbar={
            "title": {"text": say("explain_tables.axis_size", unit=unit), "side": "right"},
            "thickness": 10,
        },
        hovertemplate=tr("%{y} with %{x}: %{z:.3f}<extra></extra>"),
    )
    figure.update_xaxes(title=tr("column"), showgrid=False)
    figure.update_yaxes(title=tr("column"), showgrid=False, autorange="reversed")
    narrow(figure, {}, {0: {"texttemplate": ""}})  # no room for numbers: a tap tells them
    return figure
