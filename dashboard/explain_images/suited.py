"""Which of the chosen methods can explain this network? The others say why not, and stay out."""

from typing import TypeVar

import streamlit as st

from dashboard.core.words import say, tr
from engine.config import Config
from engine.explain.methods import METHODS
from engine.networks.classifiers import Classifier
from engine.topics.explain_images.refusal import refusal

C = TypeVar("C", bound=Config)


def suited(config: C, of: Classifier) -> C | None:
    """The config with the methods that can explain the network; None, after a sentence, where none
    of them can."""
    refused = {name: why for name in config.get("methods") if (why := refusal(of, name))}
    for name, why in refused.items():
        st.caption(f":material/block: **{tr(METHODS[name].about.label)}**: {tr(why)}")
    if not refused:
        return config
    left = tuple(name for name in config.get("methods") if name not in refused)
    if left:
        return config.with_("methods", left)
    st.info(say("explain_images.none_suits"), icon=":material/block:")
    return None
