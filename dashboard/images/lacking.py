"""What does a network lack that a section asks for, and what goes on without it?

An MLP takes a picture as a row of numbers: it has no feature maps to weigh, follow or exaggerate.
A network without ReLU has none that could be changed.
"""

from functools import lru_cache

import streamlit as st
import torch

from dashboard.images.climbs import layers_of
from dashboard.images.view import ImagesView
from dashboard.words import say
from engine.explain.classifiers import Classifier
from engine.explain.methods import METHODS

FEW = 12  # passes: a method that takes more asks for answers and gradients, which all have


def lacks_maps(of: Classifier) -> bool:
    """Whether no layer answers with feature maps."""
    return not layers_of(of)


@lru_cache(maxsize=256)
def refusal(of: Classifier, id: str) -> str:
    """Why a method cannot explain a network, as a sentence; empty where it can."""
    method, x = METHODS[id](), torch.zeros(1, *of.shape)
    try:
        if method.passes(of.model, x) <= FEW:
            method.attribute(of.model, x, torch.tensor([0]))
    except ValueError as error:
        return str(error)
    return ""


def without(view: ImagesView, name: str, of: Classifier) -> ImagesView | None:
    """The view with those methods of the field `name` that can explain the network.

    Says which are left out, and why; None where none is left.
    """
    chosen = view.get(name)
    why: dict[str, list[str]] = {}
    for id in chosen:
        if told := refusal(of, id):
            why.setdefault(told, []).append(id)
    for told, out in why.items():
        labels = ", ".join(METHODS[id].about.label for id in out)
        st.caption(":material/block: " + say("images.left_out", methods=labels, why=told))
    left = tuple(id for id in chosen if not refusal(of, id))
    return view.with_(name, left) if left else None
