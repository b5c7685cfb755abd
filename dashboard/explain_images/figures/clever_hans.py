"""How far does a network lean on a mark, and which methods show it?"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.cells import cells, piled
from dashboard.figures.narrow import different, folded, lying, narrow
from dashboard.figures.png import png


def accuracies(
    found: Mapping[str, Sequence[float]], agreements: Sequence[float], axes: tuple[str, str]
) -> go.Figure:
    """Accuracy over ρ, a line for each thing that happens to the mark.

    Args:
        found: label to accuracy in 0..1 of each network.
        agreements: ρ of each network.
        axes: titles of the horizontal and of the vertical one.
    """
    figure = palette.base("images_hans_accuracy", 330)
    for index, (label, values) in enumerate(found.items()):
        figure.add_scatter(
            x=list(agreements)[: len(values)],
            y=values,
            name=label,
            mode="lines+markers",
            line={"color": palette.colour(index), "dash": palette.dash(index), "width": 2},
            marker={"symbol": palette.marker(index), "size": 9},
            hovertemplate=f"{label}<br>ρ = %{{x:g}}: %{{y:.1%}}<extra></extra>",
        )
    figure.update_xaxes(title=axes[0], range=[-0.03, 1.03])
    figure.update_yaxes(title=axes[1], range=[0, 1.03], tickformat=".0%")
    return figure


def masses(
    found: Mapping[str, Sequence[tuple[float, float]]],
    agreements: Sequence[float],
    looked_at: int,
    area: float,
    axis: str,
    names: tuple[str, str],
) -> go.Figure:
    """Share on the mark of each method, for the first network and for the one looked at.

    Args:
        found: label to (mean, half width) for each network.
        agreements: ρ of each network.
        looked_at: number of the network.
        area: the mark's share of the picture.
        axis: title of the horizontal axis.
        names: of the vertical axis, and of the line at `area`.
    """
    order = sorted(found, key=lambda label: found[label][looked_at][0])
    figure = palette.base("images_hans_mass", 120 + 24 * len(order))
    for index, network in enumerate(dict.fromkeys((0, looked_at))):
        rho = f"ρ = {agreements[network]:g}"
        figure.add_scatter(
            x=[found[label][network][0] for label in order],
            y=order,
            error_x={"array": [found[label][network][1] for label in order], "thickness": 1.5},
            mode="markers",
            name=rho,
            marker={
                "size": 10,
                "color": palette.colour(5 if index else 0),
                "symbol": palette.marker(index),
            },
            hovertemplate=f"%{{y}}, {rho}: %{{x:.1%}} ± %{{error_x.array:.1%}}<extra></extra>",
        )
    figure.add_vline(
        x=area,
        line={"color": palette.GREY, "dash": "dash", "width": 1.5},
        annotation={
            "text": names[1],
            "textangle": 0,
            "yanchor": "bottom",
            "y": 1,
            "xanchor": "left",
        },
    )
    figure.update_xaxes(title=axis, tickformat=".0%", rangemode="tozero", zeroline=False)
    figure.update_yaxes(title=names[0], categoryorder="array", categoryarray=order)
    figure.update_layout(
        margin={"t": 34, "b": 70, "l": 8, "r": 8},
        legend={"orientation": "h", "x": 0, "y": 0, "yanchor": "bottom", "yref": "container"},
    )
    narrow(figure, {"xaxis": {"title": folded(axis)}, "margin": {"b": 86}})
    return figure


def maps(
    picture: NDArray[np.float32], found: Mapping[str, NDArray[np.float32]], bar: str, title: str
) -> go.Figure:
    """The picture and each method's map of it, every one on its own symmetric scale.

    Args:
        picture: (H, W, 3) in 0..1.
        found: label to (H, W).
        bar: title of the colour bar.
        title: of the picture.
    """
    across, height = 6, 190
    count = len(found) + 1
    rows = -(-count // across)
    places = cells(rows, across, across=0.01, down=0.16 / rows)[:count]
    titles = [place.title(text, 12) for place, text in zip(places, [title, *found], strict=True)]
    image = png((picture * 255).round().astype(np.uint8).transpose(2, 0, 1))
    data: list[dict[str, Any]] = [
        {"type": "image", "source": image, "hoverinfo": "skip", **places[0].axes}
    ]
    for (label, one), place in zip(found.items(), places[1:], strict=True):
        reach = float(np.abs(one).max()) or 1.0
        data.append({
            "type": "heatmap",
            "z": one / reach,
            "zmin": -1,
            "zmax": 1,
            "colorscale": palette.SIGNED,
            "customdata": one,
            "showscale": len(data) == 1,
            "colorbar": {"title": {"text": bar, "side": "right"}, "thickness": 10},
            "hovertemplate": f"{label}<br>%{{customdata:.3g}}<extra></extra>",
            **place.axes,
        })  # fmt: skip
    layout: dict[str, Any] = {}
    for place in places:
        layout |= place.frame(*picture.shape[:2])
    pile = piled(count, 3, 108, 28)
    few = pile.layout | {"height": pile.height + 98, "margin": {"b": 64}}
    return go.Figure(
        data,
        layout
        | {
            "annotations": titles,
            "height": 30 + height * rows,
            "margin": {"l": 4, "r": 8, "t": 30, "b": 4},
            "uirevision": "images_hans_maps",
            "meta": different(few, {1: {"colorbar": lying(-10 / pile.height)}}),
        },
    )
