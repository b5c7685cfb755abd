"""Do estimators agree on what each feature adds?"""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.explain_tables.figures.features import features_down
from dashboard.explain_tables.figures.waterfall import Floats
from dashboard.figures import palette
from dashboard.language import say


def estimates(
    values: Mapping[str, Floats], features: Sequence[str], unit: str, most: int = 14
) -> go.Figure:
    """A mark for each estimator and feature, on one scale.

    Args:
        values: label of an estimator to its (F,) values, in the order of the registry.
        features: F names.
        unit: of the answer.
        most: features, those with the largest values.
    """
    size = np.max([np.abs(some) for some in values.values()], axis=0)
    order = np.argsort(size, kind="stable")[-most:]
    figure = palette.base("tables_beside", 120 + 32 * len(order))
    spread = np.linspace(0.3, -0.3, len(values)) if len(values) > 1 else np.zeros(1)
    for number, (label, some) in enumerate(values.items()):
        figure.add_scatter(
            x=some[order],
            y=np.arange(len(order)) + spread[number],
            name=label,
            mode="markers",
            marker={
                "color": palette.colour(number),
                "symbol": palette.marker(number),
                "size": 9,
                "line": {"color": palette.EDGE, "width": 1},
            },
            hovertext=[features[i] for i in order],
            hovertemplate=f"{label}, %{{hovertext}}: %{{x:+.4g}}<extra></extra>",
        )
    figure.update_xaxes(
        title=say("explain_tables.axis_plain_value", unit=unit), zerolinecolor=palette.FAINT
    )
    features_down(figure, [features[i] for i in order])
    return figure
