"""How does one column's effect depend on its value, and on that of another column?"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.language import say, tr

Floats = NDArray[np.float64]
SPREAD = 0.32  # of a category's room: points beside each other


def dependence(
    x: Floats,
    values: Floats,
    other: Floats | None,
    rows: NDArray[np.int64],
    names: tuple[str, str],
    words: tuple[Sequence[str] | None, Sequence[str] | None],
    unit: str,
    height: int = 440,
) -> go.Figure:
    """Shapley values over a column's values, coloured by another column.

    Args:
        x: (R,) of the column.
        values: (R,) its Shapley values.
        other: (R,) of the column that colours; None: none does.
        rows: (R,) numbers of the rows.
        names: of both columns.
        words: their categories; None: numbers.
        unit: of the values.
    """
    figure = palette.base("tables_dependence", height)
    own, theirs = words
    place = x.astype(np.float64)
    if own is not None:  # beside each other, in the same way every time
        spread = np.random.default_rng(0).uniform(-SPREAD, SPREAD, len(x))
        place = place + spread
    own_value = "%{customdata[1]:.4g}" if own is None else "%{customdata[1]}"
    own_text = x if own is None else np.array(own, object)[x.astype(np.int64)]

    def add(kept: NDArray[np.bool_], name: str, marker: dict[str, object]) -> None:
        figure.add_scattergl(
            x=place[kept],
            y=values[kept],
            mode="markers",
            name=name,
            customdata=np.stack([rows[kept].astype(object), own_text[kept]], 1),
            marker={"size": 6} | marker,
            hovertemplate=f"{names[0]} = {own_value}, {name}<br>"
            + tr("%{y:+.3f} in row %{customdata[0]}")
            + "<extra></extra>",
        )

    everything = np.ones(len(x), bool)
    if other is None:
        add(everything, "", {"color": palette.colour(0), "opacity": 0.7})
    elif theirs is not None:
        for code, name in enumerate(theirs):
            look = {"color": palette.colour(code), "symbol": palette.marker(code), "opacity": 0.75}
            add(other == code, f"{names[1]}: {name}", look)
    else:
        low, high = np.quantile(other, [0.05, 0.95])
        bar = {"title": {"text": names[1], "side": "right"}, "thickness": 10}
        look = {
            "color": other, "colorscale": palette.MARKS, "cmin": low, "cmax": high,
            "showscale": True, "colorbar": bar,
        }  # fmt: skip
        add(everything, names[1], look)
    figure.add_hline(y=0, line={"color": palette.FAINT, "width": 1})
    figure.update_xaxes(title=names[0])
    if own is not None:
        figure.update_xaxes(tickvals=list(range(len(own))), ticktext=list(own))
    figure.update_yaxes(title=say("explain_tables.axis_value_of", name=names[0], unit=unit))
    figure.update_layout(showlegend=theirs is not None and other is not None)
    return figure


def together(
    means: Floats,
    names: tuple[str, str],
    words: tuple[Sequence[str], Sequence[str]],
    what: str,
    reach: float | None = None,
    height: int = 300,
) -> go.Figure:
    """A signed number for every pair of categories.

    Args:
        means: (A, B), nan where there is none.
        names: of the columns whose categories are the rows and the columns of the table.
        words: A and B categories.
        what: name and unit of the number.
        reach: end of the colour scale on both sides; None: the largest number.
    """
    figure = palette.base("tables_together", height)
    end = reach or float(np.nanmax(np.abs(means))) or 1.0
    figure.add_heatmap(
        z=means,
        x=list(words[1]),
        y=list(words[0]),
        zmin=-end,
        zmax=end,
        colorscale=palette.SIGNED,
        xgap=1,
        ygap=1,
        texttemplate="%{z:+.2f}",
        hoverongaps=False,
        colorbar={"title": {"text": what, "side": "right"}, "thickness": 10},
        hovertemplate="%{y}, %{x}: %{z:+.3f}<extra></extra>",
    )
    figure.update_xaxes(title=names[1], showgrid=False)
    figure.update_yaxes(title=names[0], showgrid=False, autorange="reversed")
    return figure
