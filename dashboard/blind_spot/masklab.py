"""Section 3: edit a mask cell by cell, and hear the verdict at once."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.blind_spot import exhibit
from dashboard.blind_spot.choices import knobs_of
from dashboard.blind_spot.exhibit import exhibit_of
from dashboard.blind_spot.figures import fields
from dashboard.blind_spot.figures import masks as figures
from dashboard.blind_spot.view import PIECES, SpotView
from dashboard.blind_spot.wedge import clicked, field_of
from dashboard.core import link, touch
from dashboard.core.chart import chart
from dashboard.core.choices import one
from dashboard.core.words import say, tr
from engine.autoregressive.masks import Masks
from engine.autoregressive.masks_from_text import text_of
from engine.autoregressive.measured import kernel_weights
from engine.config import shown
from engine.topics.autoregressive.exhibit import Exhibit
from engine.topics.autoregressive.museum import MUSEUM, STANDING, Piece
from engine.topics.autoregressive.verdict import judge
from engine.words import said

ORDER = 30
ID = "masks"
OPENS = {Exhibit: ""}
KNOBS = (
    "colour", "stacks", "padding", "kernel", "layers", "dilation",
    "dilations", "size", "row", "column", "channel", "seed",
)  # fmt: skip
OWN = ("colour", "stacks", "padding")  # of one's own masks alone; a piece has them as they are

CHANNELS = (said("red"), said("green"), said("blue"))
Cells = NDArray[np.bool_]
LAYERS = ("first", "later")
VERTICAL = ("vertical_first", "vertical_later")


def parts_of(masks: Masks) -> dict[str, Cells]:
    """The cells of all masks and, of colour, the channel matrices in the main ones' centres."""
    stacks = ((VERTICAL, masks.vertical), (LAYERS, masks.main))
    parts = {
        name: mask[0, 0]
        for names, both in stacks
        if both
        for name, mask in zip(names, both, strict=True)
    }
    if masks.channels > 1:
        middle = masks.main[0].shape[2] // 2
        for name, mask in zip(LAYERS, masks.main, strict=True):
            parts[f"{name}_channels"] = mask[:, :, middle, middle]
    return parts


def knobs(view: SpotView) -> None:
    own = view.piece not in MUSEUM
    colour = exhibit_of(view).masks().channels > 1
    names = [name for name in KNOBS if own or name not in OWN]
    knobs_of(view, *(name for name in names if colour or name != "channel"))


def show(view: SpotView) -> None:
    """Museum or own masks, their cells, the verdict, and what it means for the field."""
    _choose(view)
    masks = exhibit_of(view).masks()
    parts = parts_of(masks)
    verdict = judge(masks, view.layers, view.size, view.size, view.steps)
    badge = "leaks" if verdict.leaks else "loses" if verdict.loses else "sound"
    st.markdown(f"{say(f'blind_spot.badge_{badge}')} **{tr(verdict.sentence)}**")
    if piece := MUSEUM.get(view.piece):
        st.markdown(f"{tr(piece.what)} **{say('blind_spot.gives_away')}** {tr(piece.gives_away)}")
        st.caption(_origin(piece))
    left, right = st.columns([2, 3])
    with left:
        _masks(view, masks, parts)
    with right:
        figure = fields.growth(
            _fields(view, masks), view.target, height=460 if masks.channels == 1 else 300
        )
        chart(
            figure,
            "spot_lab_growth",
            say("blind_spot.growth_alt"),
            on_click=lambda point: clicked(view, point),
        )
        st.markdown(fields.key(), unsafe_allow_html=True)
        if masks.channels > 1:
            name = tr(CHANNELS[view.channel])
            st.caption(say("blind_spot.three_fields", channel=name))
    exhibit.show(view, verdict)
    _effective(view, masks)


def _fields(view: SpotView, masks: Masks) -> dict[str, NDArray[np.int8]]:
    """Title to kinds (L, H, W): one field, or one for each channel that is looked at."""
    target = view.channel if masks.channels > 1 else 0
    kinds = field_of(masks, view.steps, view.size, (target, *view.target))
    if masks.channels == 1:
        return {tr(PIECES[view.piece]): kinds[:, 0]}
    return {
        say("blind_spot.looks_at", channel=tr(name)): kinds[:, channel]
        for channel, name in enumerate(CHANNELS)
    }


def _masks(view: SpotView, masks: Masks, parts: dict[str, Cells]) -> None:
    """The grids of every stack, and what lies outside the image where that is not zero."""
    if masks.vertical:
        st.markdown(f"**{say('blind_spot.vertical_stack')}**")
        for column, name in zip(st.columns(2), VERTICAL, strict=True):
            with column:
                st.caption(say(f"blind_spot.{name.removeprefix('vertical_')}"))
                _editor(view, name, parts)
        st.markdown(f"**{say('blind_spot.horizontal_stack')}**")
    if masks.channels == 1:
        for column, name in zip(st.columns(2), LAYERS, strict=True):
            with column:
                st.caption(say(f"blind_spot.{name}"))
                _editor(view, name, parts)
    else:
        for name in LAYERS:
            st.markdown(f"**{say(f'blind_spot.{name}')}**")
            wide = view.kernel == 3  # larger ones take all the room
            cells, channels = st.columns(2) if wide else (st.container(), st.container())
            with cells:
                _editor(view, name, parts)
            with channels:
                _editor(view, f"{name}_channels", parts)
    st.caption(say("blind_spot.edit"))
    if masks.channels > 1:
        st.caption(say("blind_spot.channels"))
    if masks.padding != "zeros":
        look = shown(view.knobs()["padding"])
        names = dict(look.options) if look else {}
        st.caption(say("blind_spot.padded", padding=tr(names.get(masks.padding, masks.padding))))


def _origin(piece: Piece) -> str:
    """Whether a piece was published, what its author meant, and where to read it."""
    text = f"**{tr(STANDING[piece.standing])}** {tr(piece.intent)}"
    return f"{text} [{tr(piece.source)}]({piece.url})" if piece.url else text


def _choose(view: SpotView) -> None:
    one(
        "spot_piece",
        say("blind_spot.museum"),
        {id: tr(title) for id, title in PIECES.items()},
        view.piece,
        lambda piece: link.write(SpotView, view.with_("piece", piece)),
    )


def edited(view: SpotView, parts: dict[str, Cells], name: str, grid: list[list[float]]) -> SpotView:
    """The same masks as one's own, but for the cells of one of their parts."""
    own = view.with_("piece", "custom").with_("colour", "first_channels" in parts)
    own = own.with_("stacks", VERTICAL[0] in parts)
    own = own.with_("padding", exhibit_of(view).masks().padding)
    for which, part in parts.items():
        own = own.with_(which, text_of(np.array(grid, bool) if which == name else part))
    return own


def _editor(view: SpotView, name: str, parts: dict[str, Cells]) -> None:
    """A grid of cells; changing one makes the masks one's own."""
    cells, matrix = parts[name], name.endswith("_channels")
    middle = len(cells) // 2
    if matrix:
        st.caption(say("blind_spot.matrix_head", channels=" ".join(tr(c) for c in CHANNELS)))
    touch.cells(
        f"spot_{name}",
        cells.astype(float).tolist(),
        lambda grid: link.write(SpotView, edited(view, parts, name, grid)),
        low=0,
        high=1,
        names="□■",
        mark=None if matrix else (middle, middle),
        # Of colour, the channel matrix says what is seen of the pixel itself.
        fixed="first_channels" in parts and name in LAYERS,
        labels=[tr(name) for name in CHANNELS] if matrix else (),
        alt=say("blind_spot.cells_alt"),
    )


def _effective(view: SpotView, masks: Masks) -> None:
    """Weights times mask: what is really convolved with."""
    weights = kernel_weights(view.kernel, view.seed)
    st.caption(say("blind_spot.effective"))
    shown = {say("blind_spot.weights"): weights}
    for name, cells in parts_of(masks).items():
        if name.endswith("_channels"):
            continue
        title = say(f"blind_spot.{name.removeprefix('vertical_')}")
        if masks.vertical:
            stack = "vertical_stack" if name in VERTICAL else "horizontal_stack"
            title = f"{say(f'blind_spot.{stack}')}<br>{title}"
        shown[title] = weights * cells
    chart(figures.kernels(shown, signed=True), "spot_effective", say("blind_spot.effective"))
