"""Does the network use the object at all? Move it, and watch the score and the map follow."""

import numpy as np
import streamlit as st

from dashboard.core.chart import chart
from dashboard.core.controls import control
from dashboard.core.words import say, tr
from dashboard.explain_images.figures import board as figures
from dashboard.explain_images.view import ImagesView
from engine.networks.classifiers import Classifier
from engine.scenes.scene import SHAPES
from engine.topics.explain_images.proof import PLACES, everywhere, heat_of, placed
from engine.topics.explain_images.refusal import refusal


def show(view: ImagesView, of: Classifier) -> None:
    """One picture with its object where the sliders say."""
    st.markdown(f"#### {say('explain_images.proof')}")
    with st.container(horizontal=True):
        for name in ("across", "down"):
            control(ImagesView, "images", view, name)
    number = view.picture % 60
    chances, empty, target = everywhere(of, number)
    found = placed(of, number, view.across, view.down)
    lacks = refusal(of, "grad_cam")
    if lacks:
        st.caption(f":material/block: **{say('explain_images.proof_map')}**: {tr(lacks)}")
        heat = np.full(found.picture.shape[:2], np.nan, np.float32)
    else:
        heat = heat_of(of, found.x, target)
    figure = figures.follows(
        found.picture,
        heat,
        chances,
        PLACES,
        (view.across, view.down),
        titles=(
            say("explain_images.proof_picture", name=tr(SHAPES[target])),
            say("explain_images.refused" if lacks else "explain_images.proof_map"),
            say("explain_images.proof_places"),
        ),
        bar=say("explain_images.probability"),
    )
    chart(figure, "images_follows", say("explain_images.proof_alt"))
    st.markdown(
        say(
            "explain_images.proof_says"
            if empty < 0.5 < float(chances.min())
            else "explain_images.proof_not",
            name=tr(SHAPES[target]),
            now=f"{found.chances[target]:.1%}",
            low=f"{chances.min():.1%}",
            high=f"{chances.max():.1%}",
            empty=f"{empty:.1%}",
        )
    )
