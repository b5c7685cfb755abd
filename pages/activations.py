"""What does an activation function do: to a number, a neuron, a deep network, to learning?"""

import streamlit as st

from dashboard.activations import dead, gallery, learns, linear, neuron, signal, squares
from dashboard.activations.choices import section as choose
from dashboard.activations.view import ActView
from dashboard.core import link
from dashboard.core.lessons import lesson
from dashboard.core.scenes import scene_menu

PAGE = {
    "title": "Activations",
    "icon": ":material/bolt:",
    "section": "Learn",
    "order": 30,
    "summary": "Every activation function, its derivative, and what it does to a network.",
}

SECTIONS = {
    "gallery": gallery,
    "neuron": neuron,
    "signal": signal,
    "linear": linear,
    "learns": learns,
    "squares": squares,
    "dead": dead,
}

view = link.read(ActView)
choose(view)
section = SECTIONS[view.section]
with st.sidebar:
    scene_menu("activations")
    section.knobs(view)
section.show(view)
lesson("activations", view.section)
