"""Which minimum does each start reach, and how fast? Maps side by side, on shared scales."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.decades import decades
from dashboard.figures.film import label_of
from dashboard.figures.narrow import lying, narrow, stacked
from dashboard.language import say, tr
from engine.topics.optimizers.surfaces import Surface
from engine.topics.optimizers.walks.rate_momentum import RateMap

NOWHERE, DIVERGED = palette.PALER, palette.DARK
ACROSS = 4  # maps in a row, at most
MARKED = 9  # minima that are written with their number, at most
Maps = Mapping[str, tuple[NDArray[np.int16], NDArray[np.int32]]]


def maps(
    surface: Surface,
    found: Maps,
    axes: tuple[NDArray[np.float32], NDArray[np.float32]],
    *,
    most: int,
    each: int = 300,
) -> go.Figure:
    """For each optimizer the minimum reached, and below it the updates that took.

    Args:
        found: id to (minimum, steps), both (S, S), rows from the lowest x2.
        axes: x1 and x2 of the starts.
        most: updates after which a walk was given up: the end of the shared scale.
    """
    ids = list(found)
    columns = min(len(ids), ACROSS)
    bands = -(-len(ids) // columns)
    titles = []
    for band in range(bands):
        part = ids[band * columns : (band + 1) * columns]
        names = [label_of(id) for id in part] + [""] * (columns - len(part))
        titles += names + [
            say("optimizers.updates_of", name=name) if name else "" for name in names
        ]
    figure = make_subplots(
        rows=2 * bands,
        cols=columns,
        subplot_titles=titles,
        horizontal_spacing=0.03,
        vertical_spacing=0.16 / (2 * bands),
        shared_xaxes="all",
        shared_yaxes="all",
    )
    for number, (minimum, steps) in enumerate(found.values()):
        row, column = 2 * (number // columns) + 1, number % columns + 1
        figure.add_trace(_minima(minimum, axes), row=row, col=column)
        figure.add_trace(_marks(surface), row=row, col=column)
        figure.add_trace(_steps(minimum, steps, axes), row=row + 1, col=column)
    figure.update_xaxes(showgrid=False, zeroline=False)
    figure.update_yaxes(showgrid=False, zeroline=False)
    figure.update_yaxes(title=tr("start x₂"), col=1)
    figure.update_xaxes(title=tr("start x₁"), row=2 * bands)
    narrow(figure, _on_a_phone(ids, columns))
    return figure.update_layout(
        height=2 * bands * each + 60,
        margin={"l": 8, "r": 8, "t": 40, "b": 8},
        uirevision="basins",
        showlegend=False,
        coloraxis=scale(most, [steps[minimum >= 0] for minimum, steps in found.values()]),
    )


def _on_a_phone(ids: Sequence[str], columns: int) -> dict[str, Any]:
    """Both maps of an optimizer side by side, one optimizer below the other."""
    domains, total = stacked([140] * len(ids), 44)
    layout: dict[str, Any] = {"height": total + 190, "margin": {"b": 140}}
    layout["coloraxis"] = {"colorbar": lying(-70 / total)}
    notes: list[dict[str, Any]] = [{} for _ in range(2 * len(ids))]
    for number, (id, domain) in enumerate(zip(ids, domains, strict=True)):
        band, column = divmod(number, columns)
        in_row = min(columns, len(ids) - band * columns)  # optimizers of this band
        for right, text in enumerate((label_of(id), tr("updates"))):
            axis = 1 + (2 * band + right) * columns + column
            name = "" if axis == 1 else str(axis)
            across = (0.54, 1.0) if right else (0.0, 0.46)
            last = number == len(ids) - 1
            layout[f"xaxis{name}"] = {"domain": list(across), "showticklabels": last} | (
                {"title": {"text": tr("start x₁") if last else ""}}
            )
            layout[f"yaxis{name}"] = {"domain": list(domain), "showticklabels": not right} | (
                {"title": {"text": "" if right else tr("start x₂")}}
            )
            place = {"text": text, "x": sum(across) / 2, "y": domain[1], "font": {"size": 13}}
            notes[2 * band * columns + right * in_row + column] = place
    return layout | {"annotations": notes}


def scale(most: int, taken: Sequence[NDArray[Any]]) -> dict[str, object]:
    """Updates on a logarithmic scale, one bar for all maps.

    It begins where one walk in a hundred has arrived, so that a few quick ones take no colours.
    """
    every = np.concatenate(taken) if len(taken) else np.empty(0)
    least = float(np.log10(max(1.0, np.quantile(every, 0.01)))) if len(every) else 0.0
    ticks = [n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000) if n <= most]
    return {
        "colorscale": palette.UNSIGNED,
        "cmin": min(least, float(np.log10(max(most, 2))) - 0.3),
        "cmax": float(np.log10(max(most, 2))),
        "colorbar": {
            "title": {"text": tr("updates to arrive"), "side": "right"},
            "thickness": 12,
            "tickvals": np.log10(ticks),
            "ticktext": [f"{n:,}" for n in ticks],
        },
    }


def _minima(
    minimum: NDArray[np.int16], axes: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> go.Heatmap:
    """Minima in the colours of categories, repeated where there are more."""
    colours = [DIVERGED, NOWHERE, *palette.CATEGORIES]
    codes = np.where(minimum < 0, minimum + 2, 2 + minimum % len(palette.CATEGORIES))
    n = len(colours)
    return go.Heatmap(
        x=axes[0],
        y=axes[1],
        z=codes.astype(np.int8),
        zmin=-0.5,
        zmax=n - 0.5,
        colorscale=[[(i + edge) / n, c] for i, c in enumerate(colours) for edge in (0, 1)],
        showscale=False,
        customdata=minimum + 1,
        hovertemplate=tr(
            "start (%{x:.3g}, %{y:.3g})<br>minimum %{customdata} (0: none in time, −1: diverged)"
        )
        + "<extra></extra>",
    )


def _marks(surface: Surface) -> go.Scatter:
    """The minima themselves, numbered where they are few."""
    x, y = np.array(surface.minima).T
    few = len(surface.minima) <= MARKED
    return go.Scatter(
        x=x,
        y=y,
        mode="markers+text" if few else "markers",
        text=[str(i + 1) for i in range(len(x))] if few else None,
        textposition="middle center",
        textfont={"color": palette.BLACK, "size": 13},
        marker={
            "size": 20 if few else 5,
            "color": palette.WHITE,
            "line": {"color": palette.BLACK, "width": 1.5},
        },
        hoverinfo="skip",
    )


def _steps(
    minimum: NDArray[np.int16],
    steps: NDArray[np.int32],
    axes: tuple[NDArray[np.float32], NDArray[np.float32]],
) -> go.Heatmap:
    """Updates until arrival; empty where a walk did not arrive."""
    values = np.where(minimum >= 0, np.log10(np.maximum(steps, 1)), np.nan)
    return go.Heatmap(
        x=axes[0],
        y=axes[1],
        z=values.astype(np.float32),
        coloraxis="coloraxis",
        customdata=steps,
        hoverongaps=False,
        hovertemplate=tr("start (%{x:.3g}, %{y:.3g})<br>%{customdata} updates") + "<extra></extra>",
    )


def key(surface: Surface) -> str:
    """Colours and numbers of the minima as one line of Markdown."""
    parts = [
        f'<span style="color:{palette.colour(i)}">■</span> {i + 1}: ({x:.3g}, {y:.3g})'
        for i, (x, y) in enumerate(surface.minima[:MARKED])
    ]
    if len(surface.minima) > MARKED:
        parts = [tr("colours repeat: neighbours differ")]
    parts.append(f'<span style="color:{NOWHERE}">■</span> {tr("0: none in time")}')
    parts.append(f'<span style="color:{DIVERGED}">■</span> {tr("−1: diverged")}')
    return " &nbsp; ".join(parts)


def rates(
    found: RateMap,
    *,
    most: int,
    memory: str,
    limit: NDArray[np.float64] | None = None,
    best: tuple[float, float] | None = None,
    theory: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None,
    height: int = 560,
) -> go.Figure:
    """Updates to converge over learning rate and momentum.

    Args:
        found: the map.
        memory: title of the y axis.
        limit: of each momentum the largest stable rate, where it is known.
        best: rate and momentum that theory calls fastest, where it is known.
        theory: spectral radius and updates that it foretells, (side, side), drawn instead of what
            was measured.
    """
    figure = palette.base("rates", height)
    minimum, updates = found.minimum, found.steps.astype(float)
    if theory is not None:
        radius, updates = theory
        minimum = np.where(radius >= 1, -2, np.where(updates > most, -1, 0)).astype(np.int16)
    for code, colour, name in (
        (-2, DIVERGED, tr("diverged")),
        (-1, NOWHERE, tr("did not arrive in time")),
    ):
        figure.add_heatmap(
            x=found.rates,
            y=found.momenta,
            z=np.where(minimum == code, 1.0, np.nan).astype(np.float32),
            colorscale=[[0, colour], [1, colour]],
            showscale=False,
            hoverongaps=False,
            hovertemplate=tr("rate %{x:.3g}, %{y:.3f}") + f"<br>{name}<extra></extra>",
        )
    figure.add_heatmap(
        x=found.rates,
        y=found.momenta,
        z=np.where(minimum >= 0, np.log10(np.clip(updates, 1, most)), np.nan).astype(np.float32),
        customdata=found.steps if theory is None else np.stack([theory[1], theory[0]], -1),
        coloraxis="coloraxis",
        hoverongaps=False,
        hovertemplate=(
            tr("rate %{x:.3g}, %{y:.3f}<br>%{customdata} updates")
            if theory is None
            else tr("rate %{x:.3g}, %{y:.3f}<br>ρ = %{customdata[1]:.4f}: %{customdata[0]:.0f}")
        )
        + "<extra></extra>",
    )
    if limit is not None:
        figure.add_scatter(
            x=limit,
            y=found.momenta,
            mode="lines",
            name=tr("stable up to 2(1 + μ)/λ"),
            line={"color": palette.colour(5), "dash": "dash", "width": 3},
            hoverinfo="skip",
        )
    if best is not None:
        figure.add_scatter(
            x=[best[0]],
            y=[best[1]],
            mode="markers",
            name=tr("Polyak's fastest pair"),
            marker={
                "symbol": "star",
                "size": 18,
                "color": palette.WHITE,
                "line": {"color": palette.BLACK, "width": 1.5},
            },
            hovertemplate=tr("rate %{x:.3g}, momentum %{y:.3f}") + "<extra></extra>",
        )
    quick = _quickest(found)
    if quick is not None and theory is None:
        figure.add_scatter(
            x=[quick[0]],
            y=[quick[1]],
            mode="markers",
            name=say("optimizers.fastest", updates=quick[2]),
            marker={
                "symbol": "circle-open",
                "size": 16,
                "color": palette.RED,
                "line": {"width": 3},
            },
            showlegend=True,
            hovertemplate=tr("rate %{x:.3g}, %{y:.3f}") + "<extra></extra>",
        )
    ends = [float(np.log10(found.rates[0])), float(np.log10(found.rates[-1]))]
    figure.update_xaxes(
        title=tr("learning rate"), **decades(found.rates), range=ends, showgrid=False
    )
    figure.update_yaxes(title=memory, range=[found.momenta[0], found.momenta[-1]], showgrid=False)
    return figure.update_layout(coloraxis=scale(most, [updates[minimum >= 0]]))


def _quickest(found: RateMap) -> tuple[float, float, int] | None:
    """Rate, momentum and updates of the fastest pair that arrived."""
    if not (found.minimum >= 0).any():
        return None
    steps = np.where(found.minimum >= 0, found.steps, np.iinfo(np.int32).max)
    row, column = np.unravel_index(int(steps.argmin()), steps.shape)
    return float(found.rates[column]), float(found.momenta[row]), int(steps[row, column])


def ordered(found: Maps, ids: Sequence[str]) -> Maps:
    """Those that are there, in this order."""
    return {id: found[id] for id in ids if id in found}
