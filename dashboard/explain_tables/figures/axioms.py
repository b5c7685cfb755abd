"""Which axioms does which estimator keep on this model, and by how much are the others missed?"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.language import tr

KEPT = 1e-6  # of the largest value: rounding, not a miss


def axioms(
    residuals: NDArray[np.float64], estimators: Sequence[str], names: Sequence[str]
) -> go.Figure:
    """Residuals as shares of the largest exact value, on a logarithmic scale.

    Args:
        residuals: (E, A) at least 0; nan where an estimator does not fit the changed model.
        estimators: E labels.
        names: A axioms.
    """
    figure = palette.base("tables_axioms", 90 + 34 * len(estimators))
    text = [[_cell(value) for value in row] for row in residuals]
    figure.add_heatmap(
        z=np.log10(np.maximum(residuals, KEPT)),
        x=list(names),
        y=list(estimators),
        zmin=np.log10(KEPT),
        zmax=0,
        colorscale=palette.UNSIGNED,
        xgap=2,
        ygap=2,
        text=text,
        texttemplate="%{text}",
        textfont={"size": 13},
        customdata=residuals,
        hovertemplate=tr(
            "%{y}, %{x}<br>missed by %{customdata:.2e} of the largest value<extra></extra>"
        ),
        hoverongaps=False,
        colorbar={
            "title": {"text": tr("missed by, share of the largest value"), "side": "right"},
            "thickness": 10,
            "tickvals": [-6, -4, -2, 0],
            "ticktext": [tr("kept"), "10⁻⁴", "1 %", "100 %"],
        },
    )
    figure.update_xaxes(title=tr("axiom"), side="top", showgrid=False)
    figure.update_yaxes(title=tr("estimator"), autorange="reversed", showgrid=False)
    return figure


def _cell(value: float) -> str:
    if np.isnan(value):
        return "–"
    if value <= KEPT:
        return tr("kept")
    return f"{value:.1%}" if value >= 0.001 else f"{value:.0e}".replace("-0", "−")
