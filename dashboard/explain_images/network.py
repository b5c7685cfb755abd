"""Which network is explained? Shipped ones, runs of the lab, and ImageNet's where they are here."""

import streamlit as st

from dashboard.core import link, networks
from dashboard.core.words import reason, say, tr
from dashboard.explain_images.view import ImagesView
from engine.data import DataError
from engine.networks import describe
from engine.networks.classifiers import Classifier, classifier
from engine.networks.published import PRETRAINED, fetch, weights_file
from engine.topics.explain_images.pictures.elsewhere import GUESSED, elsewhere

PICTURES = 240  # held-out pictures to choose from


def choose(view: ImagesView, name: str = "network") -> None:
    """The menu of networks for one field of the view, which may be dotted."""
    networks.menu(
        "classification",
        f"images_{name}",
        say("explain_images.network"),
        view.get(name),
        lambda chosen: link.write(ImagesView, view.with_(name, chosen)),
    )


def opened(name: str) -> Classifier | None:
    """The network of an id; or None, after saying what is missing and offering to fetch it."""
    try:
        found = classifier(name)
    except (ValueError, DataError) as error:
        st.error(reason(error), icon=":material/error:")
    else:
        st.caption(networks.facts(describe("classification", name)))
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


def seen(of: Classifier) -> None:
    """Of a picture of one's own: what the network learned from, and how it does elsewhere."""
    try:
        found = elsewhere(of)
    except ValueError:  # no network of shapes
        return
    shares = {name: f"{share:.0%}" for name, share in found.items()}
    st.caption(say("explain_images.seen", **shares, chance=f"{GUESSED:.0%}"))
