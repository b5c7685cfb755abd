"""How does what a feature adds depend on how many others are known already?"""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.tables_waterfall import DOWN, UP, Floats


def by_size(means: Floats, counts: NDArray[np.int64], feature: str, unit: str) -> go.Figure:
    """The F numbers whose plain mean is the Shapley value, and that mean.

    Args:
        means: (F,) of v(S with i) - v(S) over the coalitions of 0, 1, … F-1 others.
        counts: (F,) how many coalitions there are of each size.
        feature: its name.
        unit: of the answer.
    """
    figure = palette.base("tables_sum", 280, showlegend=False)
    figure.add_bar(
        x=np.arange(len(means)),
        y=means,
        marker={"color": np.where(means >= 0, UP, DOWN).tolist(), "line": {"width": 0}},
        customdata=counts,
        hovertemplate="%{x} others known, %{customdata} coalitions<br>on average %{y:+.4g}"
        "<extra></extra>",
    )
    figure.add_hline(
        y=means.mean(),
        line={"color": palette.CATEGORIES[7], "width": 1.5, "dash": "dot"},
        annotation={
            "text": f"φ = {means.mean():.4g}".replace("-", "−"),
            "showarrow": False,
            "x": 0,
            "xanchor": "left",
        },
    )
    figure.update_xaxes(title="other features known", dtick=1 if len(means) <= 16 else None)
    figure.update_yaxes(title=f"added by {feature}<br>({unit})")
    return figure
