"""How do runs of one seed move side by side? Their losses, and what each network answers then."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.curves import Look, looks
from dashboard.figures.decades import decades
from dashboard.figures.film import Film, Trace, base, packed, trace, transport, whole
from dashboard.figures.narrow import different, stacked
from dashboard.figures.plane import blend
from dashboard.figures.png import png
from dashboard.language import say, tr

Curve = tuple[NDArray[np.float64], NDArray[np.float64]]  # epochs and losses
Surfaces = Mapping[str, NDArray[Any]]  # label to class probabilities (K, side, side)
COLUMNS, NARROW_COLUMNS = 4, 2  # pictures in a row
LOSSES, EACH, GAP = 230, 170, 76  # heights in pixels, and room for titles between them
MARGIN = {"t": 48, "b": 24}


def lockstep(
    curves: Mapping[str, Curve],
    moments: Sequence[tuple[float, Surfaces]],
    *,
    title: str,
    parted: float | None,
    log: bool = True,
    styles: Mapping[str, Look] | None = None,
    legend: str = "",
) -> Film:
    """Losses with a point that moves along each, above the decision surfaces at that moment.

    Args:
        curves: label of each setting to its loss.
        moments: (epoch, surfaces) of every frame; all with the labels of the first.
        title: of the losses, with their unit.
        parted: epoch from which the runs differ; None: they never do, or share nothing.
        log: logarithmic losses.
        styles: of each label; None: as `looks`.
        legend: what all labels are values of, said once.
    """
    labels = list(moments[-1][1])
    data, moving = _losses(curves, moments, styles or looks(list(curves)))
    for number, label in enumerate(labels, 2):
        axes = {"xaxis": f"x{number}", "yaxis": f"y{number}", "hoverinfo": "skip"}
        data.append(_picture(moments[-1][1][label]) | axes)
    names = [f"{epoch:.4g}" for epoch, _ in moments]
    frames = [
        {
            "name": name,
            "data": points + [_picture(found[label]) for label in labels],
            "traces": [*range(len(curves), 2 * len(curves) + len(labels))],
        }
        for name, points, (_, found) in zip(names, moving, moments, strict=True)
    ]
    said = [f"{say('figures.epoch')}{name}" for name in names]
    drawn = np.concatenate([np.asarray(values, float) for _, values in curves.values()])
    vertical = decades(drawn) if log else {}
    places, phone = (_grid(labels, columns) for columns in (COLUMNS, NARROW_COLUMNS))
    line = {"color": palette.GREY, "dash": "dash", "width": 1.5}
    mark = {"type": "line", "x0": parted, "x1": parted, "y0": 0, "y1": 1, "yref": "y domain"}
    layout = places | {
        "margin": MARGIN | {"l": 64, "r": 12},
        "meta": different(phone) | transport(said, pace=whole(len(said)), redraw=True),
        "shapes": [] if parted is None else [mark | {"line": line}],
        "xaxis": {"title": {"text": tr("epochs")}, "anchor": "y"},
        "yaxis": vertical | {"title": {"text": title}} | places["yaxis"],
    }
    whole_layout = base("lockstep", places["height"]) | layout
    if legend:
        whole_layout["legend"] = whole_layout.get("legend", {}) | {"title": {"text": legend}}
    return Film(data, frames, whole_layout)


def _grid(labels: Sequence[str], columns: int) -> Trace:
    """Height, axes and titles: the losses above rows of so many pictures."""
    rows = -(-len(labels) // columns)
    domains, total = stacked([LOSSES] + [EACH] * rows, GAP)
    found: Trace = {"height": total + sum(MARGIN.values()), "yaxis": {"domain": list(domains[0])}}
    notes = []
    for index, label in enumerate(labels):
        row, column = divmod(index, columns)
        across, number = [(column + 0.02) / columns, (column + 0.98) / columns], index + 2
        hidden = {"visible": False, "constrain": "domain"}
        along = {"domain": list(domains[row + 1]), "anchor": f"x{number}"}
        found[f"xaxis{number}"] = hidden | {"domain": across, "anchor": f"y{number}"}
        found[f"yaxis{number}"] = hidden | along | {"scaleanchor": f"x{number}"}
        place = {"x": sum(across) / 2, "y": domains[row + 1][1], "xref": "paper", "yref": "paper"}
        text = {"text": label, "showarrow": False, "font": {"size": 12}}
        notes.append(text | place | {"xanchor": "center", "yanchor": "bottom"})
    return found | {"annotations": notes}


def _losses(
    curves: Mapping[str, Curve],
    moments: Sequence[tuple[float, Surfaces]],
    styles: Mapping[str, Look],
) -> tuple[list[Trace], list[list[Trace]]]:
    """The lines and then the points on them; and where the points are in each frame."""
    lines, points = [], []
    for index, (label, (x, y)) in enumerate(curves.items()):
        colour, dash = styles[label]
        look = {"color": colour, "dash": dash, "width": 2}
        shared = {"name": label, "legendgroup": label}
        hover = f"{label}: %{{y:.4g}}<extra></extra>"
        lines.append(trace(x=x, y=y, mode="lines", line=look, hovertemplate=hover, **shared))
        marker = {"size": 11, "color": colour, "symbol": palette.marker(index)}
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


def _picture(probabilities: NDArray[Any]) -> Trace:
    """Class probabilities, rows from the lowest x2, as a picture from the highest."""
    source = png(blend(probabilities.astype(np.float64))[::-1].transpose(2, 0, 1))
    return {"type": "image", "source": source}
