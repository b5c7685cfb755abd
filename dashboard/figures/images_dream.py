"""What do pictures that climb look like, and how sure is the network of them?"""

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from PIL import Image
from plotly.subplots import make_subplots

from dashboard.figures import palette

Curve = tuple[NDArray[np.int64], NDArray[np.float64]]
BARS = 6  # classes of a picture whose probabilities are drawn
BAR, MARGIN = 22, 90  # pixels of a bar, and of all that is neither bar nor picture
WANTED, OTHER = 5, 7  # colours of the class that is asked for and of all others


def png(picture: NDArray[Any]) -> str:
    """A picture (C, H, W), grey or RGB, as an address that a browser draws: far less to send than
    numbers, and a pixel stays a pixel."""
    rgb = np.repeat(picture, 3, axis=0) if len(picture) == 1 else picture
    out = io.BytesIO()
    image = Image.fromarray(np.ascontiguousarray(rgb.transpose(1, 2, 0)))
    image.save(out, format="PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


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
    top = likeliest(chances, target)
    bars = BAR * len(top)
    height = side + bars + MARGIN
    figure = make_subplots(
        rows=2,
        cols=count,
        row_heights=[side, bars],
        vertical_spacing=10 / height,
        horizontal_spacing=0.04,
        subplot_titles=list(captions),
    )
    for column, (picture, chance) in enumerate(zip(pictures, chances, strict=True), 1):
        figure.add_image(source=png(picture), hoverinfo="skip", row=1, col=column)
        _bars(figure, chance, top, classes, target, column)
    figure.update_xaxes(visible=False, row=1)
    figure.update_yaxes(visible=False, row=1)
    figure.update_annotations(font_size=13)
    return figure.update_layout(
        uirevision=uirevision, height=height, margin={"l": 8, "r": 8, "t": 30, "b": 8}, bargap=0.15
    )


def _bars(
    figure: go.Figure,
    chance: NDArray[Any],
    top: Sequence[int],
    classes: Sequence[str],
    target: int | None,
    column: int,
) -> None:
    """Probabilities of some classes in the second row."""
    figure.add_bar(
        x=chance[top],
        y=[classes[k] for k in top],
        orientation="h",
        marker={"color": [palette.colour(WANTED if k == target else OTHER) for k in top]},
        text=[f"{value:.1%}" if value >= 0.0005 else "" for value in chance[top]],
        textposition="outside",
        textfont={"size": 12},
        cliponaxis=False,
        hovertemplate="%{y}: %{x:.2%}<extra></extra>",
        showlegend=False,
        row=2,
        col=column,
    )
    place: dict[str, Any] = {"row": 2, "col": column}
    figure.update_xaxes(
        title="probability", range=[0, 1.3], tickformat=".0%", tickvals=[0, 0.5, 1], **place
    )
    figure.update_yaxes(
        autorange="reversed", type="category", showgrid=False, showticklabels=column == 1, **place
    )
    if column == 1:
        figure.update_yaxes(title="class", **place)


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
    uirevision: str = "dream_curves",
    height: int = 260,
) -> go.Figure:
    """One panel for each kind of value, one line a picture.

    Args:
        curves: title of the axis to picture to (steps, values).
        at: step of the pictures that are shown.
        reference: name and height of a line in the first panel.
    """
    figure = make_subplots(rows=1, cols=len(curves), horizontal_spacing=0.1)
    for column, (title, lines) in enumerate(curves.items(), 1):
        for picture, (steps, values) in lines.items():
            figure.add_scatter(
                x=steps,
                y=values,
                mode="lines",
                name=f"{picture + 1}",
                line={"color": palette.colour(picture), "dash": palette.dash(picture)},
                hovertemplate=f"picture {picture + 1}, step %{{x}}: %{{y:.4g}}<extra></extra>",
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
    figure.update_xaxes(title="step")
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
    top = likeliest(chances, target)
    bars = BAR * len(top)
    height = 270 + bars + MARGIN
    figure = make_subplots(
        rows=2,
        cols=3,
        row_heights=[270, bars],
        vertical_spacing=10 / height,
        horizontal_spacing=0.08,
        subplot_titles=list(titles),
        specs=[[{}, {}, {}], [{}, None, {}]],
    )
    for column, picture, chance in zip((1, 3), pictures, chances, strict=True):
        figure.add_image(source=png(picture), hoverinfo="skip", row=1, col=column)
        _bars(figure, chance, top, classes, target, column)
    mean = difference.mean(0)
    reach = float(np.abs(mean).max()) or 1.0
    figure.add_heatmap(
        z=mean.astype(np.float32),
        zmin=-reach,
        zmax=reach,
        colorscale=palette.SIGNED,
        colorbar={
            "title": {"text": "grey levels", "side": "right"},
            "thickness": 10,
            "x": 0.635,
            "xpad": 0,
            "y": 1,
            "yanchor": "top",
            "len": 270 / (270 + bars),
        },
        hovertemplate="row %{y}, column %{x}: %{z:+.2f} of 255<extra></extra>",
        row=1,
        col=2,
    )
    figure.update_xaxes(visible=False, constrain="domain", row=1)
    figure.update_yaxes(visible=False, row=1)
    figure.update_yaxes(autorange="reversed", scaleanchor="x2", constrain="domain", row=1, col=2)
    figure.update_annotations(font_size=13)
    return figure.update_layout(
        uirevision="dream_change",
        height=height,
        margin={"l": 8, "r": 8, "t": 30, "b": 8},
        bargap=0.15,
    )


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
        hovertemplate="change %{x:.2f} grey levels<br>probability %{y:.1%}<br>c = %{customdata[0]:"
        ".3g}<br>fooled: %{customdata[1]}<extra></extra>",
        showlegend=False,
    )
    figure.update_xaxes(title="change, root mean square (grey levels of 255)", rangemode="tozero")
    figure.update_yaxes(title="probability of the class", range=[-0.03, 1.03], tickformat=".0%")
    return figure
