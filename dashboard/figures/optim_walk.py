"""Where do optimizers walk on a surface, and what is in their minds? One film, all together."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.optim_film import (
    Film,
    base,
    colour_of,
    dash_of,
    label_of,
    mark_of,
    packed,
    stops,
    transport,
)
from engine.optim.surfaces import Surface
from engine.optim.walks.picture import Picture
from engine.optim.walks.walk import Paths

POINTS = 1000  # of all walks together in one frame
PICKS = 21  # places along each axis that a click can choose
ARM = 0.11  # longest arrow, in widths of the picture
Floats = NDArray[np.float64]


def film(
    surface: Surface, scene: Picture, paths: Paths, *, arrows: bool, height: int = 600
) -> Film:
    """Contour on the left, loss and distance on the right, all walks together.

    A press on the left chooses another start: markers that nobody sees lie all over it.
    """
    figure = Film()
    figure.add_traces(_ground(surface, scene))
    steps = paths.positions.shape[1] - 1
    names = stops(steps)
    full = _thin(np.arange(steps + 1), 500)
    moving: list[int] = []
    for k, id in enumerate(paths.optimizers):
        style = {"color": colour_of(id), "dash": dash_of(id), "width": 2}
        figure.add_scatter(
            x=paths.positions[k, full, 0],
            y=paths.positions[k, full, 1],
            mode="lines",
            line={"color": colour_of(id), "width": 1},
            opacity=0.6,
            hoverinfo="skip",
            showlegend=False,
            legendgroup=id,
        )
        for axis, values in (("2", paths.losses[k] - scene.lowest), ("3", paths.distance[k])):
            figure.add_scatter(
                x=full,
                y=np.maximum(values[full], 1e-16),
                xaxis=f"x{axis}",
                yaxis=f"y{axis}",
                mode="lines",
                line=style,
                showlegend=False,
                legendgroup=id,
                hovertemplate=f"{label_of(id)}<br>update %{{x}}: %{{y:.3g}}<extra></extra>",
            )
    moments = [_moment(paths, scene, int(step), arrows) for step in names]
    for k, id in enumerate(paths.optimizers):
        moving.append(len(figure.data))
        x, y = moments[-1][k]
        figure.add_scatter(
            x=x,
            y=y,
            name=label_of(id),
            legendgroup=id,
            mode="lines",
            line={"color": colour_of(id), "width": 3},
            hoverinfo="skip",
        )
    looks = [
        ("momentum", "x", "y"),
        ("root of squares", "x", "y"),
        ("heads", "x", "y"),
        ("loss now", "x2", "y2"),
        ("distance now", "x3", "y3"),
    ]
    for place, (name, xaxis, yaxis) in enumerate(looks):
        moving.append(len(figure.data))
        x, y = moments[-1][len(paths.optimizers) + place]
        figure.add_scatter(
            x=x, y=y, name=name, xaxis=xaxis, yaxis=yaxis, hoverinfo="skip", **_look(name, paths)
        )
    _crosses(figure, paths, scene)
    figure.add_scatter(
        x=[paths.positions[0, 0, 0]],
        y=[paths.positions[0, 0, 1]],
        mode="markers",
        name="start",
        marker={
            "symbol": "circle",
            "size": 13,
            "color": "#FFFFFF",
            "line": {"width": 3, "color": "#000000"},
        },
        hoverinfo="skip",
    )
    figure.add_trace(clickable(surface, scene))
    axes = _axes(scene, steps, paths.losses - scene.lowest, paths.distance)
    layout = base("walk", height) | {
        "clickmode": "event+select",
        "dragmode": False,
        # Margins of their own: measuring all labels to find them takes longer than to draw.
        "margin": {"l": 56, "r": 12, "t": 56, "b": 128, "autoexpand": False},
    }
    return figure.film(
        [
            {
                "name": str(step),
                "data": [{"x": packed(x), "y": packed(y)} for x, y in moment],
                "traces": moving,
            }
            for step, moment in zip(names, moments, strict=True)
        ],
        **layout,
        **axes,
        **transport([str(step) for step in names], prefix="update ", y=-0.09),
    )


def levels(scene: Picture) -> tuple[Floats, float, float]:
    """log₁₀ of the height above the lowest point, and the ends of its scale.

    The scale starts five powers of ten below the highest: a minimum itself has no logarithm.
    """
    above = scene.height - scene.lowest
    top = float(np.log10(max(above.max(), 1e-12)))
    bottom = max(top - 5, float(np.log10(max(np.quantile(above, 0.002), 1e-12))))
    return np.log10(np.maximum(above, 10**bottom)), bottom, top


def _ground(surface: Surface, scene: Picture) -> list[go.Contour | go.Scatter]:
    """The surface with contours evenly spaced in the logarithm, and its minima as stars."""
    values, bottom, top = levels(scene)
    ticks = np.arange(np.ceil(bottom), np.floor(top) + 1)
    if len(ticks) < 2:
        ticks = np.linspace(bottom, top, 4)
    low, high = np.array([scene.x1[0], scene.x2[0]]), np.array([scene.x1[-1], scene.x2[-1]])
    minima = np.array([m for m in surface.minima if (low <= m).all() and (m <= high).all()])
    minima = minima.reshape(-1, 2)
    return [
        go.Contour(
            x=scene.x1.astype(np.float32),
            y=scene.x2.astype(np.float32),
            z=values.astype(np.float32),
            colorscale=palette.UNSIGNED,
            zmin=bottom,
            zmax=top,
            contours={
                "start": bottom,
                "end": top,
                "size": (top - bottom) / 12,
                "coloring": "heatmap",
            },
            line={"color": "rgba(255,255,255,0.35)", "width": 0.8},
            hoverinfo="skip",
            opacity=0.85,
            colorbar={
                "title": {"text": "loss above<br>the lowest", "side": "top"},
                "thickness": 10,
                "x": 0.565,
                "tickvals": ticks,
                "ticktext": [f"{10**tick:.3g}" for tick in ticks],
            },
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


def clickable(surface: Surface, scene: Picture) -> go.Scatter:
    """Invisible markers all over: contours cannot be selected, markers can."""
    every = np.linspace(0, len(scene.x1) - 1, PICKS).round().astype(int)
    x, y = np.meshgrid(scene.x1[every], scene.x2[every])
    return go.Scatter(
        x=x.ravel().astype(np.float32),
        y=y.ravel().astype(np.float32),
        name="choose a start",
        mode="markers",
        showlegend=False,
        marker={"size": 15, "symbol": "square", "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=scene.height[np.ix_(every, every)].ravel().astype(np.float32),
        hovertemplate="x₁ = %{x:.3g}, x₂ = %{y:.3g}<br>loss %{customdata:.4g}"
        "<br>click: start here<extra></extra>",
    )


def _thin(values: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """At most so many of the values, both ends included."""
    if len(values) <= most:
        return values
    return values[np.unique(np.linspace(0, len(values) - 1, most).round().astype(int))]


def _moment(paths: Paths, scene: Picture, step: int, arrows: bool) -> list[tuple[Floats, Floats]]:
    """What every moving trace holds at one step, in the order that `film` adds them."""
    count = len(paths.optimizers)
    seen = _thin(np.arange(step + 1), max(40, POINTS // count))
    trails = [(paths.positions[k, seen, 0], paths.positions[k, seen, 1]) for k in range(count)]
    here = np.array([_alive(paths, k, step) for k in range(count)])
    heads = paths.positions[np.arange(count), here]  # (K, 2)
    none = (np.array([np.nan]), np.array([np.nan]))
    memory = (_arrows(paths, scene, here, heads), _bars(paths, scene, here, heads))
    now = np.arange(count)
    return [
        *trails,
        *(memory if arrows else (none, none)),
        (heads[:, 0], heads[:, 1]),
        (here.astype(float), np.maximum(paths.losses[now, here] - scene.lowest, 1e-16)),
        (here.astype(float), np.maximum(paths.distance[now, here], 1e-16)),
    ]


def _alive(paths: Paths, k: int, step: int) -> int:
    """The step, or the last one before the walk diverged."""
    end = int(paths.diverged[k])
    return min(step, end - 1) if end >= 0 else step


def _arrows(
    paths: Paths, scene: Picture, here: NDArray[np.int64], heads: Floats
) -> tuple[Floats, Floats]:
    """From each head along the downhill side of its momentum: head, tip, gap."""
    now = np.arange(len(here))
    size = np.array([np.ptp(scene.x1), np.ptp(scene.x2)])
    longest = _largest(np.linalg.norm(paths.direction, axis=-1))  # (K,)
    arm = -paths.direction[now, here] / longest[:, None] * ARM * size.min()
    gap = np.full_like(heads, np.nan)
    points = np.stack([heads, heads + arm, gap], 1).reshape(-1, 2)
    return points[:, 0], points[:, 1]


def _bars(
    paths: Paths, scene: Picture, here: NDArray[np.int64], heads: Floats
) -> tuple[Floats, Floats]:
    """A cross at each head, each arm the root of that coordinate's squares."""
    now = np.arange(len(here))
    size = np.array([np.ptp(scene.x1), np.ptp(scene.x2)])
    roots = np.sqrt(np.maximum(paths.squares, 0))  # NaN where a rule keeps none
    longest = _largest(roots.max(-1))
    arm = roots[now, here] / longest[:, None] * ARM / 2 * size.min()  # (K, 2)
    gap = np.full_like(heads, np.nan)
    flat, tall = arm * [1, 0], arm * [0, 1]
    points = np.stack([heads - flat, heads + flat, gap, heads - tall, heads + tall, gap], 1)
    points = points.reshape(-1, 2)
    return points[:, 0], points[:, 1]


def _largest(values: Floats) -> Floats:
    """Largest finite value of each row, never 0."""
    found = np.where(np.isfinite(values), values, 0).max(1)
    return np.where(found > 0, found, 1.0)


def _look(name: str, paths: Paths) -> dict[str, object]:
    """Lines and markers of one moving trace."""
    colours = [colour_of(id) for id in paths.optimizers]
    if name == "momentum":
        return {
            "mode": "lines+markers",
            "showlegend": False,
            "line": {"color": "#FFFFFF", "width": 2.5},
            "marker": {
                "symbol": "arrow",
                "angleref": "previous",
                "size": [0, 13, 0] * len(colours),
                "color": "#FFFFFF",
                "line": {"color": "#000000", "width": 1},
            },
        }
    if name == "root of squares":
        return {
            "mode": "lines",
            "showlegend": False,
            "line": {"color": "#FFFFFF", "width": 1.5, "dash": "dot"},
        }
    return {
        "mode": "markers",
        "showlegend": False,
        "marker": {
            "size": 12,
            "color": colours,
            "symbol": [mark_of(id) for id in paths.optimizers],
            "line": {"color": "#FFFFFF", "width": 1.5},
        },
    }


def _crosses(figure: go.Figure, paths: Paths, scene: Picture) -> None:
    """A cross where a walk that diverged, or only went far, was last seen in the picture."""
    for k, id in enumerate(paths.optimizers):
        x, y = paths.positions[k].T
        inside = (x >= scene.x1[0]) & (x <= scene.x1[-1])
        inside &= (y >= scene.x2[0]) & (y <= scene.x2[-1])
        if paths.diverged[k] < 0 or not inside.any():
            continue
        last = int(np.nonzero(inside)[0][-1])
        for axis, at in (("", (x[last], y[last])), ("2", _end(paths.losses[k] - scene.lowest))):
            figure.add_scatter(
                x=[at[0]],
                y=[at[1]],
                xaxis=f"x{axis}",
                yaxis=f"y{axis}",
                mode="markers",
                name=f"{label_of(id)} diverged",
                showlegend=not axis,
                marker={
                    "symbol": "x",
                    "size": 15,
                    "color": colour_of(id),
                    "line": {"color": "#FFFFFF", "width": 1.5},
                },
                hovertemplate=f"{label_of(id)}: diverged at update {paths.diverged[k]}"
                "<extra></extra>",
            )


def _end(values: Floats) -> tuple[float, float]:
    """Step and value of the last finite number."""
    last = int(np.nonzero(np.isfinite(values))[0][-1])
    return float(last), float(max(values[last], 1e-16))


def decades(values: Floats) -> dict[str, object]:
    """A logarithmic axis with a tick a decade, or at 1, 2 and 5 where there are too few."""
    good = values[np.isfinite(values) & (values > 1e-16)]
    span = float(np.log10(good.max() / good.min())) if len(good) else 0.0
    dtick = "D2" if span < 1.5 else max(1, round(span / 5))
    return {"type": "log", "exponentformat": "power", "dtick": dtick}


def _axes(scene: Picture, steps: int, losses: Floats, distances: Floats) -> dict[str, object]:
    """Two weights on the left, loss over distance on the right."""
    plain = {"showgrid": False, "zeroline": False}
    updates = {"domain": [0.74, 1], "range": [0, steps]}
    low, high = scene.x1[[0, -1]].tolist(), scene.x2[[0, -1]].tolist()
    return {
        "xaxis": {"title": {"text": "weight x₁"}, "domain": [0, 0.56], "range": low} | plain,
        "yaxis": {"title": {"text": "weight x₂"}, "range": high} | plain,
        "xaxis2": updates | {"anchor": "y2"},
        "yaxis2": {"title": {"text": "loss above lowest"}, "domain": [0.54, 1], "anchor": "x2"}
        | decades(losses),
        "xaxis3": updates | {"anchor": "y3", "title": {"text": "updates"}},
        "yaxis3": {"title": {"text": "distance to a minimum"}, "domain": [0, 0.46], "anchor": "x3"}
        | decades(distances),
    }


def effective(paths: Paths, height: int = 300) -> go.Figure:
    """How far each coordinate moves for each unit of its gradient, over the updates."""
    figure = palette.base("effective", height)
    shown = _thin(np.arange(paths.effective.shape[1]), 250)
    for axis, suffix in ((0, ""), (1, "2")):
        for k, id in enumerate(paths.optimizers):
            size = np.abs(paths.effective[k, shown, axis])
            figure.add_scatter(
                x=shown + 1,
                y=np.where(np.isfinite(size) & (size > 0), size, np.nan).astype(np.float32),
                xaxis=f"x{suffix}",
                yaxis=f"y{suffix}",
                mode="lines",
                name=label_of(id),
                legendgroup=id,
                showlegend=not axis,
                line={"color": colour_of(id), "dash": dash_of(id), "width": 1.8},
                hovertemplate=f"{label_of(id)}<br>update %{{x}}: %{{y:.3g}}<extra></extra>",
            )
    log = decades(np.abs(paths.effective))
    return figure.update_layout(
        xaxis={"title": "updates", "domain": [0, 0.46]},
        yaxis={"title": "effective step of x₁", **log},
        xaxis2={"title": "updates", "domain": [0.54, 1], "anchor": "y2"},
        yaxis2={"title": "effective step of x₂", "anchor": "x2", "matches": "y", **log},
    )


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
        colorbar={"title": {"text": "log₁₀ of loss above the lowest", "side": "right"}},
        hovertemplate="x₁ = %{x:.3g}, x₂ = %{y:.3g}<br>10^%{z:.2f} above the lowest<extra></extra>",
    )
    for k, id in enumerate(paths.optimizers):
        x, y = paths.positions[k].T
        out = (x < scene.x1[0]) | (x > scene.x1[-1]) | (y < scene.x2[0]) | (y > scene.x2[-1])
        z = np.log10(np.maximum(paths.losses[k] - scene.lowest, 10**bottom))
        z = np.where(out, np.nan, np.minimum(z, top) + 0.02 * (top - bottom))
        figure.add_scatter3d(
            x=x,
            y=y,
            z=z,
            mode="lines+markers",
            name=label_of(id),
            line={"color": colour_of(id), "width": 5},
            marker={"size": 2, "color": colour_of(id)},
            hovertemplate=f"{label_of(id)}<br>x₁ = %{{x:.3g}}, x₂ = %{{y:.3g}}<extra></extra>",
        )
    return figure.update_layout(
        scene={
            "xaxis": {"title": "weight x₁"},
            "yaxis": {"title": "weight x₂"},
            "zaxis": {"title": "log₁₀ loss"},
            "aspectmode": "cube",
        }
    )
