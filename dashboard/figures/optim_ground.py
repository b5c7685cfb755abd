"""What does a surface look like from above, and where can it be clicked?"""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from engine.optim.surfaces import Surface
from engine.optim.walks.picture import Picture

Floats = NDArray[np.float64]


def levels(scene: Picture) -> tuple[Floats, float, float]:
    """log₁₀ of the height above the lowest point, and the ends of its scale.

    The scale starts five powers of ten below the highest: a minimum itself has no logarithm.
    """
    above = scene.height - scene.lowest
    top = float(np.log10(max(above.max(), 1e-12)))
    bottom = max(top - 5, float(np.log10(max(np.quantile(above, 0.002), 1e-12))))
    return np.log10(np.maximum(above, 10**bottom)), bottom, top


def ground(surface: Surface, scene: Picture) -> list[go.Heatmap | go.Contour | go.Scatter]:
    """The surface with contours evenly spaced in the logarithm, and its minima as stars."""
    values, bottom, top = levels(scene)
    ticks = np.arange(np.ceil(bottom), np.floor(top) + 1)
    if len(ticks) < 2:
        ticks = np.linspace(bottom, top, 4)
    low, high = np.array([scene.x1[0], scene.x2[0]]), np.array([scene.x1[-1], scene.x2[-1]])
    minima = np.array([m for m in surface.minima if (low <= m).all() and (m <= high).all()])
    minima = minima.reshape(-1, 2)
    where = {"x": scene.x1.astype(np.float32), "y": scene.x2.astype(np.float32)}
    shown = values.astype(np.float32)
    return [
        go.Heatmap(
            **where,
            z=shown,
            zmin=bottom,
            zmax=top,
            zsmooth="fast",  # by the browser: Plotly's own smoothing takes 0.1 s
            colorscale=palette.UNSIGNED,
            customdata=scene.height.astype(np.float32),
            hovertemplate="x₁ = %{x:.3g}, x₂ = %{y:.3g}<br>loss %{customdata:.4g}"
            "<br>click: start here<extra></extra>",
            opacity=0.85,
            colorbar={
                "title": {"text": "loss above<br>the lowest", "side": "top"},
                "thickness": 10,
                "x": 0.565,
                "tickvals": ticks,
                "ticktext": [f"{10**tick:.3g}" for tick in ticks],
            },
        ),
        go.Contour(
            **where,
            z=shown,
            contours={"start": bottom, "end": top, "size": (top - bottom) / 12, "coloring": "none"},
            line={"color": "rgba(255,255,255,0.35)", "width": 0.8},
            showscale=False,
            hoverinfo="skip",
            showlegend=False,
        ),
        go.Scatter(
            x=minima[:, 0],
            y=minima[:, 1],
            mode="markers",
            name="minimum",
            marker={
                "symbol": "star",
                "size": 13 if len(minima) < 10 else 6,
                "color": "#FFFFFF",
                "line": {"color": "#000000", "width": 1},
            },
            hoverinfo="skip",
        ),
    ]
