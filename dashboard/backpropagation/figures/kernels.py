"""How do slopes go back through a window that slides? A film, a cell a frame; and three ways."""

from typing import Any

import numpy as np

from dashboard.backpropagation.figures.graph import number
from dashboard.figures import palette
from dashboard.figures.cells import Cell, cells, piled
from dashboard.figures.film import Film, Trace, base, trace, transport
from dashboard.figures.narrow import different
from dashboard.language import say, tr
from engine.topics.backpropagation.kernels import Backwards, Floats, KernelConfig, Three

PACE = 700  # milliseconds a frame
LETTERS = 12  # cells of a row from which on numbers are small


def film(config: KernelConfig, found: Backwards, height: int = 430) -> Film:
    """The slopes that arrive beside those of the input, which fill cell by cell."""
    if config.op == "max" or config.way == "hand":
        left, steps = config.arriving, _handed(config, found)
    else:
        left, steps = found.spread, _gathered(config, found)
    grid = cells(1, 2, across=0.06, ceiling=0.92, first=2)
    last = steps[-1][1]
    most = max(float(np.abs(found.input.formula).max()), 1e-9)
    data = [
        _map(left, grid[0], max(float(np.abs(left).max()), 1e-9)),
        _map(last, grid[1], most),
        _outline(grid[0]) | _box(*steps[-1][2]),
        _outline(grid[1]) | _box(*steps[-1][3]),
    ]
    frames = [
        {
            "name": str(n),
            "data": [{"z": shown.tolist(), "text": _texts(shown)}, _box(*here), _box(*there)],
            "traces": [1, 2, 3],
        }
        for n, (_, shown, here, there) in enumerate(steps)
    ]
    names = ("arrives_spread" if left is found.spread else "arrives", "slope_input")
    layout = base("bp_kernels", height) | {
        "showlegend": False,
        "dragmode": False,
        "annotations": [
            cell.title(say(f"backpropagation.{name}"))
            for cell, name in zip(grid, names, strict=True)
        ],
        **grid[0].frame(*left.shape),
        **grid[1].frame(*last.shape),
    }
    below = piled(2, 1, 300, 40, first=2)
    labels = [label for label, *_ in steps]
    layout["meta"] = different(below.layout | {"height": below.height + 60}) | transport(
        labels, pace=PACE, redraw=True, keys=True
    )
    return Film(data, frames, layout)


Box = tuple[float, float, float, float]  # top, left, bottom, right, in cells
Step = tuple[str, Floats, Box, Box]  # label, slopes of the input so far, outlines on both


def _gathered(config: KernelConfig, found: Backwards) -> list[Step]:
    """Each input cell sums the turned kernel times what lies under it."""
    shown = np.full((config.size, config.size), np.nan)
    steps = []
    for i, j in np.ndindex(*shown.shape):
        shown[i, j] = found.input.formula[i, j]
        top, left = i + config.pad, j + config.pad
        part = found.spread[top : top + config.reach, left : left + config.reach]
        label = say(
            "backpropagation.gathers",
            row=i,
            column=j,
            sum=_sum(part, found.flipped),
            total=number(float(shown[i, j])),
        )
        window = (top, left, top + config.reach - 1, left + config.reach - 1)
        steps.append((label, shown.copy(), window, (i, j, i, j)))
    return steps


def _sum(part: Floats, kernel: Floats) -> str:
    """The products that are not 0."""
    terms = [
        f"{number(k, 3)}·{_bracketed(g)}"
        for g, k in zip(part.ravel(), kernel.ravel(), strict=True)
        if g * k
    ]
    return " + ".join(terms) or "0"


def _bracketed(value: float) -> str:
    text = number(value, 3)
    return f"({text})" if text.startswith("−") else text


def _handed(config: KernelConfig, found: Backwards) -> list[Step]:
    """Each output adds its slope, times the kernel, to the cells of its window."""
    shown = np.zeros((config.size, config.size))
    steps: list[Step] = []
    x, k = config.image, config.filter
    for (p, q), inside in found.routes.items():
        g = config.arriving[p, q]
        top, left = p * config.stride - config.pad, q * config.stride - config.pad
        if config.op == "max":
            most = max(x[cell] for cell in inside)
            first = next(cell for cell in inside if x[cell] == most)
            shown[first] += g
            where = say("backpropagation.routed", row=first[0], column=first[1], most=f"{most:g}")
        else:
            for i, j in inside:
                shown[i, j] += g * k[(i - top) // config.spacing, (j - left) // config.spacing]
            which = "averaged" if config.op == "average" else "handed"
            where = say(f"backpropagation.{which}", share=f"1/{config.kernel**2}")
        label = say("backpropagation.hands", row=p, column=q, slope=number(g), where=where)
        window = (top, left, top + config.reach - 1, left + config.reach - 1)
        steps.append((label, shown.copy(), (p, q, p, q), window))
    return steps


def _map(values: Floats, cell: Cell, most: float) -> Trace:
    return trace(
        type="heatmap",
        z=values.tolist(),
        zmin=-most,
        zmax=most,
        colorscale=palette.SIGNED,
        showscale=False,
        xgap=1,
        ygap=1,
        text=_texts(values),
        texttemplate="%{text}",
        textfont={"color": palette.INK, "size": 14 if len(values) < LETTERS else 9},
        hovertemplate=tr("row %{y}, column %{x}<br>%{z:.4g}") + "<extra></extra>",
        **cell.axes,
    )


def _texts(values: Floats) -> list[list[str]]:
    return [["" if np.isnan(v) else number(float(v), 3) for v in row] for row in values]


def _outline(cell: Cell) -> Trace:
    line = {"color": palette.ORANGE, "width": 4}
    return trace(mode="lines", x=[], y=[], hoverinfo="skip", line=line, **cell.axes)


def _box(top: float, left: float, bottom: float, right: float) -> dict[str, list[float]]:
    low, high, start, end = top - 0.5, bottom + 0.5, left - 0.5, right + 0.5
    return {"x": [start, end, end, start, start], "y": [low, low, high, high, low]}


def three(found: Backwards, height: int = 330) -> Film:
    """The slopes of the input by formula, by autograd and by differences; ties are marked."""
    return _three(found.input, "bp_three", found.tied, height)


def three_weights(found: Three, height: int = 290) -> Film:
    """The same of the kernel."""
    return _three(found, "bp_three_weights", np.zeros(found.formula.shape, bool), height)


def _three(found: Three, name: str, tied: Any, height: int) -> Film:
    ways = (
        ("by_formula", found.formula),
        ("by_autograd", found.autograd),
        ("by_difference", found.numeric),
    )
    grid = cells(1, 3, across=0.04, ceiling=0.9, first=2)
    most = max(float(np.abs(values).max()) for _, values in ways) or 1.0
    data, layout = [], dict(base(name, height))
    for cell, (_, values) in zip(grid, ways, strict=True):
        data.append(_map(values, cell, most))
        layout |= cell.frame(*values.shape)
        for row, column in np.argwhere(tied):
            layout.setdefault("shapes", []).append(cell.box((row, column, row, column), 1, "dot"))
    layout["annotations"] = [
        cell.title(say(f"backpropagation.{title}"))
        for cell, (title, _) in zip(grid, ways, strict=True)
    ]
    below = piled(3, 1, 240, 40, first=2)
    meta = different(below.layout | {"height": below.height + 60})
    return Film(data, [], layout | {"showlegend": False, "dragmode": False, "meta": meta})
