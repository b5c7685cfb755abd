"""What is this, and what is going on?"""

import streamlit as st

from dashboard.core.words import say
from dashboard.home.cards import cards, machine
from dashboard.home.search import search_box

PAGE = {
    "title": "Home",
    "icon": ":material/home:",
    "group": "",
    "order": 0,
    "summary": "What this is, and what is going on.",
}

st.markdown("# Blindspot")
st.markdown(say("home.tagline"))
search_box()
machine()
cards()
