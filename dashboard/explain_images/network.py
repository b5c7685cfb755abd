"""Which network is explained? Shipped ones, runs of the lab, and ImageNet's where they are here."""

import streamlit as st

from dashboard.core.runtime import store
from dashboard.core.words import reason, say, tr
from dashboard.explain_images.menus import pick
from dashboard.explain_images.view import ImagesView
from engine.data import DataError
from engine.topics.explain_images.networks.pretrained import PRETRAINED, fetch, weights_file
from engine.topics.explain_images.networks.trained import (
    Classifier,
    classifier,
    shipped_labels,
    trained_in_lab,
)
from engine.topics.explain_images.pictures.elsewhere import GUESSED, elsewhere

PICTURES = 240  # held-out pictures to choose from


def choose(view: ImagesView, name: str = "network") -> None:
    """The menu of networks for one field of the view, which may be dotted."""
    known = shipped_labels() | trained_in_lab(store())
    labels = {id: tr(label) for id, label in known.items()}
    for id, published in PRETRAINED.items():
        here = "" if weights_file(id) else say("explain_images.not_here")
        labels[id] = tr(published.label) + here
    now = view.get(name)
    labels.setdefault(now, now)
    pick(view, name, labels, now, say("explain_images.network"))


def opened(name: str) -> Classifier | None:
    """The network of an id; or None, after saying what is missing and offering to fetch it."""
    try:
        found = classifier(name)
    except (ValueError, DataError) as error:
        st.error(reason(error), icon=":material/error:")
    else:
        st.caption(_known(found))
        return found
    if name not in PRETRAINED or weights_file(name):
        return None
    if st.button(say("explain_images.download"), icon=":material/download:", key="images_download"):
        try:
            with st.spinner(say("explain_images.downloading", label=tr(PRETRAINED[name].label))):
                fetch(name)
        except DataError as error:
            st.error(reason(error), icon=":material/cloud_off:")
        else:
            st.rerun()
    return None


def _known(of: Classifier) -> str:
    """The network's name, and how often it is right: what explains it cannot be better."""
    accuracy, name = of.measured.get("accuracy"), tr(of.label)
    if accuracy is None:
        return say("explain_images.network_unknown", name=name)
    return say(
        "explain_images.network_right",
        name=name,
        accuracy=f"{accuracy:.1%}",
        classes=f"{len(of.classes):,}",
        chance=f"{1 / len(of.classes):.1%}",
    )


def seen(of: Classifier) -> None:
    """Of a picture of one's own: what the network learned from, and how it does elsewhere."""
    try:
        found = elsewhere(of)
    except ValueError:  # no network of shapes
        return
    shares = {name: f"{share:.0%}" for name, share in found.items()}
    st.caption(say("explain_images.seen", **shares, chance=f"{GUESSED:.0%}"))
