"""What does a visitor hear of settings that do not go together?"""

import streamlit as st

from dashboard.core.words import tr
from engine.runs.work import Work
from engine.training.config import TrainConfig
from engine.training.suited import doubts


def show(work: Work) -> None:
    """A line for each pair, of a training or of many of one base; mostly none."""
    config = work if isinstance(work, TrainConfig) else getattr(work, "base", None)
    for sentence in doubts(config) if isinstance(config, TrainConfig) else []:
        st.caption(f":material/lightbulb: {tr(sentence)}")
