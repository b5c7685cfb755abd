"""An axis with a lane for every feature."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.figures import palette


def features_down(figure: go.Figure, names: Sequence[str]) -> None:
    """Features as lanes of the vertical axis, at 0, 1, …, with a line between two."""
    for edge in np.arange(1, len(names)) - 0.5:
        figure.add_hline(y=edge, line={"color": palette.FAINT, "width": 1})
    figure.update_yaxes(
        tickvals=np.arange(len(names)),
        ticktext=list(names),
        range=[-0.6, len(names) - 0.4],
        showgrid=False,
        zeroline=False,
    )
