"""How does what a feature adds depend on how many others are known already?"""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.explain_tables.figures.waterfall import DOWN, UP, Floats
from dashboard.figures import palette
from dashboard.language import say, tr


def by_size(means: Floats, counts: NDArray[np.int64], feature: str, unit: str) -> go.Figure:
    """The F numbers whose plain mean is the Shapley value, and that mean.

    Args:
        means: (F,) of v(S with i) - v(S) over the coalitions of 0, 1, … F-1 others.
        counts: (F,) how many coalitions there are of each size.
        feature: its name.
        unit: of the answer.
    """
    mean = float(means.mean())
    bars = {
        "type": "bar",
        "x": np.arange(len(means)),
        "y": means,
        "marker": {"color": np.where(means >= 0, UP, DOWN).tolist(), "line": {"width": 0}},
        "customdata": counts,
        "hovertemplate": tr(
            "%{x} others known, %{customdata} coalitions<br>on average %{y:+.4g}<extra></extra>"
        ),
    }
    level = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": mean, "y1": mean}
    label = {"text": f"φ = {mean:.4g}".replace("-", "−"), "showarrow": False}
    layout = {
        "uirevision": "tables_sum",
        "height": 280,
        "showlegend": False,
        "hovermode": "closest",
        "margin": {"l": 92, "r": 16, "t": 28, "b": 68},
        "shapes": [level | {"line": {"color": palette.CATEGORIES[7], "width": 1.5, "dash": "dot"}}],
        "annotations": [
            label | {"xref": "paper", "x": 0, "xanchor": "left", "y": mean, "yanchor": "bottom"}
        ],
        "xaxis": {"title": {"text": tr("other features known")}}
        | {"dtick": 1 if len(means) <= 16 else None},
        "yaxis": {"title": {"text": say("explain_tables.axis_added", name=feature, unit=unit)}},
    }
    return go.Figure(data=[bars], layout=layout)
