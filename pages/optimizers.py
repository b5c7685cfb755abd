"""How do optimizers move weights, which one is best, and how would one know?"""

import streamlit as st

from dashboard.core import link
from dashboard.core.lessons import lesson
from dashboard.core.scenes import scene_menu
from dashboard.optimizers import basins, choices, cost, race, schedules, sharp, surfaces, weight
from dashboard.optimizers.view import OptimView

PAGE = {
    "title": "Optimizers",
    "icon": ":material/downhill_skiing:",
    "section": "Learn",
    "order": 20,
    "summary": "Watch them walk, race them fairly, and see what they cost.",
}

PICTURES = {
    "weight": weight,
    "surfaces": surfaces,
    "basins": basins,
    "race": race,
    "schedules": schedules,
    "cost": cost,
    "sharp": sharp,
}

view = link.read(OptimView)
choices.section(view)
with st.sidebar:
    scene_menu("optimizers")
    choices.knobs(view)
PICTURES[view.section].show(view)
lesson("optimizers", view.section)
