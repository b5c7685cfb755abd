"""How far is a curve that somebody drew from the right one?"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.figures import palette
from dashboard.language import tr


def guessed(
    x: tuple[float, float], guess: Sequence[float], right: Sequence[float], height: int = 260
) -> go.Figure:
    """Both over evenly spaced places, and what lies between them.

    Args:
        x: lowest and highest place.
    """
    figure = palette.base("guessed", height)
    places = np.linspace(*x, len(right))
    for name, heights, colour, fill in (
        (tr("it is"), right, 0, None),
        (tr("you drew"), guess, 1, "tonexty"),
    ):
        figure.add_scatter(
            x=places, y=list(heights), name=name, mode="lines", fill=fill,
            line={"color": palette.colour(colour), "dash": palette.dash(colour), "width": 2},
            hovertemplate=f"{name}: %{{y:.3g}}<extra></extra>",
        )  # fmt: skip
    return figure
