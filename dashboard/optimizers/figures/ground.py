"""What does a surface look like from above, and where can it be clicked?"""

import numpy as np
from contourpy import contour_generator
from numpy.typing import NDArray
from plotly.colors import get_colorscale, hex_to_rgb

from dashboard.figures import palette
from dashboard.figures.film import Trace, trace
from dashboard.figures.png import png
from dashboard.language import tr
from engine.topics.optimizers.surfaces import Surface
from engine.topics.optimizers.walks.picture import Picture

Floats = NDArray[np.float64]


def levels(scene: Picture) -> tuple[Floats, float, float]:
    """log₁₀ of the height above the lowest point, and the ends of its scale.

    The scale starts five powers of ten below the highest: a minimum itself has no logarithm.
    """
    above = scene.height - scene.lowest
    top = float(np.log10(max(above.max(), 1e-12)))
    bottom = max(top - 5, float(np.log10(max(np.quantile(above, 0.002), 1e-12))))
    return np.log10(np.maximum(above, 10**bottom)), bottom, top


def ground(surface: Surface, scene: Picture) -> list[Trace]:
    """Contours evenly spaced in the logarithm, minima as stars; `painting` gives the colours."""
    values, bottom, top = levels(scene)
    low, high = np.array([scene.x1[0], scene.x2[0]]), np.array([scene.x1[-1], scene.x2[-1]])
    minima = np.array([m for m in surface.minima if (low <= m).all() and (m <= high).all()])
    minima = minima.reshape(-1, 2)
    lines = [
        np.concatenate([line, [[np.nan, np.nan]]])
        for line in _isolines(scene, values, np.linspace(bottom, top, 13)[1:-1])
    ]
    x, y = np.concatenate(lines).T if lines else np.empty((2, 0))
    return [
        trace(
            "heatmap",
            x=scene.x1,
            y=scene.x2,
            z=values,
            coloraxis="coloraxis",
            customdata=scene.height,
            hovertemplate="x₁ = %{x:.3g}, x₂ = %{y:.3g}<br>"
            + tr("loss %{customdata:.4g}<br>click: start here")
            + "<extra></extra>",
            opacity=0,  # for pointer and colour bar alone: a film's frames take heat maps away
        ),
        trace(
            x=x,
            y=y,
            mode="lines",
            line={"color": "rgba(255,255,255,0.35)", "width": 0.8},
            hoverinfo="skip",
            showlegend=False,
        ),
        trace(
            x=minima[:, 0],
            y=minima[:, 1],
            mode="markers",
            name=tr("minimum"),
            marker={
                "symbol": "star",
                "size": 13 if len(minima) < 10 else 6,
                "color": palette.WHITE,
                "line": {"color": palette.BLACK, "width": 1},
            },
            hoverinfo="skip",
        ),
    ]


def scale(scene: Picture) -> dict[str, object]:
    """The colours and their bar, for the layout."""
    _, bottom, top = levels(scene)
    ticks = np.arange(np.ceil(bottom), np.floor(top) + 1)
    if len(ticks) < 2:
        ticks = np.linspace(bottom, top, 4)
    return {
        "cmin": bottom,
        "cmax": top,
        "colorscale": get_colorscale(palette.UNSIGNED),
        "colorbar": {
            "title": {"text": tr("loss above<br>the lowest"), "side": "top"},
            "thickness": 10,
            "x": 0.565,
            "tickvals": ticks.tolist(),
            "ticktext": [f"{10**tick:.3g}" for tick in ticks],
        },
    }


def painting(scene: Picture) -> dict[str, object]:
    """The colours of the surface as an image of the layout, which stays while a film plays."""
    values, bottom, top = levels(scene)
    share = np.clip((values - bottom) / (top - bottom), 0, 1)[::-1]  # first row at the top
    stops, colours = zip(*get_colorscale(palette.UNSIGNED), strict=True)
    parts = np.array([hex_to_rgb(colour) for colour in colours])  # (stops, 3)
    rgb = np.stack([np.interp(share, stops, part) for part in parts.T]).round().astype(np.uint8)
    (left, right), (low, high) = scene.x1[[0, -1]].tolist(), scene.x2[[0, -1]].tolist()
    wide, tall = scene.x1[1] - left, scene.x2[1] - low  # a pixel
    return {
        "source": png(rgb),
        "xref": "x",
        "yref": "y",
        "x": left - wide / 2,
        "y": high + tall / 2,
        "sizex": right - left + wide,
        "sizey": high - low + tall,
        "sizing": "stretch",
        "layer": "below",
        "opacity": 0.85,
    }


def _isolines(scene: Picture, values: Floats, heights: Floats) -> list[Floats]:
    """Lines of equal height, each (N, 2)."""
    generator = contour_generator(scene.x1, scene.x2, values)
    return [np.asarray(line) for height in heights for line in generator.lines(height)]
