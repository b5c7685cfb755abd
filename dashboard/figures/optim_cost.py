"""What does each optimizer remember and how long does it take? Bars side by side."""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.figures import palette
from dashboard.figures.optim_film import label_of
from engine.optim.races.cost import Cost


def bars(costs: Sequence[Cost], height: int = 460) -> go.Figure:
    """State in bytes a parameter on the left, microseconds a step on the right."""
    figure = palette.base("cost", height)
    names = [label_of(cost.optimizer) for cost in costs]
    measures = (
        ("torch's class", [c.torch_bytes for c in costs], 0, "", ""),
        ("the pure rule", [c.rule_bytes for c in costs], 1, "", "/"),
        ("one step", [1e6 * c.seconds for c in costs], 2, "2", "."),
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
            text=[f"{value:.3g}" for value in values],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.4g}<extra>" + name + "</extra>",
        )
    return figure.update_layout(
        barmode="group",
        xaxis={"title": "state (bytes a parameter), less is better", "domain": [0, 0.46]},
        yaxis={"title": "optimizer", "autorange": "reversed"},
        xaxis2={
            "title": "one step (µs), less is better",
            "domain": [0.6, 1],
            "anchor": "y2",
            "type": "log",
        },
        yaxis2={"title": "optimizer", "autorange": "reversed", "anchor": "x2"},
    )
