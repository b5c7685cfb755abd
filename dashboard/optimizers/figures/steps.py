"""How long is each step for a unit of gradient, and how do the walks look in three dimensions?"""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.decades import decades
from dashboard.figures.film import Film, base, trace
from dashboard.figures.narrow import different, stacked
from dashboard.language import say, tr
from dashboard.optimizers.figures.ground import levels
from dashboard.optimizers.figures.moment import thin
from dashboard.optimizers.figures.walkers import looks
from engine.topics.optimizers.surfaces import Surface
from engine.topics.optimizers.walks.picture import Picture
from engine.topics.optimizers.walks.walk import Paths

Floats = NDArray[np.float64]


def effective(paths: Paths, height: int = 300) -> Film:
    """How far each coordinate moves for each unit of its gradient, over the updates; a triangle
    where it moves uphill, against its own slope."""
    shown = thin(np.arange(paths.effective.shape[1]), 250)
    data = []
    for axis, suffix in ((0, ""), (1, "2")):
        for k, look in enumerate(looks(paths)):
            size = np.abs(paths.effective[k, shown, axis])
            data.append(
                trace(
                    x=shown + 1,
                    y=np.where(np.isfinite(size) & (size > 0), size, np.nan),
                    xaxis=f"x{suffix}",
                    yaxis=f"y{suffix}",
                    mode="lines",
                    name=look.label,
                    legendgroup=look.label,
                    showlegend=not axis,
                    line={"color": look.colour, "dash": look.dash, "width": 1.8},
                    hovertemplate=f"{look.label}<br>"
                    + tr("update %{x}: %{y:.3g}")
                    + "<extra></extra>",
                )
            )
            uphill = np.where(paths.effective[k, shown, axis] < 0, size, np.nan)
            if np.isfinite(uphill).any():
                data.append(
                    trace(
                        x=shown + 1,
                        y=uphill,
                        xaxis=f"x{suffix}",
                        yaxis=f"y{suffix}",
                        mode="markers",
                        name=look.label,
                        legendgroup=look.label,
                        showlegend=False,
                        marker={"symbol": "triangle-up-open", "size": 8, "color": look.colour},
                        hovertemplate=f"{look.label}<br>"
                        + tr("update %{x}: %{y:.3g} uphill")
                        + "<extra></extra>",
                    )
                )
    log, updates = decades(np.abs(paths.effective)), {"title": {"text": tr("updates")}}
    first, second = (
        {"title": {"text": say("optimizers.effective_axis", weight=x)}} for x in ("x₁", "x₂")
    )
    (upper, lower), total = stacked([180, 180], 64)
    below = {
        "height": total + 120,
        "margin": {"t": 64},
        "xaxis": {"domain": [0, 1]},
        "yaxis": {"domain": list(upper)},
        "xaxis2": {"domain": [0, 1]},
        "yaxis2": {"domain": list(lower)},
    }
    layout = base("effective", height) | {
        "xaxis": updates | {"domain": [0, 0.46]},
        "yaxis": first | log,
        "xaxis2": updates | {"domain": [0.54, 1], "anchor": "y2"},
        "yaxis2": second | log | {"anchor": "x2", "matches": "y"},
        "meta": different(below),
    }
    return Film(data, [], layout)


def solid(surface: Surface, scene: Picture, paths: Paths, height: int = 620) -> go.Figure:
    """The surface in three dimensions, as high as its logarithm, with the walks on it."""
    values, bottom, top = levels(scene)
    figure = palette.base("solid_walk", height)
    figure.add_surface(
        x=scene.x1.astype(np.float32),
        y=scene.x2.astype(np.float32),
        z=values.astype(np.float32),
        colorscale=palette.UNSIGNED,
        opacity=0.9,
        colorbar={"title": {"text": tr("log₁₀ of loss above the lowest"), "side": "right"}},
        hovertemplate="x₁ = %{x:.3g}, x₂ = %{y:.3g}<br>"
        + tr("10^%{z:.2f} above the lowest")
        + "<extra></extra>",
    )
    for k, look in enumerate(looks(paths)):
        x, y = paths.positions[k].T
        out = (x < scene.x1[0]) | (x > scene.x1[-1]) | (y < scene.x2[0]) | (y > scene.x2[-1])
        z = np.log10(np.maximum(paths.losses[k] - scene.lowest, 10**bottom))
        z = np.where(out, np.nan, np.minimum(z, top) + 0.02 * (top - bottom))
        figure.add_scatter3d(
            x=x,
            y=y,
            z=z,
            mode="lines+markers",
            name=look.label,
            line={"color": look.colour, "dash": look.dash, "width": 5},
            marker={"size": 2, "color": look.colour},
            hovertemplate=f"{look.label}<br>x₁ = %{{x:.3g}}, x₂ = %{{y:.3g}}<extra></extra>",
        )
    return figure.update_layout(
        scene={
            "xaxis": {"title": tr("weight x₁")},
            "yaxis": {"title": tr("weight x₂")},
            "zaxis": {"title": tr("log₁₀ loss")},
            "aspectmode": "cube",
            "camera": {"eye": {"x": 0.1, "y": -0.6, "z": 2.1}},  # from above: walks lie in valleys
        }
    )
