"""Widgets for knobs that hold several values: a choice of ids, and a row of numbers."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard.activations.view import ActView
from dashboard.core import choices, link
from dashboard.core.controls import checked
from dashboard.core.words import say, tr
from engine.config import Knob, shown


def put(view: ActView, **values: Any) -> None:
    """Change settings by dotted name (two underscores for a dot), unless they are refused."""

    def make() -> ActView:
        new = view
        groups: dict[str, dict[str, Any]] = {}
        for name, value in values.items():
            head, _, rest = name.partition("__")
            if rest:
                groups.setdefault(head, {})[rest] = value
            else:
                new = new.with_(head, value)
        for head, inner in groups.items():  # together: some values only fit each other
            part = getattr(new, head)
            new = new.with_(head, type(part)(**dict(part) | inner))
        return new

    if (new := checked(make)) is not None:
        link.write(ActView, new)


def several(view: ActView, name: str, labels: Mapping[str, str]) -> None:
    """A multi-select of ids; `name` is written like "gallery.shown"."""
    field = view.knobs()[name]
    look = shown(field) or Knob(title=name)
    field_name = name.replace(".", "__")
    choices.several(
        f"act_{name}",
        tr(look.title),
        labels,
        view.get(name),
        lambda chosen: put(view, **{field_name: chosen}),
        least=0,
        help=tr(look.help) or None,
    )


def sliders(
    name: str,
    title: str,
    values: tuple[float, ...],
    reach: float,
    change: Callable[[tuple[float, ...]], None],
) -> None:
    """One slider a number. Values beyond the reach, which a link may hold, widen it."""
    reach = max(reach, *(abs(value) for value in values))
    for index, value in enumerate(values):

        def moved(new: float, index: int = index) -> None:
            change((*values[:index], round(new, 6), *values[index + 1 :]))

        label = f"{title} {index + 1}"
        key = f"act_{name}_{index}"
        choices.held(st.slider, key, label, float(value), moved, -reach, reach, step=0.1)


def longer(
    name: str, what: str, fewer: Callable[[], None] | None, more: Callable[[], None] | None
) -> None:
    """Two buttons that make a row of numbers shorter or longer; None: it is at its end."""
    with st.container(horizontal=True):
        for sign, act in (("fewer", fewer), ("more", more)):
            st.button(
                say(f"activations.{sign}", what=what),
                key=f"act_{name}_{sign}",
                on_click=act,
                disabled=act is None,
            )
