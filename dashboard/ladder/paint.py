"""Where are the pictures of a source chosen, or painted?"""

from functools import partial

import streamlit as st

from dashboard.core import link, touch
from dashboard.core.controls import control
from dashboard.core.words import say
from dashboard.ladder.view import LadderView
from engine.topics.ladder.sources import SIDE, Source

MOST = 8  # painted pictures
KNOBS = {"bars": ("noise",), "own": ("noise",), "ising": ("coupling", "field")}


def source(view: LadderView, part: str) -> None:
    """The kind of pictures, and the knobs that it has.

    Args:
        part: of the view that holds the source.
    """
    control(LadderView, "ladder", view, f"{part}.source.kind")
    for name in KNOBS[view.get(part).source.kind]:
        control(LadderView, "ladder", view, f"{part}.source.{name}")


def own(view: LadderView, part: str) -> None:
    """The painted pictures, where they are the source."""
    here: Source = view.get(part).source
    if here.kind != "own":
        return
    with st.expander(say("ladder.paint"), expanded=True, key=f"ladder_{part}_paint"):
        for column, (number, picture) in zip(st.columns(MOST), enumerate(here.own), strict=False):
            with column:
                bits = [
                    [float(picture >> SIDE * r + c & 1) for c in range(SIDE)] for r in range(SIDE)
                ]
                touch.cells(
                    f"ladder_{part}_{number}",
                    bits,
                    partial(_painted, view, part, number),
                    low=0,
                    high=1,
                    names="□■",
                    alt=say("ladder.paint_alt", number=number + 1),
                )
        with st.container(horizontal=True):
            st.button(
                say("ladder.more"),
                icon=":material/add:",
                key=f"ladder_{part}_more",
                disabled=len(here.own) >= MOST,
                on_click=lambda: _put(view, part, (*here.own, 0)),
            )
            st.button(
                say("ladder.fewer"),
                icon=":material/remove:",
                key=f"ladder_{part}_fewer",
                disabled=len(here.own) < 2,
                on_click=lambda: _put(view, part, here.own[:-1]),
            )


def _painted(view: LadderView, part: str, number: int, grid: list[list[float]]) -> None:
    value = sum(1 << SIDE * r + c for r in range(SIDE) for c in range(SIDE) if round(grid[r][c]))
    old = view.get(part).source.own
    _put(view, part, (*old[:number], value, *old[number + 1 :]))


def _put(view: LadderView, part: str, pictures: tuple[int, ...]) -> None:
    link.write(LadderView, view.with_(f"{part}.source.own", pictures))
