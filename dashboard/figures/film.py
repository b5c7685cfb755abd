"""How does a picture move in the browser, without asking the server?

Films are written as plain dictionaries: Plotly would check each of some hundred small traces, which
takes longer than the whole rest of a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.packing import array
from dashboard.language import tr
from engine.optim import OPTIMIZERS

FRAMES = 51  # at most, the first and the last included
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
    with np.errstate(over="ignore"):  # what is larger is nowhere in the picture
        found: dict[str, str] = array(values.astype(np.float32))
    return found


def stops(steps: int) -> NDArray[np.int64]:
    """Steps at which a film of 0..steps has a frame: evenly spread, both ends included."""
    return np.unique(np.linspace(0, steps, min(steps + 1, FRAMES)).round().astype(np.int64))


def transport(
    labels: Sequence[str],
    *,
    pace: float,
    at: int = -1,
    redraw: bool = False,
    rows: Sequence[int] = (),
    keys: bool = False,
    fits: bool = False,
) -> dict[str, Any]:
    """What `transport.js` is said of a film, as a part of its layout's `meta`.

    Args:
        labels: what each frame shows; a line break makes another line.
        pace: milliseconds a frame at the usual speed.
        at: number of the frame that is on the screen; -1: the last.
        redraw: whether frames replace what Plotly does not move by itself, as heat maps and bars.
        rows: numbers of frames that a second button plays, at half the pace; empty: no such button.
        keys: whether the arrow keys of the page are the film's.
        fits: whether it is drawn lower where the window is low, so that it stands on the screen
            together with its row.
    """
    words = {
        "first": tr("to the start"),
        "back": tr("a frame back"),
        "play": tr("play or pause"),
        "next": tr("a frame on"),
        "last": tr("to the end"),
        "rows": tr("play row by row"),
        "speed": tr("speed"),
        "slider": tr("frame"),
    }
    film = {"labels": list(labels), "at": at % len(labels), "pace": pace, "redraw": redraw}
    more = {"rows": list(rows), "keys": keys, "fits": fits, "words": words}
    return {"film": film | more}


def whole(frames: int) -> float:
    """Milliseconds a frame, so that a film takes about four seconds."""
    return max(30.0, 4000 / frames)


def colour_of(optimizer: str) -> str:
    """An optimizer's colour: by its place in the registry, the same on every chart."""
    return palette.colour(_ORDER.index(optimizer))


def dash_of(optimizer: str) -> str:
    return palette.dash(_ORDER.index(optimizer))


def mark_of(optimizer: str) -> str:
    return palette.marker(_ORDER.index(optimizer))


def label_of(optimizer: str) -> str:
    return tr(OPTIMIZERS[optimizer].about.label)
