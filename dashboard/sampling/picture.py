"""Which picture is looked at? One of the test part, one that was drawn, or an uploaded one."""

import numpy as np
import streamlit as st

from dashboard.core import link
from dashboard.core.chart import Point, chart
from dashboard.core.words import reason, say
from dashboard.sampling.figures import steps as figures
from dashboard.sampling.model import Chosen
from dashboard.sampling.view import SamplingView
from engine.autoregressive.bits_per_value import corrupted
from engine.autoregressive.density import Values
from engine.pictures import SUFFIXES, PictureError
from engine.topics.autoregressive.uploads import levels_of, of_board

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def picture(view: SamplingView, found: Chosen) -> tuple[Values, int]:
    """(1, C, H, W) levels and the class that belongs to it (0 where none is known)."""
    test, label = found.pictures.test, min(view.label, max(0, found.model.classes - 1))
    if view.source == "drawn":
        return _drawn(view, found), label
    if view.source == "uploaded":
        x = _uploaded(found)
        if x is not None:
            return x, label
        st.info(say("sampling.upload_first"))
    number = view.picture % len(test.x)
    return test.x[number : number + 1].long(), int(test.y[number])


def changed(view: SamplingView, found: Chosen, x: Values) -> Values:
    """The picture after the change that the link asks for."""
    if view.spoilt == "real":
        return x
    return corrupted(x, view.spoilt, found.model.levels, view.seed)


def _drawn(view: SamplingView, found: Chosen) -> Values:
    """A board of the model's size; a click turns a pixel to white and back to black."""
    channels, height, width = found.model.shape
    flat = np.zeros(height * width, int)
    for pixel, mark in enumerate(view.drawn[: height * width]):
        flat[pixel] = min(DIGITS.find(mark), found.model.levels - 1) if mark in DIGITS else 0
    values = flat.reshape(height, width)

    def turn(point: Point) -> None:
        row, column = round(point.y), round(point.x)
        values[row, column] = 0 if values[row, column] else min(35, found.model.levels - 1)
        text = "".join(DIGITS[min(35, level)] for level in values.ravel()).rstrip("0")
        link.write(SamplingView, view.with_("drawn", text))

    st.caption(say("sampling.draw_it"))
    figure = figures.board(values[None], found.model.levels, "drawn")
    chart(figure, "sampling_drawn", say("sampling.draw_it"), on_click=turn)
    return of_board(values, channels)


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
