"""The area in which points are placed, moved and deleted, for every section that has points."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard.core import export, link, touch
from dashboard.core.words import say
from dashboard.neurons.figures.kinds import COLOURS
from dashboard.neurons.view import NeuronsView
from engine.topics.neurons.points import MOST, REACH, Placed, Plane, placed


def below(
    view: NeuronsView,
    part: str,
    table: Callable[[], Mapping[str, Iterable[Any]]] | None,
    *,
    expanded: bool = False,
    how: str = "neurons.place_how",
    draw: Callable[[], None] | None = None,
    seed: int | None = None,
) -> None:
    """Below a picture of points: where they are moved, and how its numbers are taken along.

    Args:
        part: the settings of the section, which hold the plane.
        table: makes columns of numbers by name; None: there are none.
        how: id of the sentence that says what a touch does.
        draw: draws the area where the section's points are no plane's.
        seed: of what was drawn; None: all is by formula.
    """
    config = view.get(part)
    with st.expander(say("neurons.place"), expanded=expanded, key=f"neurons_{part}_place"):
        st.caption(say(how))
        if draw is None:
            _plane(view, f"{part}.plane")
        else:
            draw()
    if table is not None:
        said = say("export.by_formula", key=config.key)
        if seed is not None:
            said = say("neurons.drawn_by", seed=seed, key=config.key)
        export.foot(said, more=lambda: export.numbers(part, config.key, table))


def _plane(view: NeuronsView, name: str) -> None:
    """The points of a plane; what somebody makes of them is their own."""
    plane: Plane = view.get(name)

    def put(own: tuple[Placed, ...]) -> None:
        new = plane.model_copy(update={"preset": "own", "own": own})
        link.write(NeuronsView, view.with_(name, new))

    area(
        name.split(".")[0],
        placed(plane),
        put,
        classes=[say("neurons.class", number=kind) for kind in (0, 1)],
        span=(float(REACH), float(REACH)),
        alt=say("neurons.area_alt"),
    )


def area(
    part: str,
    now: Sequence[Placed],
    put: Callable[[tuple[Placed, ...]], None],
    *,
    classes: Sequence[str],
    span: tuple[float, float],
    alt: str,
) -> None:
    """An area of points that are written in hundredths.

    Args:
        part: the settings of the section.
        now: what the link says.
        put: is called with what a person made of it.
        classes: names of both.
        span: how far the axes go each way, across and up.
        alt: what it shows.
    """

    def changed(points: list[touch.Point]) -> None:
        put(tuple((round(100 * x), round(100 * y), kind) for x, y, kind in points))

    across, up = span
    touch.points(
        f"neurons_{part}_points",
        [(x / 100, y / 100, kind) for x, y, kind in now],
        changed,
        classes=classes,
        colours=COLOURS,
        x=(-across, across),
        y=(-up, up),
        most=MOST,
        alt=alt,
    )
