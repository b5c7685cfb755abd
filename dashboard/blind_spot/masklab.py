"""Section 3: edit a mask cell by cell, and hear the verdict at once."""

from collections.abc import Callable

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.blind_spot import exhibit
from dashboard.blind_spot.choices import knobs_of
from dashboard.blind_spot.exhibit import exhibit_of
from dashboard.blind_spot.figures import fields
from dashboard.blind_spot.figures import masks as figures
from dashboard.blind_spot.view import PIECES, SpotView
from dashboard.blind_spot.wedge import clicked
from dashboard.core import link
from dashboard.core.chart import chart
from dashboard.core.choices import one
from dashboard.core.words import say, tr
from engine.autoregressive.classification import classify, reach
from engine.autoregressive.masks import Masks
from engine.autoregressive.masks_from_text import text_of
from engine.autoregressive.measured import kernel_weights
from engine.autoregressive.orders import ranks
from engine.autoregressive.propagation import propagate
from engine.topics.autoregressive.exhibit import Exhibit
from engine.topics.autoregressive.museum import MUSEUM, STANDING, Piece
from engine.topics.autoregressive.verdict import judge

ORDER = 30
ID = "masks"
OPENS = {Exhibit: ""}
KNOBS = ("colour", "kernel", "layers", "dilation", "size", "row", "column", "seed")

Cells = NDArray[np.bool_]
LAYERS = ("first", "later")


def parts_of(masks: Masks) -> dict[str, Cells]:
    """The cells of both masks and, of colour, the channel matrices in their centres."""
    parts = {name: mask[0, 0] for name, mask in zip(LAYERS, masks.main, strict=True)}
    if masks.channels > 1:
        middle = masks.main[0].shape[2] // 2
        for name, mask in zip(LAYERS, masks.main, strict=True):
            parts[f"{name}_channels"] = mask[:, :, middle, middle]
    return parts


def knobs(view: SpotView) -> None:
    own = view.piece not in MUSEUM
    knobs_of(view, *(name for name in KNOBS if own or name != "colour"))


def show(view: SpotView) -> None:
    """Museum or own masks, their cells, the verdict, and what it means for the field."""
    _choose(view)
    masks = exhibit_of(view).masks()
    parts = parts_of(masks)
    verdict = judge(masks, view.layers, view.size, view.size, view.dilation)
    badge = "leaks" if verdict.leaks else "loses" if verdict.loses else "sound"
    st.markdown(f"{say(f'blind_spot.badge_{badge}')} **{tr(verdict.sentence)}**")
    if piece := MUSEUM.get(view.piece):
        st.markdown(f"{tr(piece.what)} **{say('blind_spot.gives_away')}** {tr(piece.gives_away)}")
        st.caption(_origin(piece))
    left, right = st.columns([2, 3])
    with left:
        for name in LAYERS:
            st.markdown(f"**{say(f'blind_spot.{name}')}**")
            if masks.channels == 1:
                _editor(view, name, parts)
                continue
            wide = view.kernel == 3  # larger ones take all the room
            cells, channels = st.columns(2) if wide else (st.container(), st.container())
            with cells:
                _editor(view, name, parts)
            with channels:
                _editor(view, f"{name}_channels", parts)
        st.caption(say("blind_spot.edit"))
        if masks.channels > 1:
            st.caption(say("blind_spot.channels"))
    with right:
        order = ranks(masks.channels, view.size, view.size)
        kinds = np.stack(
            [
                classify(field, (0, *view.target), order, reach(masks, n, view.dilation))[0]
                for n, field in enumerate(
                    propagate(masks, view.layers, view.size, view.size, view.dilation), 1
                )
            ]
        )
        figure = fields.growth({tr(PIECES[view.piece]): kinds}, view.target, height=460)
        chart(
            figure,
            "spot_lab_growth",
            say("blind_spot.growth_alt"),
            on_click=lambda point: clicked(view, point),
        )
        st.markdown(fields.key(), unsafe_allow_html=True)
    exhibit.show(view, verdict)
    _effective(view, masks)


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


def _editor(view: SpotView, name: str, parts: dict[str, Cells]) -> None:
    """A grid of boxes; changing one makes the masks one's own."""
    cells, colour = parts[name], len(parts) > len(LAYERS)

    def flip(row: int, column: int) -> Callable[[], None]:
        def change() -> None:
            config = view.with_("piece", "custom").with_("colour", colour)
            for which, part in parts.items():
                new = part.copy()
                if which == name:
                    new[row, column] ^= True
                config = config.with_(which, text_of(new))
            link.write(SpotView, config)

        return change

    side = len(cells)
    for row in range(side):
        with st.container(horizontal=True, gap="xxsmall", key=f"spot_{name}_row{row}"):
            for column in range(side):
                centre = row == column == side // 2 and name in LAYERS
                st.button(
                    ("◉" if centre else "■") if cells[row, column] else ("○" if centre else "□"),
                    key=f"spot_{name}_{row}_{column}",
                    on_click=flip(row, column),
                    type="primary" if cells[row, column] else "secondary",
                    disabled=centre and colour,  # the channel matrix says what is seen of it
                )


def _effective(view: SpotView, masks: Masks) -> None:
    """Weights times mask: what is really convolved with."""
    weights = kernel_weights(view.kernel, view.seed)
    st.caption(say("blind_spot.effective"))
    shown = {say("blind_spot.weights"): weights}
    for title, mask in zip(
        (say("blind_spot.first"), say("blind_spot.later")), masks.main, strict=True
    ):
        shown[title] = weights * mask[0, 0]
    chart(figures.kernels(shown, signed=True), "spot_effective", say("blind_spot.effective"))
