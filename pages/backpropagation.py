"""How does a network learn from its error which weight to move, and by how much?"""

import streamlit as st

from dashboard.backpropagation.view import BackpropView
from dashboard.core import link, sections
from dashboard.core.lessons import lesson
from dashboard.core.scenes import scene_menu

PAGE = {
    "title": "Backpropagation",
    "icon": ":material/undo:",
    "group": "Foundations",
    "order": 130,
    "summary": "Slopes travel backwards: through expressions, convolutions and networks.",
}

view = link.read(BackpropView)
section = sections.choose("backpropagation")
with st.sidebar:
    scene_menu("backpropagation")
    section.knobs(view)
section.show(view)
lesson("backpropagation", section.id)
