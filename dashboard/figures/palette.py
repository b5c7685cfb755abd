"""Which colours mean what? The only place that names a colour.

Categories: Okabe and Ito 2008 (colour universal design), in an order that separates neighbours;
with a dash or a marker, so never by colour alone. Signed values: blue below zero, orange-red
above, neutral at zero. Unsigned: cividis.
"""

from math import lcm

import pandas as pd  # noqa: F401 - whole before Plotly, which uses one that is half imported
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

CATEGORIES = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#B8A900",
    "#7F7F7F",
)
BLUE, ORANGE, GREEN, PINK, SKY, RED, OLIVE, GREY = CATEGORIES
BLACK, WHITE, INK = "#000000", "#FFFFFF", "#222222"
TEXT = "#010203"  # stands for the colour of the page's text: `chart.js` puts that in its place
DARK = "#3A3A3A"  # what has died or diverged
PALE, PALER = "#C9C9C9", "#DADADA"  # what is not there yet; where nothing is
PALE_BLUE, PALE_ORANGE = "#7FB2DD", "#F2B48A"  # areas under points of their colours
DEEP_BLUE, DEEP_RED = "#00507D", "#A84300"  # writing on light ground
FAR_BLUE = "#BFD9EA"  # lighter than any area
UNDRAWN = "#7A86A8"  # of pixels that are still to come: no grey of a picture
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
MARKERS = ("circle", "square", "diamond", "cross", "x", "triangle-up", "star", "hexagon")
NEUTRAL = "#E8EAEB"
SIGNED = [[0.0, "#0B5C9E"], [0.25, "#6FA8D6"], [0.5, NEUTRAL], [0.75, "#F0A070"], [1.0, "#C8500A"]]
UNSIGNED = "Cividis"
# For points and lines: the ends of the scale would be lost on a dark page and on a light one.
MARKS = [
    [place / 8, shade]
    for place, shade in enumerate(sample_colorscale(UNSIGNED, [0.28 + 0.075 * i for i in range(9)]))
]
FAINT = "rgba(127,127,127,0.35)"
EDGE = WHITE  # around markers, on any background


def colour(index: int) -> str:
    return CATEGORIES[index % len(CATEGORIES)]


def dash(index: int) -> str:
    """Where a colour comes again, its dash is another one."""
    return DASHES[(index + index // lcm(len(CATEGORIES), len(DASHES))) % len(DASHES)]


def marker(index: int) -> str:
    """Where a colour comes again, its marker is another one."""
    return MARKERS[(index + 3 * (index // len(CATEGORIES))) % len(MARKERS)]


def ramp(count: int) -> list[str]:
    """Colours in an order that is seen, for settings that are numbers; no two are the same."""
    places = [0.15 + 0.68 * i / max(1, count - 1) for i in range(count)]
    found = sample_colorscale("Viridis", places, colortype="tuple")  # (r, g, b) in [0, 1]
    return ["#" + "".join(f"{round(255 * part):02X}" for part in parts) for parts in found]


def faded(index: int, alpha: float) -> str:
    """A category's colour as rgba, for bands and raw curves."""
    return thin(colour(index), alpha)


def thin(code: str, alpha: float) -> str:
    """A colour as rgba."""
    red, green, blue = (int(code[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


def rgb(index: int) -> tuple[int, int, int]:
    code = colour(index)
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def base(name: str, height: int = 320, **layout: object) -> go.Figure:
    """An empty figure: constant uirevision (zoom survives redraws), small margins, no title."""
    figure = go.Figure()
    figure.update_layout(
        uirevision=name,
        height=height,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hovermode="closest",
    )
    return figure.update_layout(**layout)
