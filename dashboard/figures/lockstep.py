"""How do runs of one seed move side by side? Their losses, and what each network answers then."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.decades import decades
from dashboard.figures.film import NARROW, Film, Trace, base, packed, trace, transport
from dashboard.figures.narrow import different
from dashboard.figures.plane import blend
from dashboard.figures.png import png
from dashboard.language import say, tr

Curve = tuple[NDArray[np.float64], NDArray[np.float64]]  # epochs and losses
Surfaces = Mapping[str, NDArray[Any]]  # label to class probabilities (K, side, side)
COLUMNS, EACH, LOSSES = 4, 190, 230  # pictures in a row; heights in pixels


def lockstep(
    curves: Mapping[str, Curve],
    moments: Sequence[tuple[float, Surfaces]],
    *,
    title: str,
    parted: float | None,
    log: bool = True,
) -> Film:
    """Losses with a point that moves along each, above the decision surfaces at that moment.

    Args:
        curves: label of each setting to its loss.
        moments: (epoch, surfaces) of every frame; all with the labels of the first.
        title: of the losses, with their unit.
        parted: epoch from which the runs differ; None: they never do, or share nothing.
        log: logarithmic losses.
    """
    labels = list(moments[-1][1])
    rows = -(-len(labels) // COLUMNS)
    height = LOSSES + rows * (EACH + 24)
    share = rows * (EACH + 24) / height
    data, moving = _losses(curves, moments)
    layout: Trace = {"annotations": [], "shapes": []}
    for index, label in enumerate(labels):
        row, column = divmod(index, COLUMNS)
        left, top = column / COLUMNS, share * (1 - row / rows) - 0.03
        ends = [left + 0.01, left + 1 / COLUMNS - 0.01], [top - share / rows + 0.05, top - 0.02]
        number = index + 2
        layout |= {
            f"xaxis{number}": _bare(ends[0], f"y{number}"),
            f"yaxis{number}": _bare(ends[1], f"x{number}") | {"scaleanchor": f"x{number}"},
        }
        place = {"x": sum(ends[0]) / 2, "y": ends[1][1], "xref": "paper", "yref": "paper"}
        text = {"text": label, "yanchor": "bottom", "showarrow": False, "font": {"size": 12}}
        layout["annotations"].append(place | text)
        axes = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
        data.append(_picture(moments[-1][1][label]) | axes | {"hoverinfo": "skip"})
    if parted is not None:
        layout["shapes"].append(
            {"type": "line", "x0": parted, "x1": parted, "y0": 0, "y1": 1, "yref": "y domain",
             "line": {"color": palette.GREY, "dash": "dash", "width": 1.5}}
        )  # fmt: skip
    names = [f"{epoch:.4g}" for epoch, _ in moments]
    frames = [
        {
            "name": name,
            "data": points + [_picture(found[label]) for label in labels],
            "traces": [*range(len(curves), 2 * len(curves) + len(labels))],
        }
        for name, points, (_, found) in zip(names, moving, moments, strict=True)
    ]
    drawn = np.concatenate([np.asarray(values, float) for _, values in curves.values()])
    vertical = decades(drawn) if log else {}
    layout |= {
        "margin": {"l": 64, "r": 12, "t": 48, "b": 128},
        "meta": different({"margin": {"b": 180}} | NARROW),
        "xaxis": {"title": {"text": tr("epochs")}, "anchor": "y"},
        "yaxis": vertical | {"title": {"text": title}, "domain": [share + 0.14, 1]},
    }
    whole = base("lockstep", height + 176) | layout
    return Film(data, frames, whole | transport(names, prefix=say("figures.epoch"), redraw=True))


def _losses(
    curves: Mapping[str, Curve], moments: Sequence[tuple[float, Surfaces]]
) -> tuple[list[Trace], list[list[Trace]]]:
    """The lines and then the points on them; and where the points are in each frame."""
    lines, points = [], []
    for index, (label, (x, y)) in enumerate(curves.items()):
        look = {"color": palette.colour(index), "dash": palette.dash(index), "width": 2}
        shared = {"name": label, "legendgroup": label}
        hover = f"{label}: %{{y:.4g}}<extra></extra>"
        lines.append(trace(x=x, y=y, mode="lines", line=look, hovertemplate=hover, **shared))
        marker = {"size": 11, "color": palette.colour(index), "symbol": palette.marker(index)}
        points.append(trace(x=x[-1:], y=y[-1:], mode="markers", marker=marker, showlegend=False,
                            hoverinfo="skip", **shared))  # fmt: skip
    moving = []
    for epoch, _ in moments:
        places = [max(0, int(np.searchsorted(x, epoch, "right")) - 1) for x, _ in curves.values()]
        moving.append(
            [
                {"x": packed(x[at : at + 1]), "y": packed(y[at : at + 1])}
                for at, (x, y) in zip(places, curves.values(), strict=True)
            ]
        )
    return lines + points, moving


def _bare(domain: list[float], anchor: str) -> Trace:
    return {"domain": domain, "anchor": anchor, "visible": False, "constrain": "domain"}


def _picture(probabilities: NDArray[Any]) -> Trace:
    """Class probabilities, rows from the lowest x2, as a picture from the highest."""
    source = png(blend(probabilities.astype(np.float64))[::-1].transpose(2, 0, 1))
    return {"type": "image", "source": source}
