"""How does a picture move in the browser, without asking the server?

Films are written as plain dictionaries: Plotly would check each of some hundred small traces, which
takes longer than the whole rest of a page.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.language import tr
from engine.optim import OPTIMIZERS

FRAMES = 51  # at most, the first and the last included
BELOW = 58  # from the plot to the transport, pixels: room for ticks and their title
BUTTONS = 290  # width of the transport's buttons, pixels
NARROW = {"sliders": [{"pad": {"l": 0, "t": BELOW + 36}}]}
_ORDER = list(OPTIMIZERS)
Trace = dict[str, Any]


@dataclass(frozen=True)
class Film:
    """A figure of dictionaries in Plotly's own nested form, where a title is {"text": …}."""

    data: list[Trace]
    frames: list[Trace]
    layout: Trace

    def to_dict(self) -> Trace:
        return {"data": self.data, "frames": self.frames, "layout": dict(self.layout)}


def trace(type: str = "scatter", **settings: Any) -> Trace:
    """One trace of a film; arrays in it are packed."""
    arrays = {name: packed(v) for name, v in settings.items() if isinstance(v, np.ndarray)}
    return {"type": type} | settings | arrays


@cache
def base(name: str, height: int) -> dict[str, Any]:
    """The layout of `palette.base` as a dictionary, to be unpacked, never changed."""
    found: dict[str, Any] = palette.base(name, height).layout.to_plotly_json()
    found.pop("template", None)  # the page has its own
    return found


def packed(values: NDArray[Any]) -> dict[str, str]:
    """An array as Plotly's own base64 form, in single precision."""
    data = np.ascontiguousarray(values, dtype=np.float32)
    found = {"dtype": "f4", "bdata": base64.b64encode(data.tobytes()).decode()}
    return found | ({"shape": ", ".join(map(str, data.shape))} if data.ndim > 1 else {})


def stops(steps: int) -> NDArray[np.int64]:
    """Steps at which a film of 0..steps has a frame: evenly spread, both ends included."""
    return np.unique(np.linspace(0, steps, min(steps + 1, FRAMES)).round().astype(np.int64))


def transport(names: Sequence[str], *, prefix: str, redraw: bool = False) -> dict[str, Any]:
    """Play, slow, pause, single steps and a slider beside them, for frames of these names.

    The last frame is on the screen. `NARROW` puts the slider below the buttons.

    Args:
        prefix: stands before the name of the frame that is shown.
        redraw: whether pictures move; points and lines move without.
    """
    jump = {"frame": {"duration": 0, "redraw": redraw}, "mode": "immediate"}

    def play(milliseconds: int) -> list[Any]:
        film = {
            "frame": {"duration": milliseconds, "redraw": redraw},
            "transition": {"duration": 0},
            "mode": "immediate",
        }
        return [list(names), film]

    buttons: list[dict[str, Any]] = [
        {"label": tr("▶ play"), "method": "animate", "args": play(max(30, 4000 // len(names)))},
        {"label": tr("slow"), "method": "animate", "args": play(max(120, 16000 // len(names)))},
        {"label": tr("pause"), "method": "animate", "args": [[None], jump]},
        # `chart.js` reads from the name how far to go
        {"label": tr("back"), "name": "-1", "method": "skip"},
        {"label": tr("next"), "name": "1", "method": "skip"},
    ]
    return {
        "updatemenus": [row_of(buttons, BELOW)],
        "sliders": [
            {
                "active": len(names) - 1,
                "x": 0,
                "y": 0,
                "len": 1,
                "pad": {"l": BUTTONS, "t": BELOW - 8},
                "currentvalue": {"prefix": prefix, "xanchor": "right"},
                "steps": [
                    {"label": name, "method": "animate", "args": [[name], jump]} for name in names
                ],
            }
        ],
    }


def row_of(buttons: list[dict[str, Any]], below: float) -> dict[str, Any]:
    """Plotly's buttons in a row, so many pixels below the axes."""
    return {
        "type": "buttons",
        "direction": "left",
        "x": 0,
        "y": 0,
        "xanchor": "left",
        "yanchor": "top",
        "pad": {"t": below},
        "showactive": False,
        "bgcolor": palette.colour(0),
        "font": {"color": palette.WHITE},
        "buttons": buttons,
    }


def colour_of(optimizer: str) -> str:
    """An optimizer's colour: by its place in the registry, the same on every chart."""
    return palette.colour(_ORDER.index(optimizer))


def dash_of(optimizer: str) -> str:
    return palette.dash(_ORDER.index(optimizer))


def mark_of(optimizer: str) -> str:
    return palette.marker(_ORDER.index(optimizer))


def label_of(optimizer: str) -> str:
    return tr(OPTIMIZERS[optimizer].about.label)
