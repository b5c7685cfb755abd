"""Where do optimizers walk on a surface, and what is in their minds? One film, all together."""

from typing import Any

import numpy as np

from dashboard.figures import palette
from dashboard.figures.decades import decades
from dashboard.figures.film import Film, Trace, base, packed, stops, trace, transport, whole
from dashboard.figures.narrow import different, stacked
from dashboard.language import say, tr
from dashboard.optimizers.figures.ground import ground, painting, scale
from dashboard.optimizers.figures.moment import LEAST, SHOWN, Floats, moment, style, thin
from dashboard.optimizers.figures.walkers import looks
from engine.topics.optimizers.surfaces import Surface
from engine.topics.optimizers.walks.picture import Picture
from engine.topics.optimizers.walks.walk import Paths

CASING = 5  # pixels: wider than a trail


def film(
    surface: Surface, scene: Picture, paths: Paths, *, arrows: bool, height: int = 528
) -> Film:
    """Contour on the left, loss and distance on the right, all walks together.

    A press on the left chooses another start.
    """
    steps = paths.positions.shape[1] - 1
    names = [str(step) for step in stops(steps)]
    moments = [moment(paths, scene, int(name), arrows) for name in names]
    still = [*ground(surface, scene), *_whole(paths, scene)]
    moving = _moving(paths, moments[-1])
    data = [*still, *moving, *_crosses(paths, scene), _start(paths)]
    places = list(range(len(still), len(still) + len(moving)))
    frames = [
        {"name": name, "data": [{"x": packed(x), "y": packed(y)} for x, y in one], "traces": places}
        for name, one in zip(names, moments, strict=True)
    ]
    said = transport([f"{tr('update')} {name}" for name in names], pace=whole(len(names)))
    layout = base("walk", height) | {
        "dragmode": False,
        "images": [painting(scene)],
        "coloraxis": scale(scene),
        # Margins of their own: measuring all labels to find them takes longer than to draw.
        "margin": {"l": 56, "r": 12, "t": 56, "b": 56, "autoexpand": False},
        "meta": different(_below_each_other()) | said,
    }
    layout |= _axes(scene, steps, paths.losses - scene.lowest, paths.distance)
    return Film(data, frames, layout)


def _whole(paths: Paths, scene: Picture) -> list[Trace]:
    """What stays while the film plays: each walk from end to end, its losses and its distances."""
    shown = thin(np.arange(paths.positions.shape[1]), 500)
    # Below all walks: no colour of a walk is seen on every colour of the ground, on white each is.
    casing: Trace = {"mode": "lines", "line": {"color": palette.WHITE, "width": CASING}}
    found = [
        trace(x=x, y=y, showlegend=False, legendgroup=look.label, hoverinfo="skip", **casing)
        for look, (x, y) in zip(
            looks(paths), paths.positions[:, shown].transpose(0, 2, 1), strict=True
        )
    ]
    for k, look in enumerate(looks(paths)):
        common: Trace = {"mode": "lines", "showlegend": False, "legendgroup": look.label}
        x, y = paths.positions[k, shown].T
        line: Trace = {"color": look.colour, "width": 1.5}
        found.append(trace(x=x, y=y, line=line, opacity=0.8, hoverinfo="skip", **common))
        for axis, values in (("2", paths.losses[k] - scene.lowest), ("3", paths.distance[k])):
            found.append(
                trace(
                    x=shown,
                    y=np.maximum(values[shown], LEAST),
                    xaxis=f"x{axis}",
                    yaxis=f"y{axis}",
                    line={"color": look.colour, "dash": look.dash, "width": 2},
                    hovertemplate=f"{look.label}<br>"
                    + tr("update %{x}: %{y:.3g}")
                    + "<extra></extra>",
                    **common,
                )
            )
    return found


def _moving(paths: Paths, last: list[tuple[Floats, Floats]]) -> list[Trace]:
    """What frames replace, in the order of `moment`, as the last of them shows it."""
    found: list[Trace] = [
        {"name": look.label, "legendgroup": look.label, "mode": "lines"}
        | {"line": {"color": look.colour, "dash": look.dash, "width": 3.5}}
        for look in looks(paths)
    ]
    for name, axis in (
        ("momentum", ""),
        ("root of squares", ""),
        ("heads", ""),
        ("loss now", "2"),
        ("distance now", "3"),
    ):
        place = {"xaxis": f"x{axis}", "yaxis": f"y{axis}", "cliponaxis": not axis}
        found.append({"uid": name} | place | style(name, paths))
    return [
        trace(x=x, y=y, hoverinfo="skip", **spec) for spec, (x, y) in zip(found, last, strict=True)
    ]


def _start(paths: Paths) -> Trace:
    x, y = paths.positions[0, 0].tolist()
    ring = {"width": 3, "color": palette.BLACK}
    marker = {"symbol": "circle", "size": 13, "color": palette.EDGE, "line": ring}
    return trace(x=[x], y=[y], mode="markers", name=tr("start"), marker=marker, hoverinfo="skip")


def _crosses(paths: Paths, scene: Picture) -> list[Trace]:
    """A cross where a walk that diverged, or only went far, was last seen in the picture."""
    found = []
    for k, look in enumerate(looks(paths)):
        x, y = paths.positions[k].T
        inside = (x >= scene.x1[0]) & (x <= scene.x1[-1])
        inside &= (y >= scene.x2[0]) & (y <= scene.x2[-1])
        if paths.diverged[k] < 0 or not inside.any():
            continue
        last = int(np.nonzero(inside)[0][-1])
        edge = {"color": palette.EDGE, "width": 1.5}
        when = say("optimizers.ended_lost", step=paths.diverged[k])
        spec = f"{look.label}: {when}<extra></extra>"
        common: Trace = {
            "mode": "markers",
            "name": say("optimizers.has_diverged", name=look.label),
            "marker": {"symbol": "x", "size": 15, "color": look.colour, "line": edge},
            "hovertemplate": spec,
        }
        found.append(trace(x=[float(x[last])], y=[float(y[last])], **common))
        end, loss = _end(paths.losses[k] - scene.lowest)
        found.append(trace(x=[end], y=[loss], xaxis="x2", yaxis="y2", showlegend=False, **common))
    return found


def _end(values: Floats) -> tuple[float, float]:
    """Step and value of the last finite number."""
    last = int(np.nonzero(np.isfinite(values))[0][-1])
    return float(last), float(max(values[last], LEAST))


def _below_each_other() -> dict[str, Any]:
    """The three panels on a narrow screen."""
    domains, total = stacked([250, 130, 130], 52)
    low, high = domains[0]
    bar = {
        "x": 0.86,
        "y": low,
        "yanchor": "bottom",
        "len": high - low,
        "title": {"text": tr("loss")},
    }
    layout: dict[str, Any] = {
        "height": total + 146,
        "margin": {"t": 90, "b": 56},
        "coloraxis": {"colorbar": bar},
    }
    for number, domain in enumerate(domains, 1):
        name = "" if number == 1 else str(number)
        layout[f"xaxis{name}"] = {"domain": [0, 0.84 if number == 1 else 1]}
        layout[f"yaxis{name}"] = {"domain": list(domain)}
    return layout


def _axes(scene: Picture, steps: int, losses: Floats, distances: Floats) -> dict[str, object]:
    """Two weights on the left, loss over distance on the right."""
    plain = {"showgrid": False, "zeroline": False}
    updates = {"domain": [0.74, 1], "range": [0, steps]}
    low, high = scene.x1[[0, -1]].tolist(), scene.x2[[0, -1]].tolist()
    return {
        "xaxis": {"title": {"text": tr("weight x₁")}, "domain": [0, 0.56], "range": low} | plain,
        "yaxis": {"title": {"text": tr("weight x₂")}, "range": high} | plain,
        "xaxis2": updates | {"anchor": "y2"},
        "yaxis2": {"title": {"text": tr("loss above lowest")}, "domain": [0.54, 1], "anchor": "x2"}
        | decades(losses, least=SHOWN),
        "xaxis3": updates | {"anchor": "y3", "title": {"text": tr("updates")}},
        "yaxis3": {
            "title": {"text": tr("distance to a minimum")},
            "domain": [0, 0.46],
            "anchor": "x3",
        }
        | decades(distances, least=SHOWN),
    }
