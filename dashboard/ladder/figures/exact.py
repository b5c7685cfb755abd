"""How far is each model from the source, picture by picture and in all?"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.decades import decades
from dashboard.language import say, tr

SIDE = 4
LOWEST = -40.0  # log2 of what is drawn


def divergences(
    names: Sequence[str], bits: Sequence[NDArray[np.float64]], cheats: Sequence[bool]
) -> go.Figure:
    """A row a model: bits above the entropy, a dot a seed; what is no distribution is a cross.

    Args:
        names: of the models, the first on top.
        bits: (S,) of each.
        cheats: whether its probabilities do not sum to 1.
    """
    figure = palette.base("divergences", 70 + 34 * len(names))
    for name, values, cheat in zip(names, bits, cheats, strict=True):
        figure.add_scatter(
            x=np.maximum(values, 1e-4),
            y=[name] * len(values),
            mode="markers",
            marker={
                "size": 13,
                "symbol": "x" if cheat else "circle",
                "color": palette.RED if cheat else palette.BLUE,
            },
            showlegend=False,
            hovertemplate=f"{name}<br>" + tr("%{x:.4g} bits a picture") + "<extra></extra>",
        )
    every = np.maximum(np.concatenate(bits), 1e-4)
    figure.update_xaxes(title=tr("bits a picture above the entropy"), **decades(every))
    figure.update_yaxes(autorange="reversed", categoryorder="array", categoryarray=list(names))
    return figure


def against(log_p: NDArray[np.float64], log_q: NDArray[np.float64], name: str) -> go.Figure:
    """Each of the most likely pictures: what the source and the model give it, in bits.

    Args:
        log_p: (T,) nats.
        log_q: (T,) nats.
    """
    figure = palette.base("against", 380)
    p, q = (np.maximum(log / np.log(2), LOWEST) for log in (log_p, log_q))
    ends = [float(min(p.min(), q.min())), float(max(p.max(), q.max()))]
    figure.add_scatter(
        x=ends, y=ends, mode="lines", name=tr("equal"), hoverinfo="skip",
        line={"color": palette.GREY, "dash": "dash", "width": 1.5},
    )  # fmt: skip
    figure.add_scattergl(
        x=p,
        y=q,
        mode="markers",
        name=name,
        marker={"size": 5, "color": palette.BLUE, "opacity": 0.5},
        hovertemplate=tr("source 2<sup>%{x:.2f}</sup>, model 2<sup>%{y:.2f}</sup>")
        + "<extra></extra>",
    )
    figure.update_xaxes(title=tr("log₂ p, the source"))
    figure.update_yaxes(title=tr("log₂ q, the model"))
    return figure


def sheet(names: Sequence[str], numbers: NDArray[np.int32]) -> go.Figure:
    """Pictures by their numbers, a row a model.

    Args:
        names: of the rows.
        numbers: (R, N) bit i is pixel i.
    """
    rows, across = numbers.shape
    bits = (numbers[..., None].astype(np.int64) >> np.arange(SIDE * SIDE)) & 1
    step = SIDE + 1
    z = np.full((rows * step, across * step), np.nan)
    for row in range(rows):
        for column in range(across):
            z[row * step : row * step + SIDE, column * step : column * step + SIDE] = bits[
                row, column
            ].reshape(SIDE, SIDE)
    figure = palette.base("sheet", 40 + 42 * rows)
    figure.add_heatmap(
        z=z, colorscale=[[0, palette.BLACK], [1, palette.WHITE]], zmin=0, zmax=1, showscale=False,
        hoverinfo="skip",
    )  # fmt: skip
    figure.update_xaxes(visible=False, constrain="domain")
    middles = [row * step + (SIDE - 1) / 2 for row in range(rows)]
    figure.update_yaxes(
        autorange="reversed", tickvals=middles, ticktext=list(names), showgrid=False,
        scaleanchor="x", zeroline=False, constrain="domain", constraintoward="top",
    )  # fmt: skip
    return figure


def lottery(
    names: Sequence[str],
    named: NDArray[np.float64],
    drawn: NDArray[np.float64],
    mixture: NDArray[np.float64],
) -> go.Figure:
    """Bits above the entropy: named orders, random ones, and the average over more of these.

    Args:
        names: of the named orders.
        named: (len(names),).
        drawn: (R,) one a random order.
        mixture: (R,) of the average of p(x) over the first n.
    """
    figure = palette.base("lottery", 420)
    for k, (name, value) in enumerate(zip(names, named, strict=True)):
        figure.add_scatter(
            x=[k - len(names)],
            y=[value],
            mode="markers",
            name=name,
            marker={"size": 11, "symbol": palette.marker(k), "color": palette.colour(k)},
            hovertemplate=f"{name}: " + tr("%{y:.3f} bits") + "<extra></extra>",
        )
    n = np.arange(1, len(drawn) + 1)
    figure.add_scatter(
        x=n,
        y=drawn,
        mode="markers",
        name=tr("a random order"),
        marker={"size": 8, "color": palette.GREY},
        hovertemplate=tr("random order %{x}: %{y:.3f} bits") + "<extra></extra>",
    )
    figure.add_scatter(
        x=n[: len(mixture)],
        y=mixture,
        mode="lines",
        name=tr("average of p(x) over the first n"),
        line={"color": palette.colour(5), "width": 3},
        hovertemplate=tr("%{x} orders: %{y:.3f} bits") + "<extra></extra>",
    )
    figure.update_xaxes(
        title=tr("named orders, then random ones"), tickvals=n[::5].tolist(), zeroline=False
    )
    figure.update_yaxes(title=say("ladder.above_axis"), rangemode="tozero")
    return figure


def no_average(bits: NDArray[np.float64], sums: NDArray[np.float64]) -> go.Figure:
    """What comes of averaging logits over the first n orders: bits, and the sum of "probabilities".

    Args:
        bits: (R,) above the entropy.
        sums: (R,) over all pictures.
    """
    figure = palette.base("no_average", 420)
    n = np.arange(1, len(bits) + 1)
    figure.add_scatter(
        x=n,
        y=bits,
        mode="lines+markers",
        name=tr("average of the logits"),
        customdata=sums,
        line={"color": palette.RED, "width": 2.5, "dash": "dash"},
        hovertemplate=tr("%{x} orders: %{y:.2f} bits, sum over all pictures %{customdata:.2f}")
        + "<extra></extra>",
    )
    figure.add_scatter(
        x=[1, len(bits)],
        y=[0, 0],
        mode="lines",
        name=tr("no distribution lies below"),
        hoverinfo="skip",
        line={"color": palette.GREY, "width": 2},
    )
    figure.update_xaxes(title=tr("orders that are averaged"))
    figure.update_yaxes(title=say("ladder.above_axis"))
    return figure
