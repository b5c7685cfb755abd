"""One Plotly chart on the screen, the same way everywhere."""

import gzip
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import plotly
import streamlit as st
from plotly.io.json import to_json_plotly
from pydantic import BaseModel, FiniteFloat, ValidationError

from dashboard.core.words import language
from dashboard.figures import palette
from dashboard.figures.packing import contents, packed

ADDRESS = f"/blindspot/plotly-{plotly.__version__}.js"  # changes with what is there
CSS = """
@media (hover: none) { /* where Plotly shows its buttons all the time: a row of their own */
  .blindspot-chart:not(:fullscreen) {box-sizing: content-box; padding-top: 34px}
  .blindspot-chart:not(:fullscreen) .modebar-container {top: -34px !important}
}
.blindspot-film {
  align-items: center; color: var(--st-text-color); direction: ltr; display: flex; flex-wrap: wrap;
  font-family: var(--st-font); font-size: 0.875rem; gap: 0.25rem; padding: 0.25rem;
}
.blindspot-film[hidden], .blindspot-film [hidden] {display: none}
.blindspot-film button, .blindspot-film select {
  background: var(--st-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius); color: inherit; cursor: pointer; font: inherit;
  height: 2.25rem; min-width: 2.25rem; padding: 0 0.5rem;
}
.blindspot-film button:disabled {cursor: default; opacity: 0.4}
.blindspot-film button[name=play] {
  background: var(--st-primary-color); border-color: transparent;
  color: light-dark(#fff, #05202f); min-width: 3.5rem;
}
.blindspot-film svg {display: block; fill: currentColor; height: 1.1rem; margin: auto}
.blindspot-film input {accent-color: var(--st-primary-color); flex: 1 1 9rem; min-width: 6rem}
.blindspot-film output {
  flex: 1 0 100%; font-variant-numeric: tabular-nums; white-space: pre-line;
}
"""
_mount = st.components.v2.component(
    "blindspot_chart",
    css=CSS,
    js="".join(
        Path(__file__).with_name(name).read_text(encoding="utf-8")
        for name in ("transport.js", "chart.js")
    ),
    isolate_styles=False,
)


class Point(BaseModel, frozen=True):
    """Where somebody clicked, in the units of the axes; on an axis of words their place is 0."""

    x: FiniteFloat
    y: FiniteFloat
    custom: tuple[FiniteFloat | str, ...] = ()  # the trace's customdata there


def chart(
    figure: Any,
    key: str,
    alt: str,
    *,
    of: tuple[Hashable, ...] = (),
    format: str = "png",
    on_click: Callable[[Point], None] | None = None,
    on_place: Callable[[int], None] | None = None,
) -> None:
    """Draw a figure into the chart of that key: zoom and legend stay as the viewer left them.

    Args:
        figure: of Plotly; or a function that makes it, of what `of` names and nothing else.
        key: of the chart; the part after the first underscore names a saved picture.
        alt: what it shows, for those who do not see it.
        of: everything that decides the figure, as keys and numbers: it is then made once for all
            who ask for the same in the same language, and not again. Empty: it is made now.
        format: of the picture that the camera saves, "png" or "svg".
        on_click: called with the point that was clicked.
        on_place: called with the number of the frame at which somebody left the figure's film.
    """
    image = {"format": format, "filename": f"blindspot-{key}", "scale": 2}
    listens = {"clickable": on_click is not None, "reports": on_place is not None}
    more = {"alt": alt, "image": image, "address": ADDRESS, **listens}
    if of:
        data = _once(figure, of, more, language())
    else:
        data = payload(figure() if callable(figure) else figure, **more)

    def clicked() -> None:
        assert on_click
        with suppress(ValidationError, LookupError):  # sent by something else than our chart
            on_click(Point.model_validate(st.session_state[key]["click"]))

    def left() -> None:
        assert on_place
        place = st.session_state[key].get("place")
        if isinstance(place, int | float) and place >= 0:  # Streamlit sends whole numbers as floats
            on_place(int(place))

    _mount(
        key=key,
        data=data,
        on_click_change=clicked if on_click else None,
        on_place_change=left if on_place else None,
    )


def prepare() -> None:
    """Let the browser load the library while the page is still computed."""
    _mount(key="chart_library", data=ADDRESS)


@st.cache_data(show_spinner=False, max_entries=200)
def _once(
    _figure: Callable[[], Any], of: tuple[Hashable, ...], more: dict[str, Any], language: str
) -> bytes:
    return payload(_figure(), **more)


def payload(figure: Any, **more: Any) -> bytes:
    """What `chart.js` is sent, as JSON: what is given, and the figure."""
    spec = packed(contents(figure))
    spec["layout"].pop("template", None)  # the page has its own
    spec["layout"].setdefault("colorway", palette.CATEGORIES)
    return to_json_plotly({**more, "figure": spec}).encode()


@cache
def library() -> bytes:
    """Plotly for the browser, compressed once for everybody."""
    return gzip.compress(
        (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes(), 6
    )
