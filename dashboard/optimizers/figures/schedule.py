"""How does each schedule change the learning rate, all on one axis?"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.language import tr
from dashboard.language.called import member
from engine.optim.schedules import SCHEDULES

POINTS = 600
_ORDER = list(SCHEDULES)


class Look(NamedTuple):
    """Of one schedule, the same on every chart."""

    label: str
    colour: str
    dash: str


def looks(compared: Sequence[str]) -> dict[str, Look]:
    """Looks of schedules by what they are written: by their place in the registry; those with
    knobs of their own have colours that no other has, as long as there are any."""
    own = [text for text in compared if text not in _ORDER]
    count = len(_ORDER)
    free = [n for n in range(count) if _ORDER[n] not in compared]
    places = dict(zip(own, [*free, *range(count, count + len(own))], strict=False))
    found = {}
    for text in compared:
        place = places[text] if text in places else _ORDER.index(text)
        label = member(SCHEDULES.parse(text))
        found[text] = Look(label, palette.colour(place), palette.dash(place))
    return found


def schedules(
    compared: Sequence[tuple[Look, NDArray[np.float64]]],
    others: Mapping[str, NDArray[np.float64]],
    *,
    own: tuple[str, NDArray[np.float64]] | None,
    rate: float,
    per_epoch: int,
    height: int = 380,
) -> go.Figure:
    """Learning rates over epochs.

    Args:
        compared: looks of those that are compared below, and (T,) multipliers of the base rate.
        others: id to (T,) multipliers of those that are not; they are faint.
        own: label and multipliers of the schedule that is composed, and not compared yet.
        rate: base learning rate.
        per_epoch: updates an epoch.
    """
    figure = palette.base("schedules", height)
    for look, values in compared:
        line: dict[str, object] = {"color": look.colour, "dash": look.dash, "width": 3}
        _line(figure, look.label, values * rate, per_epoch, line, 1.0)
    for id, values in others.items():
        line = {"color": palette.GREY, "dash": palette.dash(_ORDER.index(id)), "width": 1.5}
        _line(figure, tr(SCHEDULES[id].about.label), values * rate, per_epoch, line, 0.45)
    if own is not None:
        line = {"color": palette.TEXT, "width": 5}
        _line(figure, own[0], own[1] * rate, per_epoch, line, 0.6)
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
