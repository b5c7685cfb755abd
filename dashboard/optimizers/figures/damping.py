"""How does the error shrink along each direction of a bowl, and what did theory foretell?"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.decades import decades
from dashboard.language import say, tr
from engine.topics.optimizers.walks.damping import Regime

LEAST = 1e-6  # of an error: below, a walk has arrived


class Direction(NamedTuple):
    """One direction of the bowl."""

    curvature: float
    error: NDArray[np.float64]  # (T + 1,) signed, NaN once the walk diverged
    radius: float  # what one step leaves of it
    regime: Regime


def errors(directions: Sequence[Direction], height: int = 360) -> go.Figure:
    """|error| over the updates on a logarithmic axis, with ρᵏ dashed from its first value."""
    figure = palette.base("pair", height)
    drawn = []
    for number, one in enumerate(directions):
        size = np.abs(one.error)
        steps = np.arange(len(size))
        with np.errstate(over="ignore"):
            envelope = size[0] * one.radius**steps
        kind = say(f"optimizers.{one.regime.replace('-', '_')}")
        name = say(
            "optimizers.direction",
            curvature=f"{one.curvature:g}",
            regime=kind,
            radius=f"{one.radius:.3f}",
        )
        shown = np.where(size > 0, size, np.nan)
        drawn.append(shown)
        for values, dash, width, legend in (
            (shown, "solid", 2.5, True),
            (envelope, "dash", 1.5, False),
        ):
            figure.add_scatter(
                x=steps,
                y=np.where(values >= LEAST, values, np.nan),
                mode="lines",
                name=name if legend else f"{name}, {tr('by theory')}",
                legendgroup=name,
                showlegend=legend,
                line={"color": palette.colour((0, 5)[number % 2]), "dash": dash, "width": width},
                hovertemplate=tr("update %{x}: %{y:.3g}") + "<extra></extra>",
            )
    figure.update_xaxes(title=tr("updates"))
    axis = decades(np.concatenate(drawn), least=LEAST)
    return figure.update_yaxes(title=say("optimizers.error_axis"), **axis)
