"""Which of the chosen methods can explain this network? The others say why not, and stay out."""

from functools import lru_cache
from typing import TypeVar

import streamlit as st
import torch

from dashboard.core.words import say, tr
from engine.config import Config
from engine.explain.methods import METHODS
from engine.topics.explain_images.networks.trained import Classifier

C = TypeVar("C", bound=Config)
CHEAP = 8  # passes of a map; methods that need more of them ask nothing of the network but answers


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


@lru_cache(maxsize=256)
def refusal(of: Classifier, name: str) -> str:
    """What the network lacks for a method, in a sentence; empty where it lacks nothing."""
    method, x = METHODS[name](), torch.zeros(1, *of.shape)
    try:
        if method.passes(of.model, x) <= CHEAP:
            method.attribute(of.model, x, torch.tensor([0]))
    except ValueError as error:
        why: str = error.args[0]
        return why
    return ""
