"""How do optimizers move weights, which one is best, and how would one know?"""

import streamlit as st

from dashboard import link
from dashboard.lessons import lesson
from dashboard.optim import basins, cost, pick, race, schedules, sharp, surfaces, weight
from dashboard.optim.view import OptimView
from dashboard.presets import presets

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
pick.section(view)
with st.sidebar:
    presets("optimizers")
    pick.knobs(view)
PICTURES[view.section].show(view)
lesson("optimizers", view.section)
