"""What does each optimizer remember and how long does it take? Bars side by side."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.figures import palette
from dashboard.figures.decades import decades
from dashboard.figures.film import label_of
from dashboard.figures.narrow import below, folded, narrow
from dashboard.language import tr
from engine.topics.optimizers.races.cost import Cost


def bars(costs: Sequence[Cost], height: int = 460) -> go.Figure:
    """State in bytes a parameter on the left, microseconds a step on the right."""
    figure = palette.base("cost", height)
    state = tr("state (bytes a parameter), less is better")
    names = [label_of(cost.optimizer) for cost in costs]
    measures = (
        (tr("torch's class"), [c.torch_bytes for c in costs], 0, "", ""),
        (tr("the pure rule"), [c.rule_bytes for c in costs], 1, "", "/"),
        (tr("one step"), [1e6 * c.seconds for c in costs], 2, "2", "."),
    )
    for name, values, index, suffix, pattern in measures:
        figure.add_bar(
            x=values,
            y=names,
            orientation="h",
            name=name,
            xaxis=f"x{suffix}",
            yaxis=f"y{suffix}",
            marker={"color": palette.colour(index), "pattern": {"shape": pattern}},
            text=[f"{value:.3g}" if value < 1000 else f"{value:,.0f}" for value in values],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.4g}<extra>" + name + "</extra>",
        )
    most = max(c.torch_bytes for c in costs), max(c.rule_bytes for c in costs)
    seconds = [c.seconds for c in costs]
    ends = np.array([0.5e6 * min(seconds), 2.5e6 * max(seconds)])  # room for the text
    on_a_phone = below([420, 420], gap=70, margin=120, titled=())
    on_a_phone["yaxis"] |= {"title": {"text": ""}}
    on_a_phone["xaxis"] |= {"title": folded(state, 28)}
    narrow(figure, on_a_phone)
    return figure.update_layout(
        barmode="group",
        xaxis={"title": state, "domain": [0, 0.5], "range": [0, 1.1 * max(most)]},
        yaxis={"title": tr("optimizer"), "autorange": "reversed"},
        xaxis2={
            "title": tr("one step (µs), less is better"),
            "domain": [0.55, 1],
            "anchor": "y2",
            **decades(ends),
            "range": np.log10(ends).tolist(),
        },
        yaxis2={"matches": "y", "showticklabels": False, "anchor": "x2"},
    )
