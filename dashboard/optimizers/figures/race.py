"""Who trains a network best? Bands over seeds, and the U-curve of the learning rate."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from dashboard.figures import palette
from dashboard.figures.between import between
from dashboard.figures.curves import axis
from dashboard.figures.decades import ticks_at
from dashboard.figures.film import colour_of, dash_of, label_of, mark_of
from dashboard.language import say, tr
from engine.topics.optimizers.races.views import Entrant, UCurve
from engine.training.seeds import Band

# The colours of the three classic pictures: black is white on a dark page.
CLASSIC = {"black": palette.TEXT, "blue": palette.BLUE, "green": palette.GREEN}


class Entry(NamedTuple):
    """One band of a chart."""

    label: str
    band: Band
    colour: str
    dash: str = "solid"


def entries_of(entrants: Sequence[Entrant]) -> list[Entry]:
    """Optimizers in their own colours, the rate in the label."""
    return [
        Entry(f"{label_of(id)}, {one.rate:g}", one.band, colour_of(id), dash_of(id))
        for one in entrants
        if (id := one.optimizer)
    ]


def race(
    entries: Sequence[Entry],
    *,
    name: str,
    x_title: str,
    y_title: str,
    per: float = 1.0,
    end: float | None = None,
    at: float | None = None,
    seeds: bool = False,
    log: bool = True,
    height: int = 440,
) -> go.Figure:
    """Geometric mean of the seeds with a band from the lowest to the highest.

    Args:
        entries: what is drawn.
        name: constant, for the zoom to survive.
        per: what x is divided by, as updates by updates an epoch.
        end: right end of the axis, so that it does not jump.
        at: where the entries are compared, where that is not their end.
        seeds: draw every seed faintly.
    """
    figure = palette.base(name, height)
    for entry in entries:
        band, x = entry.band, entry.band.x / per
        area = between(x, band.low, band.high, _faded(entry.colour), entry.label)
        figure.add_scatter(**area)
        for run in band.runs if seeds else ():
            figure.add_scatter(
                x=x,
                y=run,
                mode="lines",
                line={"color": entry.colour, "width": 0.8},
                opacity=0.35,
                hoverinfo="skip",
                showlegend=False,
                legendgroup=entry.label,
            )
        died = (
            ", " + say("optimizers.of_which_died", died=band.died, all=len(band.runs))
            if band.died
            else ""
        )
        figure.add_scatter(
            x=x,
            y=band.middle,
            mode="lines",
            name=entry.label + died,
            legendgroup=entry.label,
            line={"color": entry.colour, "dash": entry.dash, "width": 2.5},
            hovertemplate=f"{entry.label}<br>%{{x:.3g}}: %{{y:.4g}}<extra></extra>",
        )
    figure.update_xaxes(title=x_title, range=[0, end] if end else None)
    figure.update_yaxes(title=y_title, **axis(log, figure))
    if at is not None:
        figure.add_vline(x=at, line={"color": palette.GREY, "dash": "dash", "width": 2})
    return figure


def u_curves(curves: Sequence[UCurve], *, y_title: str, height: int = 440) -> go.Figure:
    """Final loss against learning rate: a dot a seed, a line through their geometric means.

    Rates at which a run died have a cross at the upper border; a star is each one's best.
    """
    figure = palette.base("u_curve", height)
    finite = [c.runs[np.isfinite(c.runs)] for c in curves]
    top = max((float(f.max()) for f in finite if len(f)), default=1.0) * 1.4
    for curve in curves:
        id, colour = curve.optimizer, colour_of(curve.optimizer)
        low, high = curve.runs.min(1), np.where(np.isfinite(curve.runs), curve.runs, -1).max(1)
        high[high < 0] = np.nan
        figure.add_scatter(**between(curve.rates, low, high, _faded(colour), id))
        figure.add_scatter(
            x=curve.rates,
            y=np.where(np.isfinite(curve.middle), curve.middle, np.nan),
            mode="lines+markers",
            name=label_of(id),
            legendgroup=id,
            line={"color": colour, "dash": dash_of(id), "width": 2.5},
            marker={"size": 9, "symbol": mark_of(id)},
            hovertemplate=f"{label_of(id)}<br>"
            + tr("rate %{x:.3g}: geometric mean %{y:.4g}")
            + "<extra></extra>",
        )
        rates = np.repeat(curve.rates, curve.runs.shape[1])
        dead = ~np.isfinite(curve.runs).ravel()
        figure.add_scatter(
            x=rates[~dead],
            y=curve.runs.ravel()[~dead],
            mode="markers",
            marker={"size": 4, "color": colour},
            opacity=0.7,
            hovertemplate=f"{label_of(id)}, "
            + tr("one seed<br>rate %{x:.3g}: %{y:.4g}")
            + "<extra></extra>",
            showlegend=False,
            legendgroup=id,
        )
        if dead.any():
            figure.add_scatter(
                x=np.unique(rates[dead]),
                y=np.full(len(np.unique(rates[dead])), top),
                mode="markers",
                marker={"symbol": "x", "size": 11, "color": colour},
                hovertemplate=f"{label_of(id)}: "
                + tr("runs diverged at rate %{x:.3g}")
                + "<extra></extra>",
                showlegend=False,
                legendgroup=id,
            )
        if curve.best is not None:
            figure.add_scatter(
                x=[curve.best],
                y=[float(curve.middle.min())],
                mode="markers",
                marker={
                    "symbol": "star",
                    "size": 17,
                    "color": colour,
                    "line": {"color": palette.WHITE, "width": 1},
                },
                hovertemplate=f"{label_of(id)}: " + tr("best rate %{x:.3g}") + "<extra></extra>",
                showlegend=False,
                legendgroup=id,
            )
    tried = sorted({float(rate) for curve in curves for rate in curve.rates})
    figure.update_xaxes(title=tr("learning rate"), **ticks_at(tried))
    figure.update_yaxes(title=y_title, **axis(True, figure))
    return figure


def _faded(colour: str) -> str:
    if colour == palette.TEXT:
        return palette.FAINT
    return palette.thin(colour, 0.15)
