"""How do optimizers move weights, which one is best, and how would one know?"""

import streamlit as st

from dashboard.core import link, sections
from dashboard.core.lessons import lesson
from dashboard.core.scenes import scene_menu
from dashboard.optimizers.view import OptimView

PAGE = {
    "title": "Optimizers",
    "icon": ":material/downhill_skiing:",
    "group": "Training",
    "order": 220,
    "summary": "Watch them walk, race them fairly, and see what they cost.",
}

view = link.read(OptimView)
section = sections.choose("optimizers")
with st.sidebar:
    scene_menu("optimizers")
    section.knobs(view)
section.show(view)
lesson("optimizers", section.id)
