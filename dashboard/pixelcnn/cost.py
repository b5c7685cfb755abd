"""Section 4: what does the blind spot cost? A texture whose information sits inside it."""

import streamlit as st

from dashboard.chart import chart
from dashboard.figures import images
from dashboard.pixelcnn.view import SpotView
from dashboard.words import say
from engine.autoregressive.texture import Texture


def show(view: SpotView) -> None:
    """The texture, and the two numbers that separate the schemes."""
    texture = Texture(kernel=view.kernel, levels=view.levels)
    st.markdown(say("spot.texture", shift=texture.shift, kernel=view.kernel))
    left, right = st.columns([3, 2])
    with left:
        x = texture.sample(4, 0)
        pictures = (x * (255 // max(1, view.levels - 1))).byte().numpy()
        chart(
            images.gallery(pictures, [""] * 4, columns=4, each=200),
            "spot_texture",
            say("spot.texture_alt"),
        )
    with right:
        st.metric(say("spot.entropy"), say("spot.bits", value=texture.entropy()))
        st.metric(
            say("spot.bound"),
            say("spot.bits", value=texture.bound_of_a_single_mask()),
            help=say("spot.bound_help"),
        )
