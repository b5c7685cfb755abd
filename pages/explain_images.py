"""Which pixels does a network's answer rest on, and is what a method says of it right?"""

import streamlit as st

from dashboard import link
from dashboard.images import (
    board,
    dream,
    fool,
    hans,
    inception,
    look,
    occlusion,
    residual,
    sanity,
    stability,
)
from dashboard.images.choose import section as choose
from dashboard.images.view import ImagesView
from dashboard.lessons import lesson
from dashboard.presets import presets

PAGE = {
    "title": "Explain images",
    "icon": ":material/center_focus_strong:",
    "section": "Explain",
    "order": 55,
    "summary": "Grad-CAM and its rivals, side by side, and scored against the truth.",
}

SECTIONS = {
    "look": look,
    "residual": residual,
    "board": board,
    "hans": hans,
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
    presets("explain_images")
    section.knobs(view)
section.show(view)
lesson("explain_images", view.section)
