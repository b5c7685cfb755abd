"""How does each schedule change the learning rate, all on one axis?"""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.language import tr
from engine.optim.schedules import SCHEDULES

POINTS = 600
_ORDER = list(SCHEDULES)


def colour_of(schedule: str) -> str:
    """A schedule's colour: by its place in the registry, the same on every chart."""
    return palette.colour(_ORDER.index(schedule))


def dash_of(schedule: str) -> str:
    return palette.dash(_ORDER.index(schedule))


def schedules(
    factors: Mapping[str, NDArray[np.float64]],
    *,
    own: tuple[str, NDArray[np.float64]] | None,
    rate: float,
    per_epoch: int,
    strong: tuple[str, ...],
    height: int = 380,
) -> go.Figure:
    """Learning rates over epochs.

    Args:
        factors: id to (T,) multipliers of the base rate.
        own: label and multipliers of the schedule with its knobs turned.
        rate: base learning rate.
        per_epoch: updates an epoch.
        strong: ids that are compared below; the others are faint.
    """
    figure = palette.base("schedules", height)
    for id, values in factors.items():
        _line(
            figure,
            tr(SCHEDULES[id].about.label),
            values * rate,
            per_epoch,
            {"color": colour_of(id), "dash": dash_of(id), "width": 3 if id in strong else 1.5},
            1.0 if id in strong else 0.45,
        )
    if own is not None:
        _line(
            figure, own[0], own[1] * rate, per_epoch, {"color": palette.colour(7), "width": 5}, 0.8
        )
    figure.update_xaxes(title=tr("epochs"))
    figure.update_yaxes(title=tr("learning rate"), rangemode="tozero")
    return figure


def _line(
    figure: go.Figure,
    name: str,
    values: NDArray[np.float64],
    per_epoch: int,
    line: dict[str, object],
    opacity: float,
) -> None:
    at = np.unique(np.linspace(0, len(values) - 1, POINTS).round().astype(int))
    figure.add_scatter(
        x=(at / per_epoch).astype(np.float32),
        y=values[at].astype(np.float32),
        mode="lines",
        name=name,
        line=line,
        opacity=opacity,
        customdata=at,
        hovertemplate=f"{name}<br>"
        + tr("epoch %{x:.2f}, update %{customdata:,}")
        + ": %{y:.4g}<extra></extra>",
    )
