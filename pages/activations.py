"""What does an activation function do: to a number, a neuron, a deep network, to learning?"""

import streamlit as st

from dashboard.activations.view import ActView
from dashboard.core import link, sections
from dashboard.core.lessons import lesson
from dashboard.core.scenes import scene_menu

PAGE = {
    "title": "Activations",
    "icon": ":material/bolt:",
    "group": "Foundations",
    "order": 120,
    "summary": "Activation functions, their derivatives, and what they do to a network.",
}

view = link.read(ActView)
section = sections.choose("activations")
with st.sidebar:
    scene_menu("activations")
    section.knobs(view)
section.show(view)
lesson("activations", section.id)
