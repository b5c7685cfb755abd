"""What do pictures that climb look like, and how sure is the network of them?"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.cells import cells
from dashboard.figures.narrow import different, lying, narrow, stacked
from dashboard.figures.png import png
from dashboard.language import say, tr

Curve = tuple[NDArray[np.int64], NDArray[np.float64]]
BARS = 6  # classes of a picture whose probabilities are drawn
BAR, MARGIN = 22, 104  # pixels of a bar, and of all that is neither bar nor picture
ACROSS = 0.04  # gap between two pictures, share of the figure's width
SMALL = 130  # pixels of a picture on a phone, two in a row
WANTED, OTHER = 5, 7  # colours of the class that is asked for and of all others


def believed(
    pictures: Sequence[NDArray[Any]] | NDArray[Any],
    chances: NDArray[Any],
    classes: Sequence[str],
    captions: Sequence[str],
    target: int | None,
    *,
    uirevision: str = "dream_pictures",
) -> go.Figure:
    """Pictures side by side, and below each the classes that the network thinks likeliest.

    Args:
        pictures: each (C, H, W).
        chances: (B, K) probabilities.
        classes: K names.
        captions: one above each picture.
        target: class that was asked for, drawn in its own colour; None: there is none.
    """
    count = len(pictures)
    side = min(360, 760 // count)  # pixels of the screen
    board = _Board(count, side, likeliest(chances, target), classes, target)
    traces = []
    for number, (picture, chance) in enumerate(zip(pictures, chances, strict=True)):
        traces += [board.picture(number, picture, captions[number]), board.bars(number, chance)]
    return board.figure(traces, uirevision)


class _Board:
    """A row of pictures above a row of bars, while its figure is put together."""

    def __init__(
        self, count: int, side: int, top: list[int], classes: Sequence[str], target: int | None
    ) -> None:
        """`side`: of a picture on the screen, in pixels; `top`: classes that have a bar."""
        self.top, self.target = top, target
        self.names = [classes[k] for k in top]
        bars = BAR * len(top)
        self.height = side + bars + MARGIN
        split = bars / (side + bars)
        self.above = cells(1, count, across=ACROSS, floor=split)
        self.below = cells(1, count, across=ACROSS, ceiling=split - 0.03, first=count + 1)
        self.layout: dict[str, Any] = {"annotations": []}
        self.titled: list[int] = []  # pictures in the order of their titles

    def picture(self, number: int, picture: NDArray[Any], caption: str) -> dict[str, Any]:
        """The trace of a picture (C, H, W)."""
        cell = self.above[number]
        self.frame(number, picture.shape[1:], caption)
        return {"type": "image", "source": png(picture), "hoverinfo": "skip", **cell.axes}

    def frame(self, number: int, size: tuple[int, ...], caption: str) -> None:
        """Axes and title of a picture of (H, W) pixels."""
        cell = self.above[number]
        self.layout |= cell.frame(*size)
        self.layout["annotations"].append(cell.title(caption))
        self.titled.append(number)

    def bars(self, number: int, chance: NDArray[Any]) -> dict[str, Any]:
        """The trace of the probabilities (K,) below a picture."""
        cell = self.below[number]
        self.layout[f"xaxis{cell.number}"] = {
            "domain": (cell.left, cell.right),
            "anchor": f"y{cell.number}",
            "title": tr("probability"),
            "range": (0, 1.3),
            "tickformat": ".0%",
            "tickvals": (0, 0.5, 1),
        }
        self.layout[f"yaxis{cell.number}"] = {
            "domain": (cell.bottom, cell.top),
            "anchor": f"x{cell.number}",
            "autorange": "reversed",
            "type": "category",
            "showgrid": False,
            "showticklabels": not number,
            "title": None if number else tr("class"),
        }
        shown = chance[self.top]
        colours = [palette.colour(WANTED if k == self.target else OTHER) for k in self.top]
        return {
            "type": "bar",
            "x": shown,
            "y": self.names,
            "orientation": "h",
            "marker": {"color": colours},
            "text": [f"{value:.1%}" if value >= 0.0005 else "" for value in shown],
            "textposition": "outside",
            "textfont": {"size": 12},
            "cliponaxis": False,
            "hovertemplate": "%{y}: %{x:.2%}<extra></extra>",
            "showlegend": False,
            **cell.axes,
        }

    def figure(self, traces: list[dict[str, Any]], uirevision: str) -> go.Figure:
        look = {
            "uirevision": uirevision,
            "height": self.height,
            "margin": {"l": 8, "r": 8, "t": 44, "b": 8},
            "bargap": 0.15,
            "meta": different(*self.on_a_phone()),
        }
        return go.Figure(traces, self.layout | look)

    def on_a_phone(self) -> tuple[dict[str, Any], dict[int, dict[str, Any]]]:
        """Two pictures in a row, each above its bars; one that has none stands below them all.

        Returns:
            What of the layout is different, and what of the traces, by number.
        """
        alone = [n for n, cell in enumerate(self.below) if f"yaxis{cell.number}" not in self.layout]
        order = [n for n in range(len(self.above)) if n not in alone]
        rows = [[SMALL, BAR * len(self.top), 46] for _ in range(0, len(order), 2)]
        heights = [height for row in rows for height in row] + [SMALL for _ in alone]
        domains, total = stacked(heights, 26)
        notes: dict[int, dict[str, float]] = {}
        layout: dict[str, Any] = {"height": total + MARGIN - 46, "margin": {"b": 40}}
        grid = cells(1, 2, across=ACROSS)
        for at, number in enumerate(order):
            column, row = grid[at % 2], at // 2 * 3
            for cell, (low, high) in (
                (self.above[number], domains[row]),
                (self.below[number], domains[row + 1]),
            ):
                layout |= column._replace(number=cell.number, bottom=low, top=high).domains
            notes[number] = {"x": (column.left + column.right) / 2, "y": domains[row][1]}
            first = at % 2 == 0
            layout[f"yaxis{self.below[number].number}"] |= {
                "showticklabels": first,
                "title": {"text": tr("class") if first else ""},
            }
        for number in alone:
            low, high = domains[-1]
            column = grid[0]._replace(number=number + 1, left=0.0, right=1.0, bottom=low, top=high)
            layout |= column.domains
            notes[number] = {"x": 0.5, "y": high}
        layout["annotations"] = [notes[n] for n in self.titled]
        bar = {len(order) * 2: {"colorbar": lying(-8 / total, 0.5)}} if alone else {}
        return layout, bar


def likeliest(chances: NDArray[Any], target: int | None) -> list[int]:
    """At most `BARS` classes in index order: the one asked for, and the likeliest of any picture.

    Args:
        chances: (B, K).
    """
    order = list(np.argsort(-chances.max(0), kind="stable"))
    if target is not None:
        order = [target, *(k for k in order if k != target)]
    return sorted(int(k) for k in order[:BARS])


def climbing(
    curves: Mapping[str, Mapping[int, Curve]],
    at: int | None,
    reference: tuple[str, float] | None = None,
    *,
    names: Sequence[str] = (),
    uirevision: str = "dream_curves",
    height: int = 260,
) -> go.Figure:
    """One panel for each kind of value, one line a picture.

    Args:
        curves: title of the axis to picture to (steps, values).
        at: step of the pictures that are shown.
        reference: name and height of a line in the first panel.
        names: of the pictures, where a number would not say enough.
    """
    figure = make_subplots(rows=1, cols=len(curves), horizontal_spacing=0.1)
    for column, (title, lines) in enumerate(curves.items(), 1):
        for picture, (steps, values) in lines.items():
            name = names[picture] if names else f"picture {picture + 1}"
            figure.add_scatter(
                x=steps,
                y=values,
                mode="lines",
                name=name,
                line={"color": palette.colour(picture), "dash": palette.dash(picture)},
                hovertemplate=say("explain_images.hover_step", name=name) + "<extra></extra>",
                showlegend=column == 1 and len(lines) > 1,
                row=1,
                col=column,
            )
        figure.update_yaxes(title=title, row=1, col=column)
        if at is not None:
            figure.add_vline(x=at, line={"color": palette.FAINT, "width": 2}, row=1, col=column)  # type: ignore[arg-type]
    if reference:
        figure.add_hline(
            y=reference[1],
            line={"color": palette.colour(7), "dash": "dash"},
            annotation={"text": reference[0], "font": {"size": 12}},
            annotation_position="top right",
            row=1,
            col=1,
        )  # type: ignore[arg-type]
    figure.update_xaxes(title=tr("step"))
    domains, total = stacked([190] * len(curves), 66)
    few: dict[str, Any] = {"height": total + 130}
    for column, domain in enumerate(domains, 1):
        name = "" if column == 1 else str(column)
        few |= {f"xaxis{name}": {"domain": [0, 1]}, f"yaxis{name}": {"domain": list(domain)}}
    narrow(figure, few)
    return figure.update_layout(
        uirevision=uirevision,
        height=height,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )


def change(
    pictures: tuple[NDArray[Any], NDArray[Any]],
    difference: NDArray[Any],
    chances: NDArray[Any],
    classes: Sequence[str],
    titles: Sequence[str],
    target: int,
) -> go.Figure:
    """A picture, what was added to it, and their sum; and what the network says to both.

    Args:
        pictures: before and after, each (C, H, W).
        difference: (C, H, W) in grey levels of 0 to 255; the mean over channels is drawn.
        chances: (2, K) probabilities before and after.
        classes: K names.
        titles: three.
        target: class that was asked for.
    """
    board = _Board(3, 250, likeliest(chances, target), classes, target)
    traces = []
    for number, picture, chance in zip((0, 2), pictures, chances, strict=True):
        traces += [board.picture(number, picture, titles[number]), board.bars(number, chance)]
    mean = difference.mean(0)
    reach = float(np.abs(mean).max()) or 1.0
    cell = board.above[1]
    board.frame(1, mean.shape, titles[1])
    bar = {
        "title": {"text": tr("grey levels"), "side": "right"},
        "orientation": "h",
        "thickness": 10,
        "x": (cell.left + cell.right) / 2,
        "len": cell.right - cell.left,
        "y": cell.bottom - 0.02,
        "yanchor": "top",
        "ypad": 0,
    }
    traces.append(
        {
            "type": "heatmap",
            "z": mean.astype(np.float32),
            "zmin": -reach,
            "zmax": reach,
            "colorscale": palette.SIGNED,
            "colorbar": bar,
            "hovertemplate": tr("row %{y}, column %{x}: %{z:+.2f} of 255<extra></extra>"),
            **cell.axes,
        }
    )
    return board.figure(traces, "dream_change")


def costs(
    size: Sequence[float],
    chance: Sequence[float],
    fooled: Sequence[bool],
    cost: Sequence[float],
    chosen: int | None,
    height: int = 300,
) -> go.Figure:
    """How sure the network is, against how much was changed; a marker for each cost of change.

    Args:
        size: root mean square of the change in grey levels.
        chance: probability of the class that was asked for.
        fooled: whether the class is the likeliest.
        cost: weight c of the squared change.
        chosen: the smallest change that fools.
    """
    figure = palette.base("dream_costs", height)
    ring = [3 if number == chosen else 0 for number in range(len(size))]
    figure.add_scatter(
        x=size,
        y=chance,
        mode="lines+markers",
        line={"color": palette.FAINT},
        marker={
            "size": 12,
            "color": [palette.colour(WANTED if f else OTHER) for f in fooled],
            "symbol": [palette.marker(0 if f else 4) for f in fooled],
            "line": {"width": ring, "color": palette.colour(0)},
        },
        customdata=list(zip(cost, ["yes" if f else "no" for f in fooled], strict=True)),
        hovertemplate=tr(
            "change %{x:.2f} grey levels<br>probability %{y:.1%}<br>c = %{customdata[0]:"
            ".3g}<br>fooled: %{customdata[1]}<extra></extra>"
        ),
        showlegend=False,
    )
    figure.update_xaxes(
        title=tr("change, root mean square (grey levels of 255)"), rangemode="tozero"
    )
    figure.update_yaxes(title=tr("probability of the class"), range=[-0.03, 1.03], tickformat=".0%")
    return figure
