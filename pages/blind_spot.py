"""Which pixels does a PixelCNN see, which does it miss, and which may it not?"""

import streamlit as st

from dashboard.blind_spot.view import SpotView
from dashboard.core import link, sections
from dashboard.core.export import foot
from dashboard.core.lessons import lesson
from dashboard.core.scenes import scene_menu
from dashboard.core.words import say

PAGE = {
    "title": "PixelCNN: the blind spot",
    "icon": ":material/visibility_off:",
    "group": "Generate",
    "order": 510,
    "summary": "Masks, receptive fields, and the wedge that a single mask never sees.",
}

view = link.read(SpotView)
section = sections.choose("blind_spot")
with st.sidebar:
    scene_menu("blind_spot")
    section.knobs(view)
section.show(view)
foot(say("blind_spot.honest", seed=view.seed, key=view.key), key="spot_foot")
lesson("blind_spot", section.id)
