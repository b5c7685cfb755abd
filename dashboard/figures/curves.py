"""How did values change over training?"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.between import between
from dashboard.figures.decades import decades
from dashboard.language import say, tr
from engine.training.seeds import Band

# Where the axis of a measure ends at most: what lies beyond would flatten what is to be seen.
BOUNDS = {"accuracy": (0.0, 1.0), "r2": (-1.0, 1.0)}


class Look(NamedTuple):
    """Of one setting, the same in every chart of a comparison."""

    colour: str
    dash: str


def looks(labels: Sequence[str], *, numbers: Sequence[float] = ()) -> dict[str, Look]:
    """Colours and dashes of settings; a ramp where three and more of them are numbers.

    Args:
        numbers: what each setting is, where it is a number.
    """
    if len(numbers) < 3:
        return {name: Look(palette.colour(i), palette.dash(i)) for i, name in enumerate(labels)}
    shades = palette.ramp(len(labels))
    ranks = np.argsort(np.argsort(numbers, kind="stable"), kind="stable")
    return {
        name: Look(shades[rank], palette.dash(int(rank)))
        for name, rank in zip(labels, ranks, strict=True)
    }


class Line(NamedTuple):
    """One curve of a chart."""

    label: str
    steps: NDArray[np.int64]  # (n,) updates
    values: NDArray[np.float64]  # (n,)
    colour: int  # index into the palette
    dash: int = 0
    raw: bool = False  # noisy: smoothed where that is chosen, with the raw curve faint behind


def smooth(values: NDArray[np.float64], weight: float) -> NDArray[np.float64]:
    """Exponential moving average without the bias towards its start.

    Args:
        values: (n,).
        weight: share of the past that is kept, in [0, 1).

    Returns:
        (n,); the same whatever comes later.
    """
    if weight <= 0:
        return values
    out, total, norm = np.empty_like(values), 0.0, 0.0
    for i, value in enumerate(values):
        total = weight * total + (1 - weight) * value
        norm = weight * norm + (1 - weight)
        out[i] = total / norm
    return out


def curves(
    name: str,
    lines: Sequence[Line],
    *,
    per_epoch: int,
    title: str,
    log: bool = False,
    smoothing: float = 0.0,
    at: float | None = None,
    epochs: float | None = None,
    height: int = 300,
    best: str = "",
    bounds: tuple[float, float] | None = None,
) -> go.Figure:
    """Curves over epochs.

    Args:
        name: constant, for the zoom to survive.
        lines: what is drawn; an empty one keeps its place in the legend.
        per_epoch: updates an epoch, to turn steps into epochs.
        title: of the y axis, with its unit.
        log: logarithmic y axis.
        smoothing: weight of the moving average of raw lines; 0 draws them as they are.
        at: epoch of the playhead.
        epochs: right end of the axis, so that it does not jump.
        best: hint which way is better, shown with the title.
        bounds: see `bounded`.
    """
    figure = palette.base(name, height)
    for line in lines:
        x = line.steps / per_epoch
        shown = {"color": palette.colour(line.colour), "dash": palette.dash(line.dash), "width": 2}
        when = tr("epoch %{x:.2f}, update %{customdata:,}")
        hover = f"{line.label}: %{{y:.4g}}<br>{when}<extra></extra>"
        if line.raw and smoothing > 0:
            figure.add_scatter(
                x=x,
                y=line.values,
                mode="lines",
                showlegend=False,
                legendgroup=line.label,
                hoverinfo="skip",
                line={"color": palette.faded(line.colour, 0.3), "width": 1},
            )
        figure.add_scatter(
            x=x,
            y=smooth(line.values, smoothing) if line.raw else line.values,
            name=line.label,
            legendgroup=line.label,
            mode="lines" if len(x) != 1 else "markers",
            line=shown,
            customdata=line.steps,
            hovertemplate=hover,
        )
    if at is not None:
        figure.add_vline(x=at, line={"color": palette.FAINT, "width": 2})
    figure.update_xaxes(title=tr("epochs"), range=[0, epochs] if epochs else None)
    figure.update_yaxes(title=f"{title}{f'<br>({best})' if best else ''}", **axis(log, figure))
    if bounds is not None:
        bounded(figure, bounds)
    return figure


def bounded(figure: go.Figure, bounds: tuple[float, float]) -> None:
    """Let the y axis end where a measure tells no more, and say in the picture what is below.

    A curve that goes lower has a triangle at the edge, where it is lowest, with the value; below
    the axis stands how low the lowest is.

    Args:
        bounds: lowest and highest value that the axis shows; less where the curves take less.
    """
    low, high = bounds
    room = 0.03 * (high - low)
    figure.update_yaxes(autorangeoptions={"clipmin": low - room, "clipmax": high + room})
    found = []
    for line in [t for t in figure.data if t.name and t.y is not None and len(t.y)]:
        values = np.asarray(line.y, float)
        if not np.isfinite(values).any() or (least := float(np.nanmin(values))) >= low:
            continue
        found.append(least)
        figure.add_scatter(
            x=[line.x[int(np.nanargmin(values))]],
            y=[low],
            mode="markers",
            marker={"symbol": "triangle-down", "size": 11, "color": line.line.color},
            showlegend=False,
            legendgroup=line.legendgroup,
            cliponaxis=False,
            hovertemplate=f"{line.name}: {least:.4g}<extra></extra>",
        )
    if found:
        ends = {"low": f"{low:g}", "least": f"{min(found):,.4g}"}
        text = say("figures.cut", count=len(found), **ends).replace("-", "−")
        figure.update_xaxes(title=f"{figure.layout.xaxis.title.text}<br>{text}")


def axis(log: bool, figure: go.Figure) -> dict[str, Any]:
    """A linear axis for what is drawn in a figure, or a logarithmic one."""
    if not log:
        return {"type": "linear"}
    drawn = [np.asarray(t.y, float).ravel() for t in figure.data if t.y is not None]
    return decades(np.concatenate([np.empty(0), *drawn]))


def bands(
    name: str,
    groups: Mapping[str, Band],
    *,
    title: str,
    log: bool = False,
    parted: float | None = None,
    height: int = 360,
    styles: Mapping[str, Look] | None = None,
    legend: str = "",
    bounds: tuple[float, float] | None = None,
) -> go.Figure:
    """One curve a setting with a band from the lowest to the highest of its seeds.

    Args:
        groups: label to the seeds of each setting, x in epochs.
        title: of the y axis, with its unit.
        log: logarithmic y axis.
        parted: epoch from which the settings differ.
        styles: of each label; None: as `looks`.
        legend: what all labels are values of, said once.
        bounds: see `bounded`.
    """
    figure = palette.base(name, height)
    styles = styles or looks(list(groups))
    if legend:
        figure.update_layout(legend_title=legend)
    for label, band in groups.items():
        colour, dash = styles[label]
        if len(band.runs) > 1:
            area = between(band.x, band.low, band.high, palette.thin(colour, 0.18), label)
            figure.add_scatter(**area)
        figure.add_scatter(
            x=band.x,
            y=band.middle,
            name=label,
            legendgroup=label,
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2},
            customdata=np.stack([band.low, band.high], -1),
            hovertemplate=f"{label}: %{{y:.4g}} (%{{customdata[0]:.3g}} – %{{customdata[1]:.3g}})"
            "<br>" + tr("epoch %{x:.2f}") + "<extra></extra>",
        )
    figure.update_xaxes(title=tr("epochs"))
    figure.update_yaxes(title=title, **axis(log, figure))
    if bounds is not None:
        bounded(figure, bounds)
    if parted is not None:
        figure.add_vline(x=parted, line={"color": palette.GREY, "dash": "dash", "width": 1.5})
    return figure
