"""How does a PixelCNN make, complete, measure and compress pictures?"""

import streamlit as st

from dashboard.core import link, sections
from dashboard.core.lessons import lesson
from dashboard.core.scenes import scene_menu
from dashboard.sampling.view import SamplingView

PAGE = {
    "title": "PixelCNN: sampling and bits",
    "icon": ":material/grid_on:",
    "group": "Generate",
    "order": 530,
    "summary": "Pictures made value by value, completed, counted in bits, and compressed.",
}

view = link.read(SamplingView)
section = sections.choose("sampling")
with st.sidebar:
    scene_menu("sampling")
    section.knobs(view)
section.show(view)
lesson("sampling", section.id)
