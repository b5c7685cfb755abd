"""Which pixels does a network's answer rest on, and is what a method says of it right?"""

import streamlit as st

from dashboard.core import link
from dashboard.core.lessons import lesson
from dashboard.core.scenes import scene_menu
from dashboard.explain_images import (
    board,
    clever_hans,
    dream,
    fool,
    inception,
    occlusion,
    residual,
    sanity,
    side_by_side,
    stability,
)
from dashboard.explain_images.section import section as choose
from dashboard.explain_images.view import ImagesView

PAGE = {
    "title": "Explain images",
    "icon": ":material/center_focus_strong:",
    "section": "Explain",
    "order": 55,
    "summary": "Grad-CAM and its rivals, side by side, and scored against the truth.",
}

SECTIONS = {
    "look": side_by_side,
    "residual": residual,
    "board": board,
    "hans": clever_hans,
    "sanity": sanity,
    "stability": stability,
    "occlusion": occlusion,
    "dream": dream,
    "inception": inception,
    "fool": fool,
}

view = link.read(ImagesView)
choose(view)
section = SECTIONS[view.section]
with st.sidebar:
    scene_menu("explain_images")
    section.knobs(view)
section.show(view)
lesson("explain_images", view.section)
