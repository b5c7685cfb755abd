"""One neuron: what can it tell apart, and what is it taught by?"""

import streamlit as st

from dashboard.core import link, sections
from dashboard.core.lessons import lesson
from dashboard.core.scenes import scene_menu
from dashboard.neurons.view import NeuronsView

PAGE = {
    "title": "Neurons and losses",
    "icon": ":material/call_split:",
    "group": "Foundations",
    "order": 110,
    "summary": "One neuron: what a line can tell apart, and which loss teaches it what.",
}

view = link.read(NeuronsView)
section = sections.choose("neurons")
with st.sidebar:
    scene_menu("neurons")
    section.knobs(view)
section.show(view)
lesson("neurons", section.id)
