"""How is the room between the lowest and the highest seed drawn? As an area without a line."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def between(
    x: NDArray[Any], low: NDArray[Any], high: NDArray[Any], colour: str, group: str
) -> dict[str, Any]:
    """A scatter trace, to be added below the line that it belongs to.

    Args:
        x, low, high: (E,); where a border is not finite, nothing is drawn.
        colour: faded.
        group: of the legend, of whose line this is the area.
    """
    wide = np.isfinite(low) & np.isfinite(high)
    there = np.concatenate([x[wide], x[wide][::-1]])
    back = np.concatenate([high[wide], low[wide][::-1]]).astype(np.float32)
    # Without a mode Plotly adds points of its own to a trace of less than 20.
    drawn = {"mode": "lines", "fill": "toself", "fillcolor": colour, "line": {"width": 0}}
    return {"x": there, "y": back, "hoverinfo": "skip", "showlegend": False, **drawn} | {
        "legendgroup": group
    }
