"""How do bits/dim change over training, and with the number of pictures?"""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.figures import palette
from dashboard.figures.curves import Line, curves
from dashboard.figures.decades import decades
from dashboard.language import tr


def learning(
    name: str, lines: Sequence[Line], marks: Mapping[str, float], *, per_epoch: int,
    height: int = 340, epochs: float | None = None, at: float | None = None,
) -> go.Figure:  # fmt: skip
    """Bits/dim over epochs, with what can be reached as horizontal lines.

    Args:
        marks: label to bits/dim.
    """
    figure = curves(name, lines, per_epoch=per_epoch, title=tr("bits/dim"), height=height,
                    best=tr("↓ better"), epochs=epochs, at=at)  # fmt: skip
    for index, (label, value) in enumerate(marks.items()):
        figure.add_hline(
            y=value, line={"color": palette.colour(5 + index), "dash": "dot", "width": 1.5},
            annotation={"text": label, "font": {"size": 12}},
            annotation_position="top right" if index % 2 else "bottom right",
        )  # fmt: skip
    return figure


def shrinking(rows: Sequence[tuple[int, float, float]], height: int = 320) -> go.Figure:
    """Train and test bits/dim against the number of training pictures.

    Args:
        rows: (pictures, train, test).
    """
    figure = palette.base("sampling_shrinking", height)
    for index, name in enumerate((tr("training pictures"), tr("test pictures"))):
        figure.add_scatter(
            x=[row[0] for row in rows], y=[row[1 + index] for row in rows], name=name,
            mode="lines+markers", line={"color": palette.colour(index),
                                        "dash": palette.dash(index)},
            marker={"symbol": palette.marker(index), "size": 9},
            hovertemplate=f"{name}: "
            + tr("%{y:.3f} bits/dim<br>%{x:,} pictures") + "<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(
        title=tr("training pictures"), **decades(np.array([row[0] for row in rows], float))
    )
    figure.update_yaxes(title=tr("bits/dim<br>(↓ better)"))
    return figure
