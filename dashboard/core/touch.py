"""What people would rather touch than set: points, boxes, a curve, cells; by pointer and by key.

One component. Its value is plain numbers, which belong into the link; beside it stands a line of
text that holds the same numbers for the keyboard.
"""

import json
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import streamlit as st

from dashboard.core import link
from dashboard.core.choices import held
from dashboard.core.words import say
from dashboard.figures import palette

Point: TypeAlias = tuple[float, float, int]  # x, y, number of its class
Box: TypeAlias = tuple[float, float, float, float]  # left, bottom, right, top
Grid: TypeAlias = Sequence[Sequence[float]]
Span: TypeAlias = tuple[float, float]

WIDTH, HEIGHT = 520, 360  # of the area, in units that scale with the page
SIGNS = "●■◆✚✖▲★⬢"  # of classes, as on charts: never by colour alone
CSS = """
.blindspot-touch {display: flex; flex-direction: column; gap: 0.5rem; max-width: 34rem}
.blindspot-touch [role=toolbar] {display: flex; flex-wrap: wrap; gap: 0.25rem}
.blindspot-touch button, .blindspot-touch input {
  background: var(--st-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius); color: var(--st-text-color); font: inherit;
  font-size: 0.875rem; min-height: 2.25rem; padding: 0 0.5rem;
}
.blindspot-touch button {cursor: pointer}
.blindspot-touch button:disabled {cursor: default; opacity: 0.4}
.blindspot-touch button[aria-pressed=true] {
  border-color: var(--st-primary-color); box-shadow: inset 0 0 0 1px var(--st-primary-color);
}
.blindspot-touch svg {touch-action: none; user-select: none; width: 100%; cursor: crosshair}
.blindspot-touch .frame {fill: transparent; stroke: var(--st-border-color)}
.blindspot-touch .end {fill: var(--st-text-color); font-size: 12px; opacity: 0.7;
  pointer-events: none}
.blindspot-touch .zero {stroke: var(--st-border-color); pointer-events: none}
.blindspot-touch .point {
  cursor: grab; dominant-baseline: central; font-size: 17px; paint-order: stroke;
  stroke: var(--st-background-color); stroke-width: 3px; text-anchor: middle;
}
.blindspot-touch .box {cursor: grab; fill: var(--st-primary-color); fill-opacity: 0.15;
  stroke: var(--st-primary-color); stroke-width: 2px}
.blindspot-touch .curve {fill: none; stroke: var(--st-primary-color); stroke-width: 3px}
.blindspot-touch .cells {display: grid; gap: 2px; touch-action: none; user-select: none}
.blindspot-touch .cells > * {min-width: 0; padding: 0; text-align: center}
.blindspot-touch .cells small {align-self: center; padding-inline-start: 0.5rem; text-align: start}
.blindspot-touch .cells [data-choice="1"] {
  background: var(--st-primary-color); color: var(--st-background-color);
}
"""
_mount = st.components.v2.component(
    "blindspot_touch",
    css=CSS,
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def points(
    key: str,
    value: Sequence[Point],
    change: Callable[[list[Point]], None],
    *,
    classes: Sequence[str],
    colours: Sequence[int],
    x: Span,
    y: Span,
    most: int,
    alt: str,
) -> None:
    """Points that are added, dragged and deleted, of the class that was chosen last.

    Args:
        key: of the component.
        value: what the link says.
        change: is called with what a person made of it; never with more than `most`.
        classes: their names.
        colours: number of each one's colour.
        x, y: lowest and highest of the axes.
        alt: what it shows.
    """
    looks = [
        {"label": name, "colour": palette.colour(colours[i]), "sign": SIGNS[i % len(SIGNS)]}
        for i, name in enumerate(classes)
    ]

    def understood(rows: list[list[float]]) -> list[Point]:
        return [
            (within(a, x), within(b, y), min(max(int(kind), 0), len(classes) - 1))
            for a, b, kind in rows[:most]
        ]

    spec = {"classes": looks, "most": most, "blank": [], **_axes(x, y)}
    _touch(key, "points", [list(p) for p in value], spec, alt, lambda v: change(understood(v)))
    _typed(key, value, 3, lambda rows: change(understood(rows)), most)


def boxes(
    key: str,
    value: Sequence[Box],
    change: Callable[[list[Box]], None],
    *,
    x: Span,
    y: Span,
    most: int,
    alt: str,
    picture: str = "",
) -> None:
    """Rectangles that are drawn, dragged and deleted, on a picture (its address) or on nothing."""

    def understood(rows: list[list[float]]) -> list[Box]:
        found = []
        for a, b, c, d in rows[:most]:
            left, right = sorted((within(a, x), within(c, x)))
            bottom, top = sorted((within(b, y), within(d, y)))
            if left < right and bottom < top:
                found.append((left, bottom, right, top))
        return found

    spec = {"most": most, "blank": [], "picture": picture, **_axes(x, y)}
    _touch(key, "boxes", [list(b) for b in value], spec, alt, lambda v: change(understood(v)))
    _typed(key, value, 4, lambda rows: change(understood(rows)), most)


def curve(
    key: str,
    value: Sequence[float],
    change: Callable[[list[float]], None],
    *,
    x: Span,
    y: Span,
    alt: str,
) -> None:
    """A function over evenly spaced places, drawn with one stroke or many."""

    def understood(heights: Sequence[float]) -> list[float]:
        heights = [within(v, y) for v in heights][: len(value)]
        return heights + list(value)[len(heights) :]

    spec = {"blank": [max(y[0], 0.0)] * len(value), **_axes(x, y)}
    _touch(key, "curve", list(value), spec, alt, lambda v: change(understood(v)))
    numbers = [(v,) for v in value]
    _typed(key, numbers, 1, lambda r: change(understood([v for (v,) in r])), len(value))


def cells(
    key: str,
    value: Grid,
    change: Callable[[list[list[float]]], None],
    *,
    low: float,
    high: float,
    alt: str,
    step: float = 0.1,
    names: Sequence[str] = (),
    mark: tuple[int, int] | None = None,
    fixed: bool = False,
    labels: Sequence[str] = (),
) -> None:
    """A matrix or a kernel: numbers that are typed, or, with `names`, values that are painted.

    Args:
        low, high: of a cell.
        names: of the whole numbers from low to high, which a touch steps through.
        mark: row and column of a cell of 0 or 1 that is drawn as a circle.
        fixed: whether that cell stays as it is.
        labels: of the rows.
    """
    rows, columns = len(value), len(value[0])

    def understood(grid: list[list[float]]) -> list[list[float]]:
        return [[within(grid[r][c], (low, high)) for c in range(columns)] for r in range(rows)]

    blank = [[max(low, 0.0)] * columns for _ in range(rows)]
    choices = [low + i for i in range(len(names))] if names else None
    spec = {"rows": rows, "columns": columns, "min": low, "max": high, "step": step,
            "choices": choices, "names": list(names), "blank": blank, "fixed": fixed,
            "labels": list(labels),
            "mark": None if mark is None else mark[0] * columns + mark[1]}  # fmt: skip
    _touch(key, "cells", [list(row) for row in value], spec, alt, lambda v: change(understood(v)))


def within(value: float, span: Span) -> float:
    """The nearest number of a span; its middle for what is no number."""
    number = float(value)
    return min(max(number, span[0]), span[1]) if math.isfinite(number) else sum(span) / 2


def _axes(x: Span, y: Span) -> dict[str, Any]:
    step = 0.01 if max(x[1] - x[0], y[1] - y[0]) < 100 else 1
    axes = {"low": [x[0], y[0]], "high": [x[1], y[1]], "step": step}
    return axes | {"width": WIDTH, "height": HEIGHT}


def _touch(
    key: str,
    kind: str,
    value: list[Any],
    spec: dict[str, Any],
    alt: str,
    change: Callable[[Any], None],
) -> None:
    words = {"undo": say("touch.undo"), "wipe": say("touch.wipe")}
    whole = spec | {"kind": kind, "value": value, "alt": alt, "words": words}

    def touched() -> None:
        try:
            change(st.session_state[key]["value"])
        except (KeyError, IndexError, TypeError, ValueError):
            link.note(say("touch.refused"))  # sent by something else than our area

    _mount(key=key, data=json.dumps(whole).encode(), on_value_change=touched)


def _typed(
    key: str,
    value: Sequence[Sequence[float]],
    width: int,
    change: Callable[[list[list[float]]], None],
    most: int,
) -> None:
    """The same numbers as text, a group each: for the keyboard, or for a whole list at once."""

    def read(text: str) -> None:
        try:
            change(rows_of(text, width, most))
        except ValueError as error:
            link.note(str(error))

    now = "; ".join(" ".join(f"{number:g}" for number in row) for row in value)
    with st.expander(say("touch.numbers"), key=f"{key}_folded"):
        held(st.text_area, f"{key}_typed", say(f"touch.rows_{width}"), now, read)


def rows_of(text: str, width: int, most: int) -> list[list[float]]:
    """Numbers of a text, `width` a group, groups apart by semicolons or lines.

    Raises:
        ValueError: which group is wrong, or that there are too many.
    """
    groups = [part for part in re.split(r"[;\n]+", text) if part.strip()]
    if len(groups) > most:
        raise ValueError(say("touch.too_many", n=len(groups), most=most))
    found = []
    for number, group in enumerate(groups, 1):
        parts = [part for part in re.split(r"[\s,]+", group.replace("−", "-").strip()) if part]
        try:
            row = [float(part) for part in parts]
        except ValueError:
            row = []
        if len(row) != width or not all(map(math.isfinite, row)):
            raise ValueError(
                say("touch.bad_group", number=number, text=group.strip()[:30], width=width)
            )
        found.append(row)
    return found
