"""What does an activation function do: to a number, a neuron, a deep network, to learning?"""

import streamlit as st

from dashboard import link
from dashboard.activations import dead, gallery, learns, linear, neuron, signal, squares
from dashboard.activations.choose import section as choose
from dashboard.activations.view import ActView
from dashboard.lessons import lesson
from dashboard.presets import presets

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
    presets("activations")
    section.knobs(view)
section.show(view)
lesson("activations", view.section)
