"""Which units are dead, in which layer and for which seed?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.language import say, tr

ALIVE, DEAD = palette.colour(4), palette.DARK


def units(dead: NDArray[Any], arms: Sequence[str], seeds: int, height: int = 380) -> go.Figure:
    """A board for each layer and arm: one row a seed, one column a unit; dark is dead.

    Args:
        dead: (2 layers, arms · seeds, width).
        arms: their names.
        seeds: of each arm.
    """
    figure = make_subplots(
        rows=2,
        cols=len(arms),
        shared_xaxes=True,
        vertical_spacing=0.08,
        horizontal_spacing=0.06,
        column_titles=list(arms),
    )
    for layer in range(2):
        for arm in range(len(arms)):
            board = dead[layer, arm * seeds : (arm + 1) * seeds]
            figure.add_heatmap(
                z=board.astype(np.int8),
                x0=1,
                zmin=0,
                zmax=1,
                colorscale=[[0, ALIVE], [0.5, ALIVE], [0.5, DEAD], [1, DEAD]],
                xgap=1,
                ygap=1,
                showscale=layer == 0 and arm == 0,
                colorbar={
                    "thickness": 10,
                    "tickvals": [0.25, 0.75],
                    "ticktext": [tr("alive"), tr("dead")],
                },
                hovertemplate=tr("seed %{y}, unit %{x}") + "<extra></extra>",
                row=layer + 1,
                col=arm + 1,
            )
    for layer in range(2):
        figure.update_yaxes(
            title=say("activations.layer_by_seed", layer=layer + 1), row=layer + 1, col=1
        )
    figure.update_yaxes(autorange="reversed", showgrid=False, zeroline=False)
    figure.update_xaxes(showgrid=False, zeroline=False)
    figure.update_xaxes(title=tr("unit"), row=2)
    return figure.update_layout(
        uirevision="act_dead_units", height=height, margin={"l": 8, "r": 8, "t": 28, "b": 8}
    )
