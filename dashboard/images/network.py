"""Which network is explained? Shipped ones, runs of the lab, and ImageNet's where they are here."""

import streamlit as st

from dashboard.images.menu import pick
from dashboard.images.view import ImagesView
from dashboard.runtime import store
from dashboard.words import say
from engine.data import DataError
from engine.explain.classifiers import Classifier, classifier, shipped_labels, trained_in_lab
from engine.explain.pretrained import PRETRAINED, fetch, weights_file

PICTURES = 240  # held-out pictures to choose from


def choose(view: ImagesView, name: str = "network") -> None:
    """The menu of networks for one field of the view, which may be dotted."""
    labels = shipped_labels() | trained_in_lab(store())
    for id, published in PRETRAINED.items():
        here = "" if weights_file(id) else say("images.not_here")
        labels[id] = published.label + here
    now = view.get(name)
    labels.setdefault(now, now)
    pick(view, name, labels, now, say("images.network"))


def opened(name: str) -> Classifier | None:
    """The network of an id; or None, after saying what is missing and offering to fetch it."""
    try:
        return classifier(name)
    except (ValueError, DataError) as error:
        st.error(str(error), icon=":material/error:")
    if name not in PRETRAINED or weights_file(name):
        return None
    if st.button(say("images.download"), icon=":material/download:", key="images_download"):
        try:
            with st.spinner(say("images.downloading", label=PRETRAINED[name].label)):
                fetch(name)
        except DataError as error:
            st.error(str(error), icon=":material/cloud_off:")
        else:
            st.rerun()
    return None
