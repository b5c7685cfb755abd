"""Which picture is looked at? One of the test part, one that was drawn, or an uploaded one."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.core import link
from dashboard.core.chart import Point, chart
from dashboard.core.words import reason, say, tr
from dashboard.sampling.figures import steps as figures
from dashboard.sampling.model import Chosen, chosen_class
from dashboard.sampling.view import SamplingView
from engine.autoregressive.bits_per_value import bits_of, corrupted
from engine.autoregressive.density import Values
from engine.autoregressive.unlabelled import unlabelled_bits
from engine.pictures import SUFFIXES, PictureError
from engine.topics.autoregressive.uploads import levels_of, of_board

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def picture(view: SamplingView, found: Chosen) -> tuple[Values, int]:
    """(1, C, H, W) levels and the class that belongs to it (0 where none is known)."""
    test, label = found.pictures.test, chosen_class(view, found)
    if view.source == "drawn":
        return _drawn(view, found), label
    if view.source == "uploaded":
        x = _uploaded(found)
        if x is not None:
            return x, label
        st.info(say("sampling.upload_first"))
    number = view.picture % len(test.x)
    given = label if view.whose == "chosen" else int(test.y[number])
    return test.x[number : number + 1].long(), given


def true_class(view: SamplingView, found: Chosen) -> int | None:
    """Of the picture that is looked at; None where nobody knows it."""
    test = found.pictures.test
    known = view.source == "test" and found.pictures.classes
    return int(test.y[view.picture % len(test.x)]) if known else None


def given_class(view: SamplingView, found: Chosen, label: int) -> str:
    """What the model is given beside the pixels, in words; empty for a model without classes."""
    if not found.model.classes:
        return ""
    if view.whose == "open":
        return say("sampling.class_open", count=found.model.classes)
    return say("sampling.class_given", name=tr(found.pictures.classes[label]))


def bits_here(view: SamplingView, found: Chosen, x: Values, label: int) -> NDArray[np.float32]:
    """(C, H, W) bits of a picture, with the class that the link gives, or with none."""
    if view.whose == "open" and found.model.classes:
        return unlabelled_bits(found.model, x)[0]
    return bits_of(found.model, x, [label])[0]


def changed(view: SamplingView, found: Chosen, x: Values) -> Values:
    """The picture after the change that the link asks for."""
    if view.spoilt == "real":
        return x
    return corrupted(x, view.spoilt, found.model.levels, view.seed)


def _drawn(view: SamplingView, found: Chosen) -> Values:
    """A board of the model's size; a click turns a pixel to white and back to black."""
    channels, height, width = found.model.shape
    values = board_of(view.drawn, found.model.levels, (height, width))

    def turn(point: Point) -> None:
        row, column = round(point.y), round(point.x)
        values[row, column] = 0 if values[row, column] else found.model.levels - 1
        text = text_of(values, found.model.levels)
        link.write(SamplingView, view.with_("drawn", text))

    st.caption(say("sampling.draw_it"))
    figure = figures.board(values[None], found.model.levels, "drawn")
    chart(figure, "sampling_drawn", say("sampling.draw_it"), on_click=turn)
    return of_board(values, channels)


def board_of(text: str, levels: int, shape: tuple[int, int]) -> NDArray[np.int_]:
    """(H, W) levels of a text with a digit a pixel: the level itself, or of more levels than there
    are digits the brightness, 0 to 35."""
    flat = np.zeros(shape[0] * shape[1], int)
    top = len(DIGITS) - 1
    for pixel, mark in enumerate(text[: len(flat)]):
        digit = max(0, DIGITS.find(mark))
        flat[pixel] = min(digit, levels - 1) if levels <= top + 1 else digit * (levels - 1) // top
    return flat.reshape(shape)


def text_of(values: NDArray[np.int_], levels: int) -> str:
    """The text that `board_of` reads."""
    top = len(DIGITS) - 1
    if levels > top + 1:
        values = np.ceil(values * top / (levels - 1)).astype(int)
    return "".join(DIGITS[level] for level in values.ravel()).rstrip("0")


def _uploaded(found: Chosen) -> Values | None:
    channels, height, width = found.model.shape
    file = st.file_uploader(
        say("sampling.upload", height=height, width=width), SUFFIXES,
        key="sampling_upload", max_upload_size=5,
    )  # fmt: skip
    if file is None:
        return None
    try:
        return levels_of(file.getvalue(), (channels, height, width), found.model.levels)
    except PictureError as error:
        st.error(reason(error), icon=":material/broken_image:")
        return None
