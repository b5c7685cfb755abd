"""How does a PixelCNN make, complete, measure and compress pictures?"""

import streamlit as st

from dashboard.core import link
from dashboard.core.controls import control
from dashboard.core.export import share
from dashboard.core.lessons import lesson
from dashboard.core.scenes import scene_menu
from dashboard.sampling import bits, completion, step, train, use
from dashboard.sampling.model import chosen
from dashboard.sampling.settings import settings
from dashboard.sampling.view import SamplingView

PAGE = {
    "title": "PixelCNN: sampling and bits",
    "icon": ":material/grid_on:",
    "section": "Generate",
    "order": 50,
    "summary": "Pictures made value by value, completed, counted in bits, and compressed.",
}

MODEL = ("net", "run")
DRAWN = ("label", "seed", "temperature", "top_k", "top_p")
PICTURE = ("source", "picture")
SECTIONS = {
    "step": (step, (*MODEL, *DRAWN, "beside", "other_seed", "other_temperature", "slip", "ink",
                    "after", "again")),
    "completion": (completion, (*MODEL, *PICTURE, "label", "keep", "first", "rows", "count",
                                "seed", "temperature")),
    "bits": (bits, (*MODEL, *PICTURE, "label", "spoilt", "unit", "toy", "belief")),
    "use": (use, (*MODEL, *PICTURE, "label", "seed", "temperature", "spoilt")),
}  # fmt: skip

view = link.read(SamplingView)
control(SamplingView, "sampling", view, "section")
with st.sidebar:
    scene_menu("sampling")
    if view.section == "train":
        train.settings(view)
    else:
        settings(view, SECTIONS[view.section][1])
if view.section == "train":
    train.show(view)
elif found := chosen(view):
    SECTIONS[view.section][0].show(view, found)
    with st.container(horizontal=True, vertical_alignment="center", key="sampling_foot"):
        share(view)
        st.caption(found.told, width="stretch")
lesson("sampling", view.section)
