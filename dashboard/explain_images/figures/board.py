"""How do methods compare on a score, and how do pictures fade as their evidence is taken away?"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.cells import piled
from dashboard.figures.narrow import folded, lying, narrow, stacked
from dashboard.language import tr

GROUPS = {"gradient": 0, "perturbation": 1, "cam": 2, "floor": 7}  # to a palette's colour


class Bar(NamedTuple):
    """One method on one score."""

    label: str
    group: str  # of GROUPS
    mean: float
    half: float  # half width of the 95 % interval
    untrained: float | None = None  # the mean on the network before it learned


class Curve(NamedTuple):
    """One method's mean probability as pixels are exchanged."""

    label: str
    group: str  # of GROUPS, whose colour it has, as in the ranking
    deletion: NDArray[np.floating]
    insertion: NDArray[np.floating]


def ranking(
    bars: Sequence[Bar],
    axis: str,
    names: dict[str, str],
    *,
    untrained: str,
    floors: Sequence[Bar] = (),
    higher: bool = True,
) -> go.Figure:
    """Every method's mean, the best at the top, with the floors as lines.

    Args:
        bars: of methods.
        axis: title with what better means.
        names: group to what the legend calls it.
        untrained: what the legend calls a method on the network before it learned.
        floors: drawn as vertical lines.
        higher: whether larger is better.
    """
    ordered = sorted(bars, key=lambda bar: bar.mean if higher else -bar.mean)
    figure = palette.base("images_board", 120 + 24 * max(6, len(ordered)), showlegend=True)
    if any(bar.untrained is not None for bar in ordered):
        figure.add_scatter(
            x=[bar.untrained for bar in ordered],
            y=[bar.label for bar in ordered],
            mode="markers",
            name=untrained,
            marker={"symbol": "x-thin", "size": 8, "line": {"width": 2, "color": palette.GREY}},
            hovertemplate="%{y}, " + untrained + ": %{x:.3f}<extra></extra>",
        )
    for group, name in names.items():
        mine = [bar for bar in ordered if bar.group == group]
        if mine:
            figure.add_scatter(
                x=[bar.mean for bar in mine],
                y=[bar.label for bar in mine],
                error_x={"array": [bar.half for bar in mine], "thickness": 1.5, "width": 3},
                mode="markers",
                name=name,
                marker={
                    "size": 10,
                    "color": palette.colour(GROUPS[group]),
                    "symbol": palette.marker(GROUPS[group]),
                },
                hovertemplate="%{y}: %{x:.3f} ± %{error_x.array:.3f}<extra></extra>",
            )
    for index, floor in enumerate(floors):
        figure.add_vline(
            x=floor.mean,
            line={"color": palette.GREY, "dash": palette.dash(index + 1), "width": 1.5},
            annotation={
                "text": floor.label, "textangle": 0, "yanchor": "bottom", "y": 1,
                "yshift": 15 * index,  # floors may be close to each other
            },
        )  # fmt: skip
    figure.update_layout(
        legend={"orientation": "h", "x": 0, "y": 0, "yanchor": "bottom", "yref": "container"},
        margin={"t": 44, "b": 70, "l": 8, "r": 8},
    )
    narrow(
        figure,
        {
            "margin": {"b": 130},
            "height": figure.layout.height + 60,
            "xaxis": {"title": folded(axis)},
            "yaxis": {"title": {"text": ""}},
        },
    )
    figure.update_xaxes(title=axis, zeroline=False)
    figure.update_yaxes(
        categoryorder="array", categoryarray=[bar.label for bar in ordered], title=tr("method")
    )
    return figure


def curves(found: Sequence[Curve], titles: tuple[str, str], axes: tuple[str, str]) -> go.Figure:
    """Deletion beside insertion.

    Args:
        found: told apart by their dashes; their colours are those of their groups.
        titles: of the two panels.
        axes: of the horizontal and of the vertical one.
    """
    figure = make_subplots(
        cols=2, shared_yaxes=True, subplot_titles=titles, horizontal_spacing=0.03
    )
    for index, curve in enumerate(found):
        look = {
            "color": palette.colour(GROUPS[curve.group]),
            "dash": palette.dash(index),
            "width": 2,
        }
        for column, values in enumerate((curve.deletion, curve.insertion), 1):
            figure.add_scatter(
                x=np.linspace(0, 1, len(values)),
                y=values,
                name=curve.label,
                legendgroup=curve.label,
                showlegend=column == 1,
                line=look,
                hovertemplate=f"{curve.label}<br>"
                + tr("%{x:.0%} exchanged: %{y:.3f}")
                + "<extra></extra>",
                row=1,
                col=column,
            )
    figure.update_xaxes(title=axes[0], tickformat=".0%", range=[0, 1])
    figure.update_yaxes(range=[0, 1.02])
    figure.update_yaxes(title=axes[1], col=1)
    figure.update_layout(
        height=330,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        uirevision="images_board_curves",
        legend={"orientation": "h", "y": -0.22, "yanchor": "top", "x": 0},
    )
    (upper, lower), total = stacked([220, 220], 84)
    layout = {
        "height": total + 170,
        "annotations": [{"x": 0.5, "y": upper[1]}, {"x": 0.5, "y": lower[1]}],
        "xaxis": {"domain": [0, 1]},
        "xaxis2": {"domain": [0, 1]},
        "yaxis": {"domain": list(upper)},
        "yaxis2": {"domain": list(lower), "showticklabels": True, "title": {"text": axes[1]}},
        "legend": {"y": -60 / total},
    }
    narrow(figure, layout)
    return figure


def follows(
    picture: NDArray[np.float32],
    heat: NDArray[np.float32],
    chances: NDArray[np.float32],
    places: NDArray[np.float32],
    at: tuple[float, float],
    *,
    titles: tuple[str, str, str],
    bar: str,
) -> go.Figure:
    """The picture, Grad-CAM over it, and the class's probability for every place of its object.

    Args:
        picture: (H, W, 3) in 0..1.
        heat: (H, W) at least 0; nan where there is no map.
        chances: (P, P) probability with the object at (row, column) of the places.
        places: (P,) shares of the side.
        at: where the object stands now, x and y, shares of the side.
        titles: of the three panels.
        bar: title of the colour bar.
    """
    figure = make_subplots(cols=3, subplot_titles=titles, horizontal_spacing=0.04)
    side = len(picture)
    image = (picture * 255).round().astype(np.uint8)
    figure.add_image(z=image, hoverinfo="skip", row=1, col=1)
    figure.add_image(z=image, hoverinfo="skip", row=1, col=2)
    figure.add_heatmap(
        z=heat,
        zmin=0,
        zmax=float(np.nan_to_num(heat).max()) or 1.0,
        colorscale=palette.UNSIGNED,
        opacity=0.65,
        showscale=False,
        hovertemplate=tr("Grad-CAM %{z:.3g}<extra></extra>"),
        row=1,
        col=2,
    )
    figure.add_heatmap(
        z=chances,
        x=places * side,
        y=places * side,
        zmin=0,
        zmax=1,
        colorscale=palette.UNSIGNED,
        colorbar={"title": {"text": bar, "side": "right"}, "thickness": 10},
        hovertemplate=tr("object at (%{x:.0f}, %{y:.0f}): %{z:.1%}<extra></extra>"),
        row=1,
        col=3,
    )
    figure.add_scatter(
        x=[at[0] * side],
        y=[at[1] * side],
        mode="markers",
        marker={
            "symbol": "cross-thin",
            "size": 16,
            "line": {"width": 3, "color": palette.colour(5)},
        },
        hoverinfo="skip",
        row=1,
        col=3,
    )
    for column in (1, 2, 3):
        anchor = "x" if column == 1 else f"x{column}"
        figure.update_xaxes(visible=False, constrain="domain", range=[0, side], row=1, col=column)
        figure.update_yaxes(
            visible=False,
            constrain="domain",
            scaleanchor=anchor,
            range=[side, 0],
            row=1,
            col=column,
        )
    figure.update_layout(
        height=330,
        margin={"l": 4, "r": 4, "t": 30, "b": 4},
        showlegend=False,
        uirevision="images_follows",
    )
    pile = piled(3, 2, 165, 32)
    layout = pile.layout | {"height": pile.height + 100, "margin": {"b": 64}}
    narrow(figure, layout, {3: {"colorbar": lying(-10 / pile.height)}})
    return figure
