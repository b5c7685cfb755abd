"""Does a figure of several panels fit a phone: no panel on another, no title on a title?"""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
import pytest

from dashboard.activations.figures import linear as linear_figures
from dashboard.activations.figures import runs as runs_figures
from dashboard.activations.figures import signal as signal_figures
from dashboard.activations.figures import squares as squares_figures
from dashboard.blind_spot.figures import fields, masks
from dashboard.explain_images.figures import board as board_figures
from dashboard.explain_images.figures import clever_hans as clever_hans_figures
from dashboard.explain_images.figures import dream as dream_figures
from dashboard.explain_images.figures import layers as layers_figures
from dashboard.explain_images.figures import maps as maps_figures
from dashboard.explain_images.figures import occlusion as occlusion_figures
from dashboard.explain_images.figures import stability as stability_figures
from dashboard.explain_images.figures.board import Curve
from dashboard.explain_images.figures.maps import Panel
from dashboard.explain_tables.figures import accuracy as accuracy_figures
from dashboard.explain_tables.figures import all_rows as all_rows_figures
from dashboard.explain_tables.figures import metrics as metrics_figures
from dashboard.explain_tables.figures.accuracy import Tried
from dashboard.figures import images
from engine.explain.methods import METHODS
from engine.explain.weighing import Weighed
from engine.metrics import confusion
from engine.topics.activations.deep_linear import DeepLinearConfig, deep_linear
from engine.topics.activations.signal import SignalConfig, signal
from engine.topics.explain_images.occlusion_maps import OcclusionMaps

WIDTH = 358  # pixels of a chart on a phone of 390
LETTER, LINE = 0.5, 1.35  # of the size of its letters: how wide one is, how high a line
DRAW = np.random.default_rng(0)
NAMES = [method.about.label for method in METHODS.values()][:9]
MAP = DRAW.normal(size=(8, 8)).astype(np.float32)
PICTURE = DRAW.random((3, 8, 8), np.float32)
SEEN = (255 * PICTURE).astype(np.uint8)
CLASSES = ("circle", "square", "star")


class Box(NamedTuple):
    name: str
    left: float
    right: float
    low: float
    high: float

    def on(self, other: "Box") -> bool:
        """Whether they share more than a pixel or two."""
        across = min(self.right, other.right) - max(self.left, other.left)
        return across > 2 and min(self.high, other.high) - max(self.low, other.low) > 2


def side_by_side() -> go.Figure:
    panels = [Panel(name, "IoU 0.41 · 38 ms", MAP) for name in NAMES]
    look = {"opacity": 0.5, "signed": True, "shared": False}
    return maps_figures.side_by_side(PICTURE, "picture", panels, **look)


def weights() -> go.Figure:
    parts = Weighed(DRAW.normal(size=20), np.stack([MAP] * 20), MAP)
    return layers_figures.weights(parts, ["Σ over<br>all maps", "ReLU:<br>the map"])


def stability() -> go.Figure:
    found = {name: {"mean": MAP, "spread": abs(MAP)} for name in NAMES}
    return stability_figures.maps(PICTURE, found, names=("mean", "spread"), units=("a", "b"))


def occlusion() -> go.Figure:
    places, best = np.arange(8), np.ones((8, 8), np.int64)
    told = OcclusionMaps(places, places, MAP, abs(MAP) / 5, best, "act4", 3, 1.0, 0.9, 1)
    titles = ["costs most here", "map 3 of act4", "probability of circle", "most probable class"]
    return occlusion_figures.maps(told, np.zeros((3, 8, 8), np.uint8), CLASSES, titles)


def dreams() -> go.Figure:
    captions = [f"seed {n}<br>S = 123.4" for n in range(4)]
    return dream_figures.believed([SEEN] * 4, np.full((4, 3), 1 / 3), CLASSES, captions, 1)


def change() -> go.Figure:
    titles = ["circle, 98.3%", "what was added: 2.54 grey levels", "star, 79.9%"]
    chances = np.full((2, 3), 1 / 3)
    return dream_figures.change((SEEN, SEEN), PICTURE, chances, CLASSES, titles, 2)


def climbing() -> go.Figure:
    line = np.arange(5), np.linspace(0.0, 1, 5)
    return dream_figures.climbing({"score S": {0: line}, "probability of ring": {0: line}}, None)


def curves() -> go.Figure:
    line = np.linspace(0, 1, 5)
    titles = ("Deletion: highest pixels to the mean colour", "Insertion: from blurred to sharp")
    found = [Curve(name, "cam", line, line) for name in NAMES[:5]]
    return board_figures.curves(found, titles, ("share of pixels exchanged", "probability"))


def follows() -> go.Figure:
    places = np.linspace(0.25, 0.75, 3, dtype=np.float32)
    titles = ("picture (circle)", "Grad-CAM", "at every place")
    return board_figures.follows(
        PICTURE.transpose(1, 2, 0), MAP, np.full((3, 3), 0.5, np.float32), places, (0.3, 0.4),
        titles=titles, bar="probability",
    )  # fmt: skip


def hans() -> go.Figure:
    return clever_hans_figures.maps(
        PICTURE.transpose(1, 2, 0), dict.fromkeys(NAMES, MAP), "share", "it"
    )


def gallery() -> go.Figure:
    return images.gallery(np.zeros((6, 3, 8, 8), np.uint8), [f"{name}?" for name in CLASSES * 2])


def answers() -> go.Figure:
    truth, p = DRAW.random(50) > 0.5, DRAW.random(50)
    return metrics_figures.answers(truth, p, 0.5, confusion(truth, p > 0.5), ("genuine", "fraud"))


def errors() -> go.Figure:
    one = np.array([1.0, 2, 4])
    return accuracy_figures.errors({"Kernel": Tried(one, one, one, one)}, 1.0, (9.0, 0.1), "logits")


def matrices() -> go.Figure:
    return linear_figures.product(deep_linear(DeepLinearConfig()))


def depth() -> go.Figure:
    found = signal(SignalConfig())
    return signal_figures.layers(found.signal, found.signal, found.theory)


def runs() -> go.Figure:
    shown = {f"measure {n}": {name: DRAW.random((3, 5)) for name in CLASSES} for n in range(4)}
    return runs_figures.panels("runs", shown, np.arange(5), steps=4)


def counted() -> go.Figure:
    truth = np.arange(9) % 3
    return squares_figures.answers(truth, {name: DRAW.random(9) for name in CLASSES}, 1.0)


def readouts() -> go.Figure:
    found = {name: (DRAW.normal(size=(5, 2)), DRAW.normal(size=5)) for name in CLASSES}
    return squares_figures.readouts(found, 0)


def boards() -> go.Figure:
    kinds = np.zeros((3, 9, 9), np.int8)
    return fields.growth({"Single mask": kinds, "Two stacks": kinds}, (4, 4))


def sheets() -> go.Figure:
    drawn = np.zeros((16, 1, 8, 8), np.uint8)
    return masks.drawn(
        {"drawn with these masks": drawn, "drawn with those that were meant": drawn}, 9
    )


def bars() -> go.Figure:
    values = DRAW.normal(size=(20, 6))
    return all_rows_figures.bars(values, values[:4].T, list("abcdef"), "log-odds of fraud", "AUC")


FIGURES = [
    side_by_side, weights, stability, occlusion, dreams, change, climbing, curves, follows, hans,
    gallery, answers, errors, matrices, depth, runs, counted, readouts, boards, sheets,
]  # fmt: skip


def merged(one: Any, other: Any) -> Any:
    """As `chart.js` does it."""
    if not isinstance(other, dict | list | tuple) or not isinstance(one, dict | list | tuple):
        return one if other is None else other
    found = dict(one) if isinstance(one, dict) else list(one)
    for name, value in other.items() if isinstance(other, dict) else enumerate(other):
        if isinstance(found, list) and name >= len(found):
            found.append(value)
        else:
            old = found.get(name) if isinstance(found, dict) else found[name]
            found[name] = merged(old, value)
    return found


def on_a_phone(figure: go.Figure) -> dict[str, Any]:
    layout = figure.to_dict()["layout"]
    narrow = layout["meta"]["narrow"]
    assert narrow["below"] > WIDTH
    return merged(layout, narrow["layout"])


def plot(layout: dict[str, Any]) -> tuple[float, float]:
    margin = {"l": 80, "r": 80, "t": 100, "b": 80} | layout["margin"]
    return WIDTH - margin["l"] - margin["r"], layout["height"] - margin["t"] - margin["b"]


def panels(layout: dict[str, Any]) -> Iterator[Box]:
    width, height = plot(layout)
    for name, axis in layout.items():
        if name.startswith("xaxis"):
            left, right = axis["domain"]
            low, high = layout[f"yaxis{name[5:]}"].get("domain", (0, 1))
            yield Box(name, left * width, right * width, low * height, high * height)


def titles(layout: dict[str, Any]) -> Iterator[Box]:
    width, height = plot(layout)
    for note in layout.get("annotations", ()):
        if note.get("xref") != "paper" or note.get("yref") != "paper":
            continue
        lines = re.sub(r"</?span.*?>", "", note["text"]).split("<br>")
        size = note.get("font", {}).get("size", 12)
        half = max(map(len, lines)) * size * LETTER / 2
        x, y = note["x"] * width, note["y"] * height
        yield Box(note["text"], x - half, x + half, y, y + len(lines) * size * LINE)


@pytest.mark.parametrize("make", FIGURES, ids=lambda make: make.__name__)
def test_nothing_lies_on_anything_else_on_a_phone(make):
    layout = on_a_phone(make())
    boxes = [*panels(layout), *titles(layout)]
    assert [(a.name, b.name) for a, b in combinations(boxes, 2) if a.on(b)] == []


@pytest.mark.parametrize("make", FIGURES, ids=lambda make: make.__name__)
def test_every_panel_is_large_enough_to_be_seen_on_a_phone(make):
    layout = on_a_phone(make())
    for box in panels(layout):
        assert box.right - box.left > 60 and box.high - box.low > 60, box


def test_a_thumbnail_and_its_click_move_together():
    figure = layers_figures.thumbnails({name: MAP[None] for name in NAMES}, NAMES[5])
    narrow = figure.layout.meta["narrow"]
    images = merged(figure.to_dict()["layout"], narrow["layout"])["images"]
    clicks = narrow["data"][0]
    assert [image["x"] for image in images] == list(clicks["x"])
    assert [image["y"] for image in images] == list(clicks["y"])
    assert len(set(zip(clicks["x"], clicks["y"], strict=True))) == len(NAMES)
