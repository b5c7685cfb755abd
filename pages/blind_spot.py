"""Which pixels does a PixelCNN see, which does it miss, and which may it not?"""

import streamlit as st

from dashboard.blind_spot import cost, masklab, measured, networks, order, wedge
from dashboard.blind_spot.view import SpotView
from dashboard.core import link
from dashboard.core.controls import control
from dashboard.core.export import share
from dashboard.core.lessons import lesson
from dashboard.core.scenes import scene_menu
from dashboard.core.words import say

PAGE = {
    "title": "PixelCNN: the blind spot",
    "icon": ":material/visibility_off:",
    "section": "Generate",
    "order": 40,
    "summary": "Masks, receptive fields, and the wedge that a single mask never sees.",
}

SECTIONS = {
    "spot": (
        wedge,
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
    scene_menu("blind_spot")
    for name in view.knobs():
        if name.split(".")[0] in knobs and view.matters(name):
            control(SpotView, "spot", view, name)
section.show(view)
with st.container(horizontal=True, vertical_alignment="center", key="spot_foot"):
    share(view)
    st.caption(say("blind_spot.honest", seed=view.seed, key=view.key), width="stretch")
lesson("blind_spot", view.section)
