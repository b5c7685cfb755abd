"""Which pixels does a PixelCNN see, which does it miss, and which may it not?"""

import streamlit as st

from dashboard import link
from dashboard.controls import control
from dashboard.lab.export import share
from dashboard.lessons import lesson
from dashboard.pixelcnn import cost, masklab, measured, networks, order, spot
from dashboard.pixelcnn.view import SpotView
from dashboard.presets import presets
from dashboard.words import say

PAGE = {
    "title": "PixelCNN: the blind spot",
    "icon": ":material/visibility_off:",
    "section": "Generate",
    "order": 40,
    "summary": "Masks, receptive fields, and the wedge that a single mask never sees.",
}

SECTIONS = {
    "spot": (
        spot,
        ("scheme", "beside", "kernel", "layers", "dilation", "size", "row", "column", "solid"),
    ),
    "measured": (
        measured,
        (
            "scheme",
            "beside",
            "kernel",
            "layers",
            "dilation",
            "size",
            "row",
            "column",
            "weights",
            "maps",
            "seed",
        ),
    ),
    "masks": (masklab, ("colour", "kernel", "layers", "dilation", "size", "row", "column", "seed")),
    "cost": (cost, ("kernel", "levels")),
    "networks": (networks, ("network", "trained", "seed")),
    "order": (order, ("order", "history", "levels", "size", "row", "column")),
}

view = link.read(SpotView)
control(SpotView, "spot", view, "section")
section, knobs = SECTIONS[view.section]
with st.sidebar:
    presets("blind_spot")
    for name in view.knobs():
        if name.split(".")[0] in knobs and view.matters(name):
            control(SpotView, "spot", view, name)
section.show(view)
with st.container(horizontal=True, vertical_alignment="center", key="spot_foot"):
    share(view)
    st.caption(say("spot.honest", seed=view.seed, key=view.key), width="stretch")
lesson("blind_spot", view.section)
