"""The area in which points are placed, moved and deleted, for every section that has points."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import streamlit as st

from dashboard.core import export, link, touch
from dashboard.core.words import say
from dashboard.neurons.figures.kinds import COLOURS
from dashboard.neurons.view import NeuronsView
from engine.topics.neurons.points import MOST, REACH, Plane, placed


def below(
    view: NeuronsView,
    part: str,
    table: Callable[[], Mapping[str, Iterable[Any]]] | None,
    *,
    expanded: bool = False,
) -> None:
    """Below a picture of points: where they are moved, and how its numbers are taken along.

    Args:
        part: the settings of the section, which hold the plane.
        table: makes columns of numbers by name; None: there are none.
    """
    config = view.get(part)
    with st.expander(say("neurons.place"), expanded=expanded, key=f"neurons_{part}_place"):
        st.caption(say("neurons.place_how"))
        _area(view, f"{part}.plane")
    if table is not None:
        said = say("export.by_formula", key=config.key)
        export.foot(said, more=lambda: export.numbers(part, config.key, table))


def _area(view: NeuronsView, name: str) -> None:
    """The points of a plane; what somebody makes of them is their own."""
    plane: Plane = view.get(name)

    def changed(points: list[touch.Point]) -> None:
        own = tuple((round(100 * x), round(100 * y), kind) for x, y, kind in points)
        new = plane.model_copy(update={"preset": "own", "own": own})
        link.write(NeuronsView, view.with_(name, new))

    span = (-float(REACH), float(REACH))
    touch.points(
        f"neurons_{name.split('.')[0]}_points",
        [(x / 100, y / 100, kind) for x, y, kind in placed(plane)],
        changed,
        classes=[say("neurons.class", number=kind) for kind in (0, 1)],
        colours=COLOURS,
        x=span,
        y=span,
        most=MOST,
        alt=say("neurons.area_alt"),
    )
