"""Section 9: what does a layer see in a picture? It gets more of it, size after size."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.core.chart import chart
from dashboard.core.runtime import store
from dashboard.core.scenes import at_scene
from dashboard.core.words import say, tr
from dashboard.explain_images.climbs import climb, fitted, layers_of, lines, pick_layer, ready, some
from dashboard.explain_images.figures import dream as figures
from dashboard.explain_images.network import choose, opened
from dashboard.explain_images.view import ImagesView
from engine.networks.classifiers import Classifier
from engine.runs.store import Run
from engine.topics.explain_images.dream.deep_dream import DeepDream
from engine.topics.explain_images.dream.question import asked

ORDER = 90
OPENS = {DeepDream: "inception."}

FEW = ("image", "enlarge", "octaves", "jitter", "learning_rate", "steps_each")
MORE = ("channel", "octave_scale", "seed")


def knobs(view: ImagesView) -> None:
    """Network, layer and picture first; the rest folded."""
    choose(view, "inception.network")
    if (network := ready(view.inception.network)) is None:
        return
    pick_layer(view, "inception.layer", network)
    some(view, tuple(f"inception.{name}" for name in FEW))
    with st.expander(say("controls.more")):
        some(view, tuple(f"inception.{name}" for name in MORE))


def show(view: ImagesView) -> None:
    """The picture beside what becomes of it."""
    network = opened(view.inception.network)
    if network is None:
        return
    if not layers_of(network):
        st.info(say("explain_images.inception_no_layers", label=tr(network.label)))
        return
    config = fitted(view.inception, network)
    climb(
        config,
        "images_inception",
        say("explain_images.exaggerate"),
        lambda run, step: _draw(config, network, run, step),
        empty=say("explain_images.inception_empty", steps=config.steps),
        alone=not view.inception.flat() or at_scene("explain_images"),
    )


@st.cache_data(show_spinner=False, max_entries=32)
def real(_network: Classifier, name: str, image: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """A held-out picture (C, H, W) and its probabilities (1, K)."""
    found = asked(_network, image)
    return found["pictures"][0], found["probabilities"]


def _draw(config: DeepDream, network: Classifier, run: Run, step: int) -> None:
    frame, history = store().frame(config.key, step), store().history(config.key)
    picture, chances = real(network, network.name, config.image)
    height, width = frame["pictures"].shape[2:]
    octave = min(max(step - 1, 0) // config.steps_each, config.octaves - 1) + 1
    chart(
        figures.believed(
            [picture, frame["pictures"][0]],
            np.concatenate([chances, frame["probabilities"]]),
            [tr(name) for name in network.classes],
            [
                say("explain_images.before"),
                say("explain_images.after", step=step, octave=octave, height=height, width=width),
            ],
            None,
            uirevision="dream_inception",
        ),
        "images_inceptions",
        say("explain_images.inception_alt"),
    )
    chart(
        figures.climbing(
            {
                say("explain_images.energy", layer=run.facts.get("layer", "")): lines(
                    history, "score"
                )
            },
            None if run.active else step,
            uirevision="dream_energy",
        ),
        "images_inception_curve",
        say("explain_images.dream_curves_alt"),
    )
    st.caption(say("explain_images.saws"))
