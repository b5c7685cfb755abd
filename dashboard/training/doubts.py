"""What does a visitor hear of settings that do not go together?"""

import streamlit as st

from dashboard.core.words import tr
from engine.training.config import TrainConfig
from engine.training.suited import doubts


def show(config: TrainConfig) -> None:
    """A line for each pair, above what came of it; mostly none."""
    for sentence in doubts(config):
        st.caption(f":material/lightbulb: {tr(sentence)}")
