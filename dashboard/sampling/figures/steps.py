"""How is a picture made value by value? A film that runs in the browser, one frame a value."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.film import transport
from dashboard.figures.narrow import different, stacked
from dashboard.language import say, tr
from dashboard.sampling.figures.levels import channel_names, pixels
from engine.autoregressive.trajectory import Trajectory

MOST_FRAMES = 300
NEAR = 12  # values before and after the one that opens which all have a frame
PLAY_MS = 150


def film(
    runs: Sequence[tuple[str, Trajectory]],
    *,
    expected: bool,
    slip: bool,
    at: int,
    height: int = 680,
) -> go.Figure:
    """Pictures beside the distribution of their current value.

    Args:
        runs: title and trajectory of one or two pictures of one size.
        expected: draw the mean of each distribution in place of the level that was drawn.
        slip: the cumulative curve is read from the wrong end.
        at: values drawn in the picture that opens.
    """
    total = len(runs[0][1].levels)
    columns = len(runs) + 1
    figure = make_subplots(
        rows=3, cols=columns,
        specs=[[{"rowspan": 3}] * len(runs) + [{}]] + [[None] * len(runs) + [{}]] * 2,
        column_widths=[1.0] * len(runs) + [1.1], horizontal_spacing=0.07, vertical_spacing=0.22,
        subplot_titles=[title for title, _ in runs]
        + [tr("probability of each level"), tr("cumulative curve and u"), tr("bits so far")],
    )  # fmt: skip
    for place, (_, run) in enumerate(runs, 1):
        _board(figure, run, place)
    moving = len(figure.data)
    for trace, (row, column) in _frame(runs, at, expected, slip):
        figure.add_trace(trace, row=row, col=column)
    for number, (title, run) in enumerate(runs):
        figure.add_scatter(
            x=np.arange(1, total + 1), y=run.bits.cumsum(), mode="lines", name=title,
            line={"color": palette.faded(number, 0.45), "dash": palette.dash(number)},
            hovertemplate=tr("value %{x}<br>%{y:.1f} bits<extra></extra>"), row=3, col=columns,
        )  # fmt: skip
    channels, _, width = runs[0][1].shape
    stops = stops_of(total, at, channels * width)
    count = len(_frame(runs, 0, expected, slip))
    # Checked frames would take longer to build than the picture takes to be made.
    figure._frame_objs = tuple(
        go.Frame(
            _validate=False,
            name=str(stop),
            data=[trace for trace, _ in _frame(runs, stop, expected, slip)],
            traces=list(range(moving, moving + count)),
        )
        for stop in stops
    )
    _axes(figure, runs, columns)
    figure.update_layout(
        height=height, margin={"l": 8, "r": 8, "t": 30, "b": 8}, showlegend=False,
        dragmode=False, barmode="group", bargap=0.1,
        uirevision=f"film-{at}", meta=_below_each_other(len(runs)) | _transport(runs, stops, at),
    )  # fmt: skip
    return figure


def stops_of(total: int, at: int, row: int) -> list[int]:
    """Values drawn in each frame of a film that opens at one of them: both ends, each end of a row,
    every value near the one that opens, and of the rest as many as there is room for.

    Args:
        row: values in a row of the picture.
    """
    stride = max(1, -(-total // MOST_FRAMES))
    near = range(max(0, at - NEAR), min(total, at + NEAR) + 1)
    return sorted({*range(0, total + 1, stride), *range(0, total + 1, row), *near, total, at})


def _below_each_other(pictures: int) -> dict[str, Any]:
    """On a narrow screen: pictures on top, what is said of them below."""
    domains, total = stacked([300 / pictures, 110, 110, 110], 76)
    tops = [domains[0][1]] * pictures + [top for _, top in domains[1:]]
    layout: dict[str, Any] = {
        "height": total + 110,
        "annotations": [
            {"x": (min(n, pictures) + 0.5) / pictures if n < pictures else 0.5, "y": top}
            for n, top in enumerate(tops)
        ],
    }
    for number in range(pictures + 3):
        name = str(number + 1) if number else ""
        if number < pictures:
            across, down = [number / pictures, (number + 0.9) / pictures], domains[0]
        else:
            across, down = [0, 1], domains[number - pictures + 1]
        layout[f"xaxis{name}"] = {"domain": across}
        layout[f"yaxis{name}"] = {"domain": list(down), "title": {"standoff": 12}}
    return different(layout)


def _board(figure: go.Figure, run: Trajectory, place: int) -> None:
    """Crosses on what was forced, which do not move."""
    forced = run.places[run.forced]
    figure.add_scatter(
        x=forced[:, 2], y=forced[:, 1], mode="markers", hoverinfo="skip",
        marker={"symbol": "x", "size": 9, "color": palette.colour(5)}, row=1, col=place,
    )  # fmt: skip


def _frame(
    runs: Sequence[tuple[str, Trajectory]], stop: int, expected: bool, slip: bool
) -> list[tuple[dict[str, Any], tuple[int, int]]]:
    """Every trace that moves, with its row and column of the figure, after `stop` values."""
    found: list[tuple[dict[str, Any], tuple[int, int]]] = []
    last = len(runs) + 1
    now = max(0, stop - 1)
    for number, (_, run) in enumerate(runs):
        levels = run.p.shape[1]
        colour = palette.colour(number)
        place = run.places[now]
        values = run.expected if expected else run.levels.astype(float)
        shown = run.board(np.where(np.arange(len(values)) < stop, values, -1.0))  # (C, H, W)
        p = run.p[now]
        chance = np.cumsum(p[::-1] if slip else p)
        level, u = int(run.levels[now]), float(run.u[now])
        found += [
            (pixels(shown, levels), (1, number + 1)),
            ({"type": "scatter", "x": [int(place[2])], "y": [int(place[1])], "mode": "markers",
              "marker": {"symbol": "square-open", "size": 18, "color": colour,
                         "line": {"width": 3}}, "hoverinfo": "skip"}, (1, number + 1)),
            ({"type": "bar", "x": np.arange(levels), "y": p.astype(np.float32),
              "marker": {"color": colour, "opacity": 0.85,
                         "line": {"width": np.where(np.arange(levels) == level, 2.5, 0),
                                  "color": palette.colour(5)}},
              "hovertemplate": tr("level %{x}: %{y:.3f}<extra></extra>")}, (1, last)),
            ({"type": "scatter", "x": np.arange(levels), "y": chance.astype(np.float32),
              "mode": "lines", "line": {"shape": "hv", "color": colour,
                                        "dash": palette.dash(number)},
              "hovertemplate": tr("up to level %{x}: %{y:.3f}<extra></extra>")}, (2, last)),
            ({"type": "scatter", "x": [-0.5, level, level], "y": [u, u, 0], "mode": "lines+markers",
              "line": {"color": palette.colour(5), "width": 1.5},
              "marker": {"size": [0, 8, 0], "symbol": palette.marker(number)},
              "hovertemplate": say("sampling.hover_picks", u=f"{u:.3f}", level=level)
              + "<extra></extra>"}, (2, last)),
            ({"type": "scatter", "x": [stop], "y": [float(run.bits[:stop].sum())],
              "mode": "markers", "marker": {"size": 10, "color": colour,
                                            "symbol": palette.marker(number)},
              "hovertemplate": tr("%{y:.1f} bits after %{x} values<extra></extra>")}, (3, last)),
        ]  # fmt: skip
    return found


def _axes(figure: go.Figure, runs: Sequence[tuple[str, Trajectory]], columns: int) -> None:
    _, height, width = runs[0][1].shape
    levels = runs[0][1].p.shape[1]
    for column in range(1, columns):
        anchor = "x" if column == 1 else f"x{column}"
        grid = {"showgrid": False, "zeroline": False, "constrain": "domain"}
        figure.update_xaxes(
            title=tr("column"), range=[-0.5, width - 0.5], row=1, col=column, **grid
        )
        figure.update_yaxes(
            title=tr("row") if column == 1 else None, range=[height - 0.5, -0.5],
            scaleanchor=anchor, row=1, col=column, **grid,
        )  # fmt: skip
    reach = [-0.5, levels - 0.5]
    figure.update_xaxes(range=reach, row=1, col=columns)
    figure.update_xaxes(tick0=0, dtick=max(1, -(-(levels - 1) // 8)), row=1, col=columns)
    figure.update_xaxes(tick0=0, dtick=max(1, -(-(levels - 1) // 8)), row=2, col=columns)
    highest = max(float(run.p.max()) for _, run in runs)  # one scale for the whole film
    figure.update_yaxes(title="p", range=[0, min(1.0, 1.05 * highest)], row=1, col=columns)
    figure.update_xaxes(title=tr("level"), range=reach, row=2, col=columns)
    figure.update_yaxes(title=tr("sum of p"), range=[0, 1.02], row=2, col=columns)
    figure.update_xaxes(title=tr("values drawn"), row=3, col=columns)
    figure.update_yaxes(title=tr("bits"), row=3, col=columns)
    figure.update_annotations(font_size=13)


def caption(run: Trajectory, stop: int, brief: bool = False) -> str:
    """What the value that was drawn last was; brief: in one line, not where it is."""
    if stop == 0:
        return say("sampling.film_nothing", total=len(run.levels))
    now = stop - 1
    channel, row, column = run.places[now]
    where = "sampling.film_channel" if run.shape[0] > 1 else "sampling.film_pixel"
    drawn = "sampling.film_forced" if run.forced[now] else "sampling.film_drawn"
    level = run.levels[now]
    said = [
        say(where, stop=stop, total=len(run.levels), row=row, column=column,
            channel=channel_names()[channel]),
        say("sampling.film_entropy", value=f"{run.entropy[now]:.2f}"),
        say(drawn, u=f"{run.u[now]:.3f}", level=level, p=f"{run.p[now, level]:.3f}"),
        say("sampling.film_bits", value=f"{run.bits[:stop].sum():.1f}"),
    ]  # fmt: skip
    return " · ".join(said[2:]) if brief else "\n".join(map(" · ".join, (said[:2], said[2:])))


def _transport(
    runs: Sequence[tuple[str, Trajectory]], stops: Sequence[int], at: int
) -> dict[str, Any]:
    """A frame a value, said in words, and a button that goes row by row."""
    channels, _, width = runs[0][1].shape
    return transport(
        [
            "\n".join(caption(run, stop, brief=number > 0) for number, (_, run) in enumerate(runs))
            for stop in stops
        ],
        pace=PLAY_MS,
        at=list(stops).index(at),
        redraw=True,
        rows=[n for n, stop in enumerate(stops) if stop % (width * channels) == 0],
        keys=True,
        fits=True,
    )


def board(values: NDArray[Any], levels: int, name: str, height: int = 320) -> go.Figure:
    """One picture with clickable pixels.

    Args:
        values: (C, H, W) levels; -1 where nothing is known.
    """
    figure = palette.base(name, height)
    figure.add_trace(pixels(values, levels))
    grid = {"showgrid": False, "zeroline": False, "constrain": "domain"}
    figure.update_xaxes(title=tr("column"), **grid)
    figure.update_yaxes(title=tr("row"), autorange="reversed", scaleanchor="x", **grid)
    return figure.update_layout(showlegend=False)
