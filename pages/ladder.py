"""Which models climb from a table of all pictures to PixelCNN, and what does each rung buy?"""

import streamlit as st

from dashboard.core import link, sections
from dashboard.core.lessons import lesson
from dashboard.core.scenes import scene_menu
from dashboard.ladder.view import LadderView

PAGE = {
    "title": "The autoregressive ladder",
    "icon": ":material/stairs:",
    "group": "Generate",
    "order": 520,
    "summary": "From a table of all pictures to PixelCNN: every probability counted.",
}

view = link.read(LadderView)
section = sections.choose("ladder")
with st.sidebar:
    scene_menu("ladder")
    section.knobs(view)
section.show(view)
lesson("ladder", section.id)
