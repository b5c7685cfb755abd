"""Which pixels does a network's answer rest on, and is what a method says of it right?"""

import streamlit as st

from dashboard.core import link, sections
from dashboard.core.lessons import lesson
from dashboard.core.scenes import scene_menu
from dashboard.explain_images.view import ImagesView

PAGE = {
    "title": "Explain images",
    "icon": ":material/center_focus_strong:",
    "group": "Explain",
    "order": 610,
    "summary": "Grad-CAM and its rivals, side by side, and scored against the truth.",
}

view = link.read(ImagesView)
section = sections.choose("explain_images")
with st.sidebar:
    scene_menu("explain_images")
    section.knobs(view)
section.show(view)
lesson("explain_images", section.id)
